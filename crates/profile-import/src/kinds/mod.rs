//! The kinds of rows, one file each: what a row says, and how it is imported.

mod account;
mod api_key;
mod app;
mod brand;
mod business;
mod client;
mod client_export;
mod client_items;
mod client_records;
mod customer;
mod export;
mod faults;
pub(crate) mod fields;
mod file;
mod group;
mod holding;
mod language;
mod member;
mod membership;
mod numbered;
mod tenant;
mod user;

use async_trait::async_trait;
use profile_domain::change::RecordKind;
use profile_usecases::{Ports, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::export::{ExportedRow, exported_row};
pub(crate) use self::faults::{faults_of, sort_faults};
use self::{
    account::AccountRow, api_key::ApiKeyRow, app::AppRow, brand::BrandRow, business::BusinessRow,
    client::ClientRow, customer::CustomerRow, file::FileRow, group::GroupRow, language::LanguageRow,
    member::MemberRow, tenant::TenantRow, user::UserRow,
};
use crate::{
    RowError,
    names::{Holder, Name},
    work::{Imported, Work},
};

/// A row that can be imported.
#[async_trait(?Send)]
pub(crate) trait ImportRow {
    /// Two rows with the same key are about the same record.
    fn key(&self) -> String;

    /// The record of the row and the names that it asks for, if its kind has names that only one record may have.
    fn claim(&self, _core: &Ports) -> Option<(Holder, Vec<Name>)> {
        None
    }

    /// Imports the row. A refused `member` may have been written in part, of all others nothing was.
    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal>;
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Customer,
    Account,
    File,
    Business,
    App,
    ApiKey,
    User,
    Client,
    Language,
    Tenant,
    Brand,
    Group,
    Member,
}

/// A whole row; a member that its kind does not have is an error.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Row {
    Customer(Box<CustomerRow>),
    Account(Box<AccountRow>),
    File(Box<FileRow>),
    Business(Box<BusinessRow>),
    App(Box<AppRow>),
    /// Its secret is not stored, so that no record has a row.
    #[serde(skip_serializing)]
    ApiKey(Box<ApiKeyRow>),
    User(Box<UserRow>),
    Client(Box<ClientRow>),
    Language(Box<LanguageRow>),
    Tenant(Box<TenantRow>),
    Brand(Box<BrandRow>),
    Group(Box<GroupRow>),
    Member(Box<MemberRow>),
}

impl Kind {
    pub(crate) fn of(line: &[u8]) -> Result<Self, RowError> {
        #[derive(Deserialize)]
        struct Head {
            kind: Kind,
        }
        serde_json::from_slice::<Head>(line).map(|head| head.kind).map_err(|error| unreadable(line, &error))
    }
}

/// Reads the row of a line.
pub(crate) fn parse(line: &[u8]) -> Result<Box<dyn ImportRow>, RowError> {
    let row: Row = serde_json::from_slice(line).map_err(|error| unreadable(line, &error))?;
    Ok(match row {
        Row::Customer(row) => row,
        Row::Account(row) => row,
        Row::File(row) => row,
        Row::Business(row) => row,
        Row::App(row) => row,
        Row::ApiKey(row) => row,
        Row::User(row) => row,
        Row::Client(row) => row,
        Row::Language(row) => row,
        Row::Tenant(row) => row,
        Row::Brand(row) => row,
        Row::Group(row) => row,
        Row::Member(row) => row,
    })
}

/// The member of a row of a kind that holds its key.
pub(crate) fn key_member(kind: Option<RecordKind>) -> &'static str {
    match kind {
        Some(RecordKind::Customer) => "customer_id",
        Some(RecordKind::Account) => "login",
        Some(RecordKind::File) => "uuid",
        Some(RecordKind::Client) => "sub",
        _ => "id",
    }
}

/// Returns kind and key of a row, as far as they can be read.
pub(crate) fn name_of_row(line: &[u8]) -> (Option<RecordKind>, Option<String>) {
    let Ok(Value::Object(row)) = serde_json::from_slice(line) else { return (None, None) };
    let kind = row.get("kind").and_then(Value::as_str).and_then(RecordKind::from_name);
    let key = row.get(key_member(kind)).and_then(|key| match key {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    (kind, key)
}

/// Why `line` is no row.
fn unreadable(line: &[u8], error: &serde_json::Error) -> RowError {
    let Ok(line) = str::from_utf8(line) else { return RowError::Encoding };
    match line.trim_start().chars().next() {
        Some('{') | None => RowError::Malformed(reason(error)),
        Some(first) => RowError::NoObject(first),
    }
}

/// Why a value cannot be read, without the value itself: the report may end in a log.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    // `invalid type: integer `5`, expected a string`; the value can hold anything, the words before it cannot.
    let parts = text.split_once(": ").zip(text.rsplit_once(", expected "));
    match parts {
        Some(((what @ ("invalid type" | "invalid value"), found), (_, expected))) => {
            let found = found.split(['`', '"', ',']).next().unwrap_or_default();
            format!("{what}: {}, expected {expected}", found.trim_end())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> String {
        parse(line.as_bytes()).err().unwrap().to_string()
    }

    #[test]
    fn unknown_members_and_kinds_are_errors() {
        assert!(refused(r#"{"kind":"account","login":1,"nick":"x"}"#).contains("unknown field `nick`"));
        assert!(refused(r#"{"kind":"robot"}"#).contains("unknown variant `robot`"));
        assert!(refused(r#"{"login":1}"#).contains("kind"));
        assert!(refused(r#"{"kind":"account"}"#).contains("missing field `login`"));
        assert!(refused("\u{200b}{}").contains("U+200B"));
        assert!(refused("[]").contains("no JSON object"));
        assert!(refused(r#"{"kind":"account","login":1,"enable":2}"#).contains("0 or 1"));
    }

    #[test]
    fn a_reason_does_not_repeat_the_value() {
        let reason = refused(r#"{"kind":"account","login":"Zoë, \"expected\""}"#);
        assert!(!reason.contains("Zoë"), "{reason}");
        assert!(reason.contains("expected i64"), "{reason}");
        for (member, value, kind) in [
            ("phone", "46400000000", "integer"),
            ("phone", "4.5", "floating point"),
            ("phone", "true", "boolean"),
        ] {
            let reason = refused(&format!(r#"{{"kind":"account","login":1,"{member}":{value}}}"#));
            assert!(
                !reason.contains(value) && reason.contains(&format!("invalid type: {kind}, ")),
                "{reason}"
            );
        }
    }
}
