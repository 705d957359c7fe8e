//! Queries, read strictly: each parameter known, and once (operator API page, section 1).

use actix_web::HttpRequest;
use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{PersonId, Text, change::RecordKind, position::parse_position};
use profile_usecases::operator::FieldError;

use super::{error::OperatorError, reason::check_reason, request::Faults};
use crate::headers::pairs;

/// Records, changes and the like that a page has, and how many it may have.
pub(super) const DEFAULT_LIMIT: u32 = 50;
pub(super) const MAX_LIMIT: u32 = 200;

/// The parameters of a query, and what is wrong with them.
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    /// Every name, in the order of the request.
    names: Vec<String>,
    pub(super) faults: Faults,
}

impl Query {
    /// Reads the query, of which these parameters are known.
    pub(super) fn read(request: &HttpRequest, known: &[&str]) -> Self {
        let mut query = Self { pairs: Vec::new(), names: Vec::new(), faults: Faults::default() };
        for (place, (name, value)) in pairs(request).into_iter().enumerate() {
            query.names.push(name.clone());
            if !known.contains(&name.as_str()) {
                query.faults.add_at(place, FieldError::parameter(name, "unknown"));
            } else if query.text(&name).is_some() {
                query.faults.add_at(place, FieldError::parameter(name, "exclusive"));
            } else {
                query.pairs.push((name, value));
            }
        }
        query
    }

    /// Ends the checks: faults of parameters are told in the order of the request, then those of headers.
    pub(super) fn check(self) -> Result<(), OperatorError> {
        let Self { names, faults, .. } = self;
        faults.check_in_order(|name| names.iter().position(|known| known == name))
    }

    /// The parameter as it was sent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads a parameter; a value that `read` does not accept breaks `rule`.
    pub(super) fn parse<T>(
        &mut self,
        name: &str,
        rule: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.text(name)?;
        let parsed = read(value);
        if parsed.is_none() {
            self.faults.add(FieldError::parameter(name, rule));
        }
        parsed
    }

    /// `true` or `false`; false where it is absent.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        let read = |value: &str| value.parse::<bool>().ok();
        self.parse(name, "value", read).unwrap_or(false)
    }

    pub(super) fn limit(&mut self) -> u32 {
        let read =
            |value: &str| whole(value)?.try_into().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        self.parse("limit", "value", read).unwrap_or(DEFAULT_LIMIT)
    }

    /// Kinds between commas; none where the parameter is absent.
    pub(super) fn kinds(&mut self, name: &str) -> Vec<RecordKind> {
        let read = |value: &str| value.split(',').map(RecordKind::from_name).collect();
        self.parse(name, "value", read).unwrap_or_default()
    }

    pub(super) fn person(&mut self, name: &str) -> Option<PersonId> {
        self.parse(name, "format", person)
    }

    /// A version of a record.
    pub(super) fn version(&mut self, name: &str) -> Option<i64> {
        let read = |value: &str| whole(value).filter(|version| *version > 0);
        self.parse(name, "value", read)
    }

    /// An instant, cut to six digits.
    pub(super) fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.parse(name, "format", instant)
    }

    /// A reason, which the call needs.
    pub(super) fn required_reason(&mut self) -> Option<Text> {
        let Some(text) = self.text("reason").map(str::to_owned) else {
            self.faults.add(FieldError::parameter("reason", "required"));
            return None;
        };
        match check_reason(&text) {
            Ok(reason) => Some(reason),
            Err((rule, limit)) => {
                self.faults.add(FieldError { limit, ..FieldError::parameter("reason", rule) });
                None
            }
        }
    }
}

/// A whole number without a sign before it.
pub(super) fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// An instant, cut to six digits.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.with_timezone(&Utc).trunc_subsecs(6))
}

/// A person's id in its one form.
pub(super) fn person(text: &str) -> Option<PersonId> {
    parse_position(text).map(PersonId)
}
