//! Broken rules in the words of the contract (contract client, section 3, validation).

use crate::{
    BrokenRule, Violation,
    field::FieldType,
    rule::{Fault, TextRule},
};

use super::birth_date::{ADULT, TOO_OLD};

/// Returns a broken rule in the words of the contract, which say what was expected.
pub(super) fn in_words(broken: BrokenRule) -> Violation {
    let problem = match broken.fault {
        Fault::Required | Fault::Blank => "is required".to_owned(),
        _ => format!("is invalid: {}", expected(broken)),
    };
    Violation::new(broken.field.name, problem).under(broken)
}

fn expected(BrokenRule { field, fault }: BrokenRule) -> String {
    match (fault, field.holds) {
        (Fault::WrongType, FieldType::Flag) => "expected true or false".to_owned(),
        (Fault::WrongType, FieldType::Object) => "expected an object".to_owned(),
        (Fault::WrongType, _) => "expected a string".to_owned(),
        (Fault::NotPast, _) => "the date must be in the past".to_owned(),
        (Fault::TooYoung, _) => format!("the client must be at least {ADULT} years old"),
        (Fault::TooOld, _) => format!("the client must be less than {TOO_OLD} years old"),
        (Fault::NotAccepted, _) => "expected a country whose residents are accepted".to_owned(),
        (Fault::TooLong | Fault::Nul, FieldType::Text { max_chars, .. }) => {
            format!("expected 1 to {max_chars} characters")
        }
        (_, FieldType::Text { rule, .. }) => format!("expected {}", form(rule)),
        (_, _) => "expected another value".to_owned(),
    }
}

fn form(rule: TextRule) -> String {
    match rule {
        TextRule::PersonName => "letters, spaces, hyphens, apostrophes, middle dots, full stops, commas or slashes, with at least one letter",
        TextRule::Country => "a two-letter lower-case country code",
        TextRule::PostalCode => "letters, digits, spaces or hyphens",
        TextRule::TaxNumber => "letters, digits or hyphens, with at least one digit",
        TextRule::BirthDate => "a date like 1991-12-03, from 1900 on",
        TextRule::OneOf(words) | TextRule::TrimmedOneOf(words) => {
            return format!("one of {}", words.join(", "));
        }
        _ => "text without control characters",
    }
    .to_owned()
}
