//! What is wrong with a field, in words, and what to do about it.

use profile_domain::{
    catalogue::{Entry, catalogue},
    change::RecordKind,
};
use profile_usecases::operator::{FieldError, Place};

use crate::{expected::expected, shown::visible};

/// Returns the field that a fault is about.
pub(crate) fn field_of(kind: RecordKind, fault: &FieldError) -> Option<&'static str> {
    entry_of(kind, fault).map(|(entry, _)| entry.name.as_str())
}

/// Returns the entry of the field that a fault is about, and where in its value the fault is; empty for the value itself.
fn entry_of(kind: RecordKind, fault: &FieldError) -> Option<(&'static Entry, &str)> {
    let Place::Pointer(pointer) = &fault.place else { return None };
    let path = pointer.strip_prefix("/fields/")?;
    let within = |entry: &'static Entry| {
        let rest = path.strip_prefix(entry.name.replace('.', "/").as_str())?;
        let is_at = rest.is_empty() || rest.starts_with('/');
        is_at.then(|| (entry, rest.trim_start_matches('/')))
    };
    catalogue(kind).iter().filter_map(within).max_by_key(|(entry, _)| entry.name.len())
}

/// Says what is wrong with a field of this kind and what it takes, with the place where that is not the field itself.
pub(crate) fn sentence(kind: RecordKind, fault: &FieldError) -> String {
    let said = remedy(Some(kind), fault);
    match entry_of(kind, fault) {
        Some((_, within)) if !within.is_empty() => format!("At {}: {said}", visible(within)),
        _ => said,
    }
}

/// Says what is wrong, and what a field takes if it is one of this kind.
pub(crate) fn remedy(kind: Option<RecordKind>, fault: &FieldError) -> String {
    let is_known = matches!(fault.rule, "type" | "format" | "value");
    let found = kind.filter(|_| is_known).and_then(|kind| entry_of(kind, fault));
    let expected = found.and_then(|(entry, within)| expected(&entry.field, within));
    expected.map_or_else(|| broken_rule(fault), |expected| format!("It must be {expected}."))
}

/// Says which rule is broken, where nothing is known of the field.
pub(crate) fn broken_rule(fault: &FieldError) -> String {
    match (fault.rule, fault.limit) {
        ("required", _) => "It must be given.".to_owned(),
        ("unknown", _) => "There is no such field.".to_owned(),
        ("type", _) => "It has another type.".to_owned(),
        ("max_chars", Some(limit)) => format!("At most {limit} characters."),
        ("min_chars", Some(limit)) => format!("At least {limit} characters."),
        ("format", _) => "It has characters that are not allowed here, or another form.".to_owned(),
        ("value", _) => "The value is not allowed.".to_owned(),
        ("reference", _) => "What it names does not exist.".to_owned(),
        ("taken", _) => "It belongs to another record.".to_owned(),
        ("exclusive", _) => "It cannot be given beside another field.".to_owned(),
        (rule, _) => format!("It breaks the rule {rule}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_the_field_takes_and_where_it_is() {
        let said = |kind, pointer: &str, rule| sentence(kind, &FieldError::at(pointer, rule));
        let (account, user) = (RecordKind::Account, RecordKind::User);
        assert_eq!(said(account, "/fields/leverage", "type"), "It must be a whole number, such as 42.");
        assert_eq!(
            said(account, "/fields/email", "format"),
            "It must be an e-mail address, such as zoe@example.com."
        );
        assert_eq!(
            said(user, "/fields/social_links/1/verified", "type"),
            "At 1/verified: It must be true or false."
        );
        assert_eq!(said(account, "/fields/nick", "unknown"), "There is no such field.");
        assert_eq!(said(account, "/fields/name", "taken"), "It belongs to another record.");
        let birth = said(RecordKind::Client, "/fields/profile/date_of_birth", "value");
        assert!(birth.starts_with("It must be a date such as 1990-12-31"), "{birth}");
    }
}
