//! The rows of an import, by kind, and how each becomes a story.

mod account;
mod api_key;
mod app;
mod business;
mod client;
mod client_items;
mod customer;
mod file;
mod member;
mod members;
mod user;
mod workspace;

use std::sync::Arc;

use profile_usecases::{
    Core, Origin, Refusal,
    import::{Holder, Imported, Name},
};
use serde::Deserialize;

use self::{
    account::AccountRow,
    api_key::ApiKeyRow,
    app::AppRow,
    business::BusinessRow,
    client::ClientRow,
    customer::CustomerRow,
    file::FileRow,
    member::MemberRow,
    user::UserRow,
    workspace::{BrandRow, GroupRow, LanguageRow, TenantRow},
};
use super::folder::Folder;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
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
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Row {
    Customer(Box<CustomerRow>),
    Account(Box<AccountRow>),
    File(Box<FileRow>),
    Business(Box<BusinessRow>),
    App(Box<AppRow>),
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
    pub(super) fn of(line: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            kind: Kind,
        }
        serde_json::from_slice::<Head>(line).map(|head| head.kind).map_err(|error| unreadable(line, &error))
    }
}

impl Row {
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| unreadable(line, &error))
    }

    /// Two rows with the same key are about the same record.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Customer(row) => format!("customer {}", row.customer_id),
            Self::Account(row) => format!("account {}", row.login),
            Self::File(row) => format!("file {}", row.uuid),
            Self::Business(row) => format!("business {}", row.id),
            Self::App(row) => format!("app {}", row.id),
            Self::ApiKey(row) => format!("api_key {}", row.id),
            Self::User(row) => format!("user {}", row.id),
            Self::Client(row) => format!("client {}", row.sub),
            Self::Language(row) => format!("language {}", row.id),
            Self::Tenant(row) => format!("tenant {}", row.id),
            Self::Brand(row) => format!("brand {}", row.id),
            Self::Group(row) => format!("group {}", row.id),
            Self::Member(row) => format!("member {}", row.id),
        }
    }

    /// The record of the row and the names that it asks for, if its kind has names that only one record may have.
    pub(super) fn claim(&self, core: &Core) -> Option<(Holder, Vec<Name>)> {
        match self {
            Self::User(row) => row.claim(),
            Self::Client(row) => Some(row.claim()),
            Self::Tenant(row) => Some(row.claim()),
            Self::ApiKey(row) => row.claim(core),
            Self::Member(row) => Some(row.claim()),
            Self::Customer(_)
            | Self::Account(_)
            | Self::File(_)
            | Self::Business(_)
            | Self::App(_)
            | Self::Language(_)
            | Self::Brand(_)
            | Self::Group(_) => None,
        }
    }

    /// Imports the row, or says why not.
    pub(super) async fn import(
        self,
        core: &Core,
        folder: &Arc<Folder>,
        origin: &Origin,
    ) -> Result<Imported, String> {
        let outcome = match self {
            Self::Customer(row) => row.import(core, origin).await,
            Self::Account(row) => row.import(core, origin).await,
            Self::File(row) => row.import(core, folder, origin).await,
            Self::Business(row) => row.import(core, origin).await,
            Self::App(row) => row.import(core, origin).await,
            Self::ApiKey(row) => row.import(core, origin).await,
            Self::User(row) => row.import(core, origin).await,
            Self::Client(row) => row.import(core, origin).await,
            Self::Language(row) => row.import(core, origin).await,
            Self::Tenant(row) => row.import(core, origin).await,
            Self::Brand(row) => row.import(core, origin).await,
            Self::Group(row) => row.import(core, origin).await,
            Self::Member(row) => row.import(core, origin).await,
        };
        outcome.map_err(|refusal| match refusal {
            Refusal::Invalid(broken) => broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            Refusal::Unavailable(error) => format!("{error}: {}", error.source),
            other => other.to_string(),
        })
    }
}

/// Why `line` is no row.
fn unreadable(line: &[u8], error: &serde_json::Error) -> String {
    let Ok(line) = str::from_utf8(line) else { return "is not encoded in UTF-8".to_owned() };
    if let Some(first) = line.trim_start().chars().next().filter(|first| *first != '{') {
        return format!("is no JSON object: it begins with U+{:04X}", u32::from(first));
    }
    reason(error)
}

/// Why a value cannot be read, without the value itself: the report may end in a log.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    match (text.split_once(": string \""), text.rsplit_once("\", expected")) {
        (Some((what, _)), Some((_, expected))) => format!("{what}: a string, expected{expected}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> String {
        Row::parse(line.as_bytes()).err().unwrap()
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
    }
}
