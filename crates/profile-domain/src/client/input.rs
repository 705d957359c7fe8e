//! A request's members as the rules see them, and how every broken rule is gathered.

use crate::{Text, Violation, field::Field};

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
    /// The member called `name`.
    fn member(&self, name: &str) -> Input<'_>;
}

/// Reads members and remembers every broken rule (contract client, section 3, validation).
pub(super) struct Checks<'a> {
    members: &'a dyn Members,
    /// What stands before a member's name: `financial_assessment.`
    prefix: &'static str,
    broken: Vec<Violation>,
}

impl<'a> Checks<'a> {
    pub(super) fn of(members: &'a dyn Members) -> Self {
        Self { members, prefix: "", broken: Vec::new() }
    }

    /// Checks of the members of an object within.
    pub(super) fn within(members: &'a dyn Members, prefix: &'static str) -> Self {
        Self { members, prefix, broken: Vec::new() }
    }

    fn say(&mut self, name: &str, problem: impl Into<String>) {
        self.broken.push(Violation::new(format!("{}{name}", self.prefix), problem));
    }

    /// A text that must be there; the trimmed value.
    pub(super) fn required(&mut self, field: &Field, rule: impl Fn(&str) -> Result<String, String>) -> Text {
        match self.members.member(field.name) {
            Input::Missing => self.say(field.name, "is required"),
            Input::Text(text) if text.trim().is_empty() => self.say(field.name, "is required"),
            Input::Text(text) => match rule(text).and_then(|text| kept(field, &text)) {
                Ok(text) => return text,
                Err(expected) => self.say(field.name, format!("is invalid: {expected}")),
            },
            Input::Flag(_) | Input::Object(_) | Input::Other => {
                self.say(field.name, "is invalid: expected a string");
            }
        }
        Text::default()
    }

    /// A text that may be left out, null or blank.
    pub(super) fn optional(
        &mut self,
        field: &Field,
        rule: impl Fn(&str) -> Result<String, String>,
    ) -> Option<Text> {
        match self.members.member(field.name) {
            Input::Missing => None,
            Input::Text(text) if text.trim().is_empty() => None,
            _ => Some(self.required(field, rule)),
        }
    }

    /// A flag that must be there.
    pub(super) fn flag(&mut self, field: &Field) -> bool {
        match self.members.member(field.name) {
            Input::Flag(flag) => return flag,
            Input::Missing => self.say(field.name, "is required"),
            Input::Text(_) | Input::Object(_) | Input::Other => {
                self.say(field.name, "is invalid: expected true or false");
            }
        }
        false
    }

    /// An object that must be there.
    pub(super) fn object(&mut self, field: &Field) -> Option<Box<dyn Members + 'a>> {
        match self.members.member(field.name) {
            Input::Object(members) => return Some(members),
            Input::Missing => self.say(field.name, "is required"),
            Input::Text(_) | Input::Flag(_) | Input::Other => {
                self.say(field.name, "is invalid: expected an object");
            }
        }
        None
    }

    /// Takes over what is wrong within an object.
    pub(super) fn join(&mut self, within: Vec<Violation>) {
        self.broken.extend(within);
    }

    /// What is wrong so far.
    pub(super) fn into_broken(self) -> Vec<Violation> {
        self.broken
    }

    /// The entry, if no rule is broken; else what is wrong, in the order of `order`.
    pub(super) fn entry<T>(mut self, order: &[Field], entry: T) -> Result<T, Vec<Violation>> {
        if self.broken.is_empty() {
            return Ok(entry);
        }
        let place = |broken: &Violation| order.iter().position(|field| broken.field == field.name);
        self.broken.sort_by_key(place);
        Err(self.broken)
    }
}

/// The text within the field's limit, as every store can keep it.
fn kept(field: &Field, text: &str) -> Result<Text, String> {
    let expected = || format!("expected 1 to {} characters", field.max_chars);
    let text = Text::try_from(text.trim()).map_err(|_| expected())?;
    field.check_length(&text).map_err(|_| expected())?;
    Ok(text)
}
