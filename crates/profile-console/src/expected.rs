//! What a field takes, in words, from its entry in the catalogue: what a fault says to do.

use profile_domain::{
    field::{Content, Field, FieldType},
    rule::TextRule,
};

/// Returns what a field takes at `path` within its value, which is empty for the value itself; `None` if the catalogue does
/// not say.
pub(crate) fn expected(field: &Field, path: &str) -> Option<String> {
    let Some(part) = path.split('/').next().filter(|part| !part.is_empty()) else {
        return Some(of_type(field.holds));
    };
    let rest = path.get(part.len()..).unwrap_or_default().trim_start_matches('/');
    let is_item = field.holds == FieldType::List && part.bytes().all(|byte| byte.is_ascii_digit());
    match field.content {
        Content::Values(value) if is_item => expected(value, rest),
        Content::Members(_) | Content::Descending { .. } if is_item && rest.is_empty() => {
            Some(of_type(FieldType::Object))
        }
        Content::Members(members) | Content::Descending { members, .. } => {
            let path = if is_item { rest } else { path };
            let (name, rest) = path.split_once('/').unwrap_or((path, ""));
            expected(members.iter().find(|member| member.name == name)?, rest)
        }
        Content::Values(_) | Content::Anything => None,
    }
}

fn of_type(holds: FieldType) -> String {
    let words = match holds {
        FieldType::Text { rule, .. } => return of_text(rule),
        FieldType::IntegerWithin { min, max } => return format!("a whole number from {min} to {max}"),
        FieldType::Integer => "a whole number, such as 42",
        FieldType::Number | FieldType::Decimal | FieldType::SentNumber => "a number, such as 12.5",
        FieldType::Bit => "0 or 1",
        FieldType::Flag => "true or false",
        FieldType::Time => "a moment with its offset from UTC, such as 2026-03-04T05:06:07Z",
        FieldType::List => "a list in JSON, such as [1, 2]",
        FieldType::Object => "an object in JSON, such as {\"name\": 1}",
        FieldType::Json => "JSON",
    };
    words.to_owned()
}

fn of_text(rule: TextRule) -> String {
    let words = match rule {
        TextRule::OneOf(words) | TextRule::TrimmedOneOf(words) => {
            return format!("one of {}", words.join(", "));
        }
        TextRule::Any | TextRule::Visible => "text without the character NUL",
        TextRule::Plain | TextRule::Line | TextRule::MemberName | TextRule::OptionalMemberName => {
            "one line of text without control characters"
        }
        TextRule::Paragraph => "text without control characters but new lines",
        TextRule::PersonName => "a name: letters of any script, spaces, and marks that names have",
        TextRule::Country => "a country in two small letters, such as se",
        TextRule::PostalCode => "letters, digits, spaces and hyphens",
        TextRule::TaxNumber => "letters, digits and hyphens, with at least one digit, and no hyphen first",
        TextRule::BirthDate => "a date such as 1990-12-31, from 1900 on, of somebody whose age is accepted",
        TextRule::Email | TextRule::OptionalEmail => "an e-mail address, such as zoe@example.com",
        TextRule::Username => "letters from a to z, digits and hyphens, and no reserved name",
        TextRule::Word => "letters from a to z, digits, underscores and hyphens",
        TextRule::Slug => "at least two characters, without a slash, and not sys",
        TextRule::BusinessId => "the id of a business, which begins with biz_",
        TextRule::KeyOwner => "the id of a business or of an app, which begins with biz_ or app_",
        TextRule::Secret => "text without white space",
        TextRule::VersionDate => "a value of Api-Version-Date that the service accepts",
        TextRule::IdentityStatus => "a state of an identity check",
        TextRule::Network => "an address or a network, such as 10.0.0.0/8",
        TextRule::Decimal => "a decimal number of at most 28 digits, such as 12.50",
        TextRule::LocalMoment => "a moment, such as 2026-03-04T05:06:07",
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use profile_domain::{catalogue::find, change::RecordKind};

    use super::*;

    #[test]
    fn a_field_and_what_is_within_it_say_what_they_take() {
        let expected = |kind, name, path| expected(&find(kind, name).unwrap().field, path);
        let says = |text: &str| Some(text.to_owned());
        assert_eq!(expected(RecordKind::Account, "leverage", ""), says("a whole number, such as 42"));
        assert_eq!(expected(RecordKind::Account, "enable", ""), says("0 or 1"));
        let gender = expected(RecordKind::Client, "profile.gender", "").unwrap();
        assert!(gender.starts_with("one of ") && gender.contains("female"), "{gender}");
        assert_eq!(expected(RecordKind::User, "social_links", "1/verified"), says("true or false"));
        assert_eq!(
            expected(RecordKind::User, "social_links", "1"),
            says("an object in JSON, such as {\"name\": 1}")
        );
        assert_eq!(expected(RecordKind::User, "social_links", "1/nothing"), None);
    }
}
