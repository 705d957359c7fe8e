//! Forms and queries: pairs of texts, of which each page takes those that it knows.

use std::time::Duration;

use actix_web::{HttpRequest, rt::time::timeout, web};
use profile_domain::Text;
use profile_usecases::operator::{FieldError, check_reason};

use crate::{error::PageError, faults::broken_rule};

/// Most bytes of a form, as of a body of the operator API (operator API page, section 13).
const MAX_BYTES: usize = 1024 * 1024;
/// How long a form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);

/// The pairs of a form or a query, in their order.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a form.
    pub(crate) async fn receive(payload: web::Payload) -> Result<Self, PageError> {
        let bytes = timeout(ARRIVAL, payload.to_bytes_limited(MAX_BYTES)).await;
        let bytes = bytes.map_err(|_| PageError::Form)?.map_err(|_| PageError::TooLarge)?;
        let bytes = bytes.map_err(|_| PageError::Form)?;
        Self::parse(std::str::from_utf8(&bytes).map_err(|_| PageError::Form)?)
    }

    /// Reads the query of a request.
    pub(crate) fn query(request: &HttpRequest) -> Result<Self, PageError> {
        Self::parse(request.query_string())
    }

    fn parse(text: &str) -> Result<Self, PageError> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text).map_err(|_| PageError::Form)?;
        Ok(Self(pairs.into_inner()))
    }

    /// Returns the form of these pairs.
    pub(crate) const fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    #[cfg(test)]
    pub(crate) fn of_text(text: &str) -> Self {
        Self::parse(text).unwrap()
    }

    /// Returns the first value of this name, with the line ends of texts, which forms send in another form.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(of, _)| of == name)?;
        Some(value.replace("\r\n", "\n"))
    }

    /// Returns the value of this name without spaces around it, if there is any.
    pub(crate) fn word(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        let word = value.trim();
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// Returns every value of this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Returns the reason, or what is wrong with it.
    pub(crate) fn reason(&self) -> Result<Text, String> {
        check_reason(&self.get("reason").unwrap_or_default()).map_err(|(rule, limit)| {
            format!("Reason: {}", broken_rule(&FieldError { limit, ..FieldError::at("/reason", rule) }))
        })
    }

    /// Returns the number of this name.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.word(name)?.parse().ok()
    }
}
