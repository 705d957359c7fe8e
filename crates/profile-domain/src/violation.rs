//! Broken rules: as the domain knows them, and as callers read them.

use std::fmt;

use crate::{
    field::{Field, FieldType},
    rule::{Fault, TextRule},
    tenant::Tenant,
};

/// A field whose value breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrokenRule {
    /// The field.
    pub field: Field,
    /// What is wrong with its value.
    pub fault: Fault,
}

/// A broken rule in words. Neither part ever repeats the caller's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's name on the wire.
    pub field: String,
    /// What is wrong, to be read behind the name: `is longer than 128 characters`.
    pub problem: String,
    /// The word by which the operator API names the broken rule (operator API page, section 4).
    pub rule: &'static str,
    /// The limit that is broken, if the rule has one.
    pub limit: Option<usize>,
}

impl BrokenRule {
    /// Returns every broken rule of a garde report, in the order of `catalogue`; garde itself sorts by name.
    #[must_use]
    pub fn all_of(report: &garde::Report, catalogue: &[Field]) -> Vec<Self> {
        let entry = |name: &str| catalogue.iter().enumerate().find(|(_, field)| field.name == name);
        let mut all: Vec<(usize, Self)> = report
            .iter()
            .filter_map(|(path, error)| {
                let (place, field) = entry(&path.to_string())?;
                Some((place, Self { field: *field, fault: Fault::of_code(error.message()) }))
            })
            .collect();
        all.sort_by_key(|(place, _)| *place);
        all.into_iter().map(|(_, broken)| broken).collect()
    }

    /// Returns it in the words of the contracts that have no words of their own, and of imports.
    #[must_use]
    pub fn in_words(self) -> Violation {
        let rule = match self.field.holds {
            FieldType::Text { rule, .. } => rule,
            _ => TextRule::Any,
        };
        let limit = self.field.max_chars().unwrap_or_default();
        let problem = match (self.fault, rule) {
            (Fault::Required, _) => "is required".to_owned(),
            (Fault::WrongType, _) => "must be a string".to_owned(),
            (Fault::Nul, _) => "contains a NUL character".to_owned(),
            (Fault::Malformed | Fault::TooLong, TextRule::Word) => {
                format!("must be 1 to {limit} of A-Z a-z 0-9 _ -")
            }
            (Fault::Malformed, TextRule::Slug) => {
                format!(
                    "must have {} characters or more, no slash, and not be {}",
                    Tenant::SLUG_CHARS,
                    Tenant::NO_SLUG
                )
            }
            (Fault::TooLong, _) => format!("is longer than {limit} characters"),
            (Fault::Blank, TextRule::Line) => "must not be empty".to_owned(),
            (Fault::Blank, _) => "must not be blank".to_owned(),
            (Fault::Invisible, _) => "must have a visible character".to_owned(),
            (Fault::ControlCharacter, _) => "must not contain control characters".to_owned(),
            (Fault::Malformed, TextRule::Email | TextRule::OptionalEmail) => {
                "is no e-mail address".to_owned()
            }
            (Fault::Malformed, TextRule::Username) => {
                format!("must be 1 to {limit} letters, digits and hyphens, with at least one letter or digit")
            }
            (Fault::Reserved, _) => "is reserved".to_owned(),
            (Fault::Unknown, _) => "is unknown".to_owned(),
            (
                Fault::Malformed
                | Fault::NotPast
                | Fault::TooYoung
                | Fault::TooOld
                | Fault::NotAccepted
                | Fault::OutOfRange,
                _,
            ) => "is invalid".to_owned(),
        };
        Violation::new(self.field.name, problem).under(self)
    }
}

impl Violation {
    /// Returns a violation of `field`, whose value is none that is accepted.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), rule: "value", limit: None }
    }

    /// Returns the same violation, of the rule of this name.
    #[must_use]
    pub fn of_rule(self, rule: &'static str) -> Self {
        Self { rule, ..self }
    }

    /// Returns the same violation, of the rule that `broken` breaks.
    #[must_use]
    pub fn under(self, broken: BrokenRule) -> Self {
        let limit = match broken.fault {
            Fault::TooLong => broken.field.max_chars(),
            Fault::Blank | Fault::Invisible => Some(1),
            _ => None,
        };
        Self { rule: broken.fault.rule(), limit, ..self }
    }
}

impl From<BrokenRule> for Violation {
    fn from(broken: BrokenRule) -> Self {
        broken.in_words()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.field, self.problem)
    }
}
