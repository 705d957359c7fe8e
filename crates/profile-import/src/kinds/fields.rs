//! Forms of fields that several kinds of rows have.

use profile_domain::{BrokenRule, Patch, Text, Violation, field::Field, users::MalformedId};
use profile_usecases::Refusal;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Unexpected},
};

/// 0 or 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ZeroOrOne(pub(crate) bool);

impl<'de> Deserialize<'de> for ZeroOrOne {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(Self(false)),
            1 => Ok(Self(true)),
            other => Err(de::Error::invalid_value(Unexpected::Unsigned(other.into()), &"0 or 1")),
        }
    }
}

impl Serialize for ZeroOrOne {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0.into())
    }
}

/// Text without NUL.
#[derive(Debug, Clone)]
pub(crate) struct ImportText(pub(crate) Text);

impl From<&Text> for ImportText {
    fn from(text: &Text) -> Self {
        Self(text.clone())
    }
}

impl Serialize for ImportText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for ImportText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::try_from(String::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

/// Returns the text as a member of a patch.
pub(super) fn patch(text: Option<ImportText>) -> Patch<Text> {
    text.map(|text| text.0).into()
}

/// Checks texts that are stored as they were sent.
pub(super) fn check(texts: &[(Field, &Option<ImportText>)]) -> Result<(), Refusal> {
    let broken: Vec<Violation> = texts
        .iter()
        .filter_map(|(field, text)| {
            let fault = field.clean(text.as_ref()?.0.as_str()).err()?;
            Some(BrokenRule { field: *field, fault }.in_words())
        })
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(Refusal::Invalid(broken)) }
}

/// Returns a text as its field stores it.
pub(super) fn clean(field: Field, text: &str) -> Result<Text, Refusal> {
    field.clean(text).map_err(|fault| Refusal::Invalid(vec![BrokenRule { field, fault }.in_words()]))
}

/// Returns the e-mail address of a row; an empty text says that there is none.
pub(super) fn optional_email(field: Field, text: Option<&ImportText>) -> Result<Option<Text>, Refusal> {
    match text {
        Some(text) if !text.0.is_empty() => clean(field, text.0.as_str()).map(Some),
        Some(_) => Ok(Some(Text::default())),
        None => Ok(None),
    }
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
