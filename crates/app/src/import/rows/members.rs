//! Members that several kinds of rows have.

use profile_domain::{Patch, Text, Violation, email, field::Field, letters::has_visible, users::MalformedId};
use profile_usecases::Refusal;
use serde::{Deserialize, Deserializer, de};

/// 0 or 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag(pub(super) bool);

impl<'de> Deserialize<'de> for Flag {
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
pub(super) struct Words(pub(super) Text);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::try_from(String::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

/// The text as a member of a patch.
pub(super) fn patch(words: Option<Words>) -> Patch<Text> {
    words.map(|words| words.0).into()
}

/// Checks the lengths of texts that only an import writes.
pub(super) fn check(texts: &[(Field, &Option<Words>)]) -> Result<(), Vec<Violation>> {
    let broken: Vec<Violation> = texts
        .iter()
        .filter_map(|(field, words)| {
            let problem = field.check_length(&words.as_ref()?.0).err()?;
            Some(Violation::new(field.name, problem))
        })
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}

/// Returns the e-mail address of a row, trimmed.
pub(super) fn email_address(words: Option<&Words>) -> Result<Option<Text>, Refusal> {
    let wrong = |problem: String| Refusal::invalid("email", problem);
    let address = words.map(|words| email::check(words.0.as_str())).transpose();
    let address = address.map_err(|fault| wrong(fault.to_string()))?;
    address.map(Text::try_from).transpose().map_err(|nul| wrong(nul.to_string()))
}

/// As [`email_address`], for a record where an empty text says that there is no address.
pub(super) fn optional_email(words: Option<&Words>) -> Result<Option<Text>, Refusal> {
    match words {
        Some(words) if words.0.is_empty() => Ok(Some(Text::default())),
        _ => email_address(words),
    }
}

/// Checks a name that must be there.
pub(super) fn visible(field: Field, words: &Words) -> Result<(), Refusal> {
    if has_visible(words.0.as_str()) {
        return Ok(());
    }
    Err(Refusal::invalid(field.name, "must have a visible character"))
}

/// Writes what the row says over what was there.
pub(super) fn set(field: &mut Text, words: Option<&Words>) {
    if let Some(words) = words {
        field.clone_from(&words.0);
    }
}

/// Reads a prefixed id.
pub(super) fn id<T>(field: &str, text: &str) -> Result<T, Refusal>
where
    T: for<'a> TryFrom<&'a str, Error = MalformedId>,
{
    T::try_from(text).map_err(|malformed| Refusal::invalid(field, malformed.to_string()))
}
