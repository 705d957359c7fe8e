//! Forms of fields that several kinds of rows have.

use profile_domain::{Patch, Text, Violation, email, field::Field, letters::has_visible, users::MalformedId};
use profile_usecases::Refusal;
use serde::{Deserialize, Deserializer, de};

/// 0 or 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ZeroOrOne(pub(crate) bool);

impl<'de> Deserialize<'de> for ZeroOrOne {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(Self(false)),
            1 => Ok(Self(true)),
            _ => Err(de::Error::custom("a flag must be 0 or 1")),
        }
    }
}

/// Text without NUL.
#[derive(Debug, Clone)]
pub(crate) struct ImportText(pub(crate) Text);

impl<'de> Deserialize<'de> for ImportText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::try_from(String::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

/// Returns the text as a member of a patch.
pub(super) fn patch(text: Option<ImportText>) -> Patch<Text> {
    text.map(|text| text.0).into()
}

/// Checks the lengths of texts that only an import writes.
pub(super) fn check(texts: &[(Field, &Option<ImportText>)]) -> Result<(), Refusal> {
    let broken: Vec<Violation> = texts
        .iter()
        .filter_map(|(field, text)| {
            let problem = field.check_length(&text.as_ref()?.0).err()?;
            Some(Violation::new(field.name, problem))
        })
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(Refusal::Invalid(broken)) }
}

/// Returns the e-mail address of a row, trimmed.
pub(super) fn email_address(text: Option<&ImportText>) -> Result<Option<Text>, Refusal> {
    let wrong = |problem: String| Refusal::invalid("email", problem);
    let address = text.map(|text| email::check(text.0.as_str())).transpose();
    let address = address.map_err(|fault| wrong(fault.to_string()))?;
    address.map(Text::try_from).transpose().map_err(|nul| wrong(nul.to_string()))
}

/// As [`email_address`], for a record where an empty text says that there is no address.
pub(super) fn optional_email(text: Option<&ImportText>) -> Result<Option<Text>, Refusal> {
    match text {
        Some(text) if text.0.is_empty() => Ok(Some(Text::default())),
        _ => email_address(text),
    }
}

/// Checks a name that must be there.
pub(super) fn visible(field: Field, text: &ImportText) -> Result<(), Refusal> {
    if has_visible(text.0.as_str()) {
        return Ok(());
    }
    Err(Refusal::invalid(field.name, "must have a visible character"))
}

/// Writes what the row says over what was there.
pub(super) fn set(field: &mut Text, text: Option<&ImportText>) {
    if let Some(text) = text {
        field.clone_from(&text.0);
    }
}

/// As [`set`], for a text that may be absent.
pub(super) fn set_optional(field: &mut Option<Text>, text: Option<&ImportText>) {
    if let Some(text) = text {
        *field = Some(text.0.clone());
    }
}

/// Writes a list of the row over the one that was there.
pub(super) fn set_list<T: Clone>(field: &mut Vec<T>, list: Option<&Vec<T>>) {
    if let Some(list) = list {
        field.clone_from(list);
    }
}

/// Reads a prefixed id.
pub(super) fn id<T>(field: &str, text: &str) -> Result<T, Refusal>
where
    T: for<'a> TryFrom<&'a str, Error = MalformedId>,
{
    T::try_from(text).map_err(|malformed| Refusal::invalid(field, malformed.to_string()))
}

/// Reads every item of a list, if the row has one.
pub(super) fn each<T, U>(
    list: Option<Vec<T>>,
    read: impl FnMut(T) -> Result<U, Refusal>,
) -> Result<Option<Vec<U>>, Refusal> {
    list.map(|items| items.into_iter().map(read).collect()).transpose()
}
