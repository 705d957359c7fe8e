//! A request's members as the rules see them, and how every broken rule is gathered.

use garde::Validate;

use super::words::in_words;
use crate::{BrokenRule, Text, Violation, field::Field, rule::Fault};

/// What a member holds.
pub enum Input<'a> {
    /// It is left out, or null.
    Missing,
    /// Text.
    Text(&'a str),
    /// True or false.
    Flag(bool),
    /// An object.
    Object(Box<dyn Members + 'a>),
    /// A number or a list, which no member ever is.
    Other,
}

/// An object of a request.
pub trait Members {
    /// Returns the member called `name`.
    fn member(&self, name: &str) -> Input<'_>;
}

/// Reads members by type, and remembers those of another type (contract client, section 3, validation).
#[derive(Default)]
pub(super) struct Reader {
    broken: Vec<BrokenRule>,
}

impl Reader {
    /// Returns the text of a field; what is blank counts as left out.
    pub(super) fn text<'a>(&mut self, members: &'a dyn Members, field: Field) -> Option<&'a str> {
        match member(members, field) {
            Input::Missing => None,
            Input::Text(text) => Some(text).filter(|text| !text.trim().is_empty()),
            Input::Flag(_) | Input::Object(_) | Input::Other => self.wrong_type(field),
        }
    }

    /// Returns the flag of a field.
    pub(super) fn flag(&mut self, members: &dyn Members, field: Field) -> Option<bool> {
        match member(members, field) {
            Input::Missing => None,
            Input::Flag(flag) => Some(flag),
            Input::Text(_) | Input::Object(_) | Input::Other => self.wrong_type(field),
        }
    }

    /// Returns the object of a field.
    pub(super) fn object<'a>(
        &mut self,
        members: &'a dyn Members,
        field: Field,
    ) -> Option<Box<dyn Members + 'a>> {
        match member(members, field) {
            Input::Missing => None,
            Input::Object(members) => Some(members),
            Input::Text(_) | Input::Flag(_) | Input::Other => self.wrong_type(field),
        }
    }

    fn wrong_type<T>(&mut self, field: Field) -> Option<T> {
        self.broken.push(BrokenRule { field, fault: Fault::WrongType });
        None
    }

    /// Checks what was read.
    ///
    /// # Errors
    /// Every broken rule, one for each field, in the order of `order`.
    pub(super) fn check<I: Validate>(
        self,
        input: &I,
        given: &I::Context,
        order: &[Field],
    ) -> Result<(), Vec<Violation>> {
        let mut broken = self.broken;
        if let Err(report) = input.validate_with(given) {
            let is_read = |of: &BrokenRule| !broken.iter().any(|read| read.field.name == of.field.name);
            let unread: Vec<BrokenRule> =
                BrokenRule::all_of(&report, order).into_iter().filter(is_read).collect();
            broken.extend(unread);
        }
        if broken.is_empty() {
            return Ok(());
        }
        broken.sort_by_key(|broken| order.iter().position(|field| field.name == broken.field.name));
        Err(broken.into_iter().map(in_words).collect())
    }
}

/// Members of an object within have its name and a full stop before theirs in the catalogue.
fn member(members: &dyn Members, field: Field) -> Input<'_> {
    members.member(field.name.rsplit('.').next().unwrap_or(field.name))
}

/// The garde rule of a value that must be there.
#[allow(clippy::ref_option, reason = "garde passes what it checks by reference")]
pub(super) fn present<T, Context>(value: &Option<T>, _: &Context) -> garde::Result {
    if value.is_some() { Ok(()) } else { Err(Fault::Required.into()) }
}

/// Returns a checked text as it is stored; nothing, where it was left out.
pub(super) fn stored(field: Field, text: Option<&str>) -> Option<Text> {
    text.and_then(|text| field.clean(text).ok())
}

/// Returns a checked text that had to be there.
pub(super) fn required(field: Field, text: Option<&str>) -> Text {
    stored(field, text).unwrap_or_default()
}
