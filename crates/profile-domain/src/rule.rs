//! What texts must be: each rule once, for every door through which a text enters.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;

use crate::{
    Text,
    client::{birth_date, forms, values::is_country},
    email,
    letters::has_visible,
    network::parse_network,
    tenant::Tenant,
    users::{BusinessId, IdentityStatus, KeyOwner, Username, VersionDate},
};

/// What a text must be, besides short enough for its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextRule {
    /// Anything, stored as it was sent.
    Any,
    /// Anything with a visible character, stored as it was sent.
    Visible,
    /// No control characters, stored trimmed.
    Plain,
    /// A line with a visible character and without control characters, stored trimmed.
    Line,
    /// As a line, but with new lines, of which CR LF becomes one, and it may be empty.
    Paragraph,
    /// As a line, measured before it is read (contract tenant, section 4.1).
    MemberName,
    /// As a member's name, which may be empty.
    OptionalMemberName,
    /// A name of any script (contract client, section 4), stored trimmed.
    PersonName,
    /// An assigned country in two small letters.
    Country,
    /// Letters, digits, spaces and hyphens, stored trimmed.
    PostalCode,
    /// Letters, digits and hyphens, with at least one digit, stored trimmed.
    TaxNumber,
    /// A date `YYYY-MM-DD` from 1900 on. Which ages are accepted depends on the day, so a contract checks that.
    BirthDate,
    /// One of these words, exactly.
    OneOf(&'static [&'static str]),
    /// One of these words, stored trimmed.
    TrimmedOneOf(&'static [&'static str]),
    /// An e-mail address, stored trimmed; see [`email`].
    Email,
    /// A username (contract users, section 4).
    Username,
    /// Letters, digits, underscores and hyphens, which may become part of a name in the media store.
    Word,
    /// What names a tenant in paths.
    Slug,
    /// As an e-mail address, which may be empty.
    OptionalEmail,
    /// The id of a business.
    BusinessId,
    /// The id of a business or an app.
    KeyOwner,
    /// A key that callers send: text without white space.
    Secret,
    /// An accepted value of `Api-Version-Date`.
    VersionDate,
    /// The name of a state of an identity check, stored as the contract shows it.
    IdentityStatus,
    /// An address or a network, stored as a network.
    Network,
    /// A decimal number of at most 28 digits, stored as it was sent.
    Decimal,
    /// A moment with or without an offset, stored as the client contract shows times: in UTC, with six digits and without
    /// an offset.
    LocalMoment,
}

/// Why a value is refused. What callers read is worded by their contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It must be there.
    Required,
    /// It is of another JSON type, or null where that is none of its values.
    WrongType,
    /// It contains a NUL character.
    Nul,
    /// It is longer than the field.
    TooLong,
    /// It is empty, or nothing but white space.
    Blank,
    /// It has no character that a reader sees.
    Invisible,
    /// It contains a control character.
    ControlCharacter,
    /// It does not have the form of its rule, or is none of the words that are accepted.
    Malformed,
    /// The word is reserved.
    Reserved,
    /// The date is not in the past.
    NotPast,
    /// The person is too young.
    TooYoung,
    /// The person is too old.
    TooOld,
    /// The country's residents are not accepted.
    NotAccepted,
    /// It is none of the values that are accepted.
    OutOfRange,
    /// There is no such member.
    Unknown,
}

/// Every fault with the code by which it passes through a garde report.
const CODES: [(Fault, &str); 15] = [
    (Fault::Required, "required"),
    (Fault::WrongType, "type"),
    (Fault::Nul, "nul"),
    (Fault::TooLong, "max_chars"),
    (Fault::Blank, "blank"),
    (Fault::Invisible, "invisible"),
    (Fault::ControlCharacter, "control_character"),
    (Fault::Malformed, "format"),
    (Fault::Reserved, "reserved"),
    (Fault::NotPast, "not_past"),
    (Fault::TooYoung, "too_young"),
    (Fault::TooOld, "too_old"),
    (Fault::NotAccepted, "not_accepted"),
    (Fault::OutOfRange, "value"),
    (Fault::Unknown, "unknown"),
];

impl Fault {
    /// Returns the code.
    #[must_use]
    pub fn code(self) -> &'static str {
        CODES.iter().find(|(fault, _)| *fault == self).map_or("format", |(_, code)| code)
    }

    /// Returns the word by which the operator API names the broken rule (operator API page, section 4).
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Required => "required",
            Self::WrongType => "type",
            Self::TooLong => "max_chars",
            Self::Blank | Self::Invisible => "min_chars",
            Self::Nul | Self::ControlCharacter | Self::Malformed => "format",
            Self::Reserved
            | Self::NotPast
            | Self::TooYoung
            | Self::TooOld
            | Self::NotAccepted
            | Self::OutOfRange => "value",
        }
    }

    /// Returns the fault with this code; whatever else garde says is a matter of form.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        CODES.iter().find(|(_, known)| *known == code).map_or(Self::Malformed, |(fault, _)| *fault)
    }
}

impl From<Fault> for garde::Error {
    fn from(fault: Fault) -> Self {
        Self::new(fault.code())
    }
}

impl TextRule {
    /// Returns whether only texts of a list obey the rule, so that any other text is a wrong value and not a wrong form.
    #[must_use]
    pub const fn is_choice(self) -> bool {
        matches!(
            self,
            Self::OneOf(_) | Self::TrimmedOneOf(_) | Self::Country | Self::VersionDate | Self::IdentityStatus
        )
    }

    /// Returns whether a list or a form bounds the text already, so that its length says nothing.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        self.is_choice()
            || matches!(
                self,
                Self::BirthDate
                    | Self::BusinessId
                    | Self::KeyOwner
                    | Self::Network
                    | Self::Decimal
                    | Self::LocalMoment
            )
    }

    /// Returns the text as a field of at most `max_chars` Unicode scalar values stores it.
    ///
    /// # Errors
    /// The first broken rule; in which order they are checked is documented by the contract.
    pub fn clean(self, max_chars: usize, text: &str) -> Result<Text, Fault> {
        let trimmed = text.trim();
        let stored: Cow<'_, str> = match self {
            Self::Any => within(max_chars, text)?.into(),
            Self::Visible => within(max_chars, visible(text)?)?.into(),
            Self::Plain => within(max_chars, without(char::is_control, trimmed)?)?.into(),
            Self::Line => {
                let line = without(char::is_control, filled(trimmed)?)?;
                visible(within(max_chars, line)?)?.into()
            }
            Self::Paragraph => paragraph(max_chars, text)?.into(),
            Self::OptionalMemberName if trimmed.is_empty() => trimmed.into(),
            Self::MemberName | Self::OptionalMemberName => {
                visible(without(char::is_control, within(max_chars, trimmed)?)?)?.into()
            }
            Self::PersonName => within(max_chars, formed(forms::is_person_name, trimmed)?)?.into(),
            Self::Country => formed(is_country, text)?.into(),
            Self::PostalCode => within(max_chars, formed(forms::is_postal_code, trimmed)?)?.into(),
            Self::TaxNumber => within(max_chars, formed(forms::is_tax_number, trimmed)?)?.into(),
            Self::BirthDate => formed(|text| birth_date::parse(text).is_some(), text)?.into(),
            Self::OneOf(words) => formed(|text| words.contains(&text), text)?.into(),
            Self::TrimmedOneOf(words) => formed(|text| words.contains(&text), trimmed)?.into(),
            Self::OptionalEmail if text.is_empty() => text.into(),
            // A field may have room for more than an address can have.
            Self::Email | Self::OptionalEmail => match email::check(text) {
                Err(Fault::TooLong) if within(max_chars, trimmed).is_ok() => return Err(Fault::Malformed),
                checked => checked?.into(),
            },
            Self::BusinessId => formed(|text| BusinessId::try_from(text).is_ok(), text)?.into(),
            Self::KeyOwner => formed(|text| KeyOwner::parse(text).is_some(), text)?.into(),
            Self::Secret => {
                let is_dense = |text: &str| !text.contains(char::is_whitespace);
                within(max_chars, formed(is_dense, filled(text)?)?)?.into()
            }
            Self::VersionDate => formed(|text| VersionDate::try_from(text).is_ok(), text)?.into(),
            Self::IdentityStatus => {
                IdentityStatus::from_name(text).map(IdentityStatus::name).ok_or(Fault::Malformed)?.into()
            }
            Self::Network => parse_network(text).map_err(|_| Fault::Malformed)?.to_string().into(),
            Self::Decimal => formed(|text| text.parse::<Decimal>().is_ok(), text)?.into(),
            Self::LocalMoment => local_moment(text).ok_or(Fault::Malformed)?.into(),
            Self::Username => username(text)?.into(),
            Self::Word => within(max_chars, formed(is_word, text)?)?.into(),
            Self::Slug => within(max_chars, formed(Tenant::is_slug, text)?)?.into(),
        };
        Text::try_from(stored.into_owned()).map_err(|_| Fault::Nul)
    }
}

fn within(max_chars: usize, text: &str) -> Result<&str, Fault> {
    let fits = garde::rules::length::chars::apply(&text, (0, max_chars)).is_ok();
    if fits { Ok(text) } else { Err(Fault::TooLong) }
}

fn filled(text: &str) -> Result<&str, Fault> {
    if text.is_empty() { Err(Fault::Blank) } else { Ok(text) }
}

fn visible(text: &str) -> Result<&str, Fault> {
    if has_visible(text) { Ok(text) } else { Err(Fault::Invisible) }
}

fn without(forbidden: fn(char) -> bool, text: &str) -> Result<&str, Fault> {
    if text.chars().any(forbidden) { Err(Fault::ControlCharacter) } else { Ok(text) }
}

fn formed(is_formed: impl Fn(&str) -> bool, text: &str) -> Result<&str, Fault> {
    if is_formed(text) { Ok(text) } else { Err(Fault::Malformed) }
}

fn is_word(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !text.is_empty() && text.bytes().all(allowed)
}

fn local_moment(text: &str) -> Option<String> {
    let zoned = || text.parse::<DateTime<Utc>>().map(|at| at.naive_utc());
    let at = text.parse::<NaiveDateTime>().or_else(|_| zoned()).ok()?;
    Some(at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string())
}

fn paragraph(max_chars: usize, text: &str) -> Result<String, Fault> {
    let text = text.replace("\r\n", "\n");
    let text = without(|character| character.is_control() && character != '\n', text.trim())?;
    within(max_chars, text).map(str::to_owned)
}

fn username(text: &str) -> Result<&str, Fault> {
    let text = formed(Username::is_well_formed, text)?;
    if Username::is_reserved(text) { Err(Fault::Reserved) } else { Ok(text) }
}
