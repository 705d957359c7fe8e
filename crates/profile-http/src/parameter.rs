//! What an operation reads from its path, its query and its headers, for the API document.

use schemars::{Schema, SchemaGenerator, json_schema};

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// Among the headers.
    Header,
}

/// One parameter of an operation.
#[derive(Clone, Copy)]
pub(crate) struct Parameter {
    /// Its name, as it is sent.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Whether a request without it is refused.
    pub is_required: bool,
    /// What it does, for people.
    pub meaning: &'static str,
    /// Which values are accepted.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Parameter {
    /// A part of the path, which is always there.
    pub(crate) const fn path(
        name: &'static str,
        meaning: &'static str,
        schema: fn(&mut SchemaGenerator) -> Schema,
    ) -> Self {
        Self { name, place: Place::Path, is_required: true, meaning, schema }
    }

    /// A pair of the query, which may be absent.
    pub(crate) const fn query(
        name: &'static str,
        meaning: &'static str,
        schema: fn(&mut SchemaGenerator) -> Schema,
    ) -> Self {
        Self { name, place: Place::Query, is_required: false, meaning, schema }
    }

    /// A header, which may be absent.
    pub(crate) const fn header(
        name: &'static str,
        meaning: &'static str,
        schema: fn(&mut SchemaGenerator) -> Schema,
    ) -> Self {
        Self { name, place: Place::Header, is_required: false, meaning, schema }
    }

    /// The same, without which a request is refused.
    pub(crate) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }
}

/// Any text.
pub(crate) fn any_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string" })
}
