//! Values and moments as pages show them; what is not shown says why.

use std::fmt::Write as _;

use askama::{Template, filters::HtmlSafe};
use chrono::{DateTime, Utc};
use profile_domain::{
    catalogue::{Entry, find},
    change::{Cause, Reason, RecordKind, Value, moment},
    operator::{Role, Rule, policy},
};
use profile_ports::change_log::encode_value;

/// A moment: UTC, with the exact instant beside it. The script shows it in the reader's zone.
#[derive(Template, Clone)]
#[template(path = "components/when.html")]
pub(crate) struct When {
    exact: String,
    text: String,
}

impl HtmlSafe for When {}

impl When {
    pub(crate) fn new(at: DateTime<Utc>) -> Self {
        Self { exact: moment(at), text: at.format("%Y-%m-%d %H:%M:%S UTC").to_string() }
    }
}

/// A value, or why there is none to see.
#[derive(Template, Clone, Debug, PartialEq, Eq)]
#[template(path = "components/shown.html")]
pub(crate) struct Shown {
    text: String,
    why: Option<&'static str>,
}

impl HtmlSafe for Shown {}

impl Shown {
    /// Returns the value of a field as `role` sees it.
    pub(crate) fn of(role: Role, entry: &Entry, value: Option<&Value>) -> Self {
        if let Err(rule) = policy::check_read(role, entry, false) {
            return Self::hidden(match rule {
                Rule::FieldWriteOnly => "never shown",
                Rule::RevealSensitive => "sensitive: masked",
                _ => "personal: not shown to this role",
            });
        }
        match value {
            None | Some(Value::Null) => Self::hidden("empty"),
            Some(Value::Redacted(_)) => Self::hidden("erased"),
            Some(Value::Masked(_)) => Self::hidden("sensitive: masked"),
            Some(Value::Text(text)) if text.is_empty() => Self::hidden("empty"),
            Some(value) => Self { text: visible(&text(value)), why: None },
        }
    }

    /// Returns the value of a field of a change, which need not be in today's catalogue.
    pub(crate) fn of_change(role: Role, kind: RecordKind, field: &str, value: &Value) -> Self {
        match find(kind, field) {
            Some(entry) => Self::of(role, entry, Some(value)),
            None => Self::hidden("not shown: the field is no more"),
        }
    }

    /// Returns the reason of a change.
    pub(crate) fn reason(role: Role, cause: &Cause) -> Option<Self> {
        match cause.reason.as_ref()? {
            _ if !Rule::ReadPersonal.allows(role) => Some(Self::hidden("personal: not shown to this role")),
            Reason::Text(text) => Some(Self { text: visible(text.as_str()), why: None }),
            Reason::Redacted(_) => Some(Self::hidden("erased")),
        }
    }

    /// Returns several texts as one; nothing, if none of them is shown.
    pub(crate) fn joined(all: &[Self]) -> Option<Self> {
        let texts: Vec<&str> = all.iter().filter_map(Self::text).collect();
        (!texts.is_empty()).then(|| Self { text: texts.join(" "), why: None })
    }

    pub(crate) const fn hidden(why: &'static str) -> Self {
        Self { text: String::new(), why: Some(why) }
    }

    /// Returns why a value that may be there is not shown; `None` if it is shown, or there is none.
    pub(crate) fn masked(&self) -> Option<&'static str> {
        self.why.filter(|why| *why != "empty")
    }

    /// Whether a sensitive value may be there, which is revealed with a reason alone.
    pub(crate) fn is_sensitive(&self) -> bool {
        self.why == Some("sensitive: masked")
    }

    /// Returns the text, if it is shown.
    pub(crate) fn text(&self) -> Option<&str> {
        self.why.is_none().then_some(self.text.as_str())
    }
}

/// Returns a value as text: lists and objects as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null | Value::Masked(_) | Value::Redacted(_) => String::new(),
        Value::Text(text) => text.as_str().to_owned(),
        Value::List(items) if items.is_empty() => "[]".to_owned(),
        Value::List(_) | Value::Object(_) => {
            serde_json::to_string_pretty(&encode_value(value)).unwrap_or_default()
        }
        Value::Integer(_) | Value::Number(_) | Value::Flag(_) => encode_value(value).to_string(),
    }
}

/// Returns a text in which characters that turn the direction of others around are seen.
pub(crate) fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character) {
            code @ (0x061c | 0x200e | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069) => {
                // Writing to a text cannot fail.
                write!(seen, "[U+{code:04X}]").ok();
            }
            _ => seen.push(character),
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_turn_the_direction_are_seen() {
        assert_eq!(visible("a\u{202e}gpj.exe"), "a[U+202E]gpj.exe");
        assert_eq!(visible("שלום"), "שלום");
    }

    #[test]
    fn markup_in_a_value_stays_text() {
        let shown = Shown { text: "<script>".to_owned(), why: None };
        assert!(!shown.render().unwrap().contains("<script>"));
    }
}
