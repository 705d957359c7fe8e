//! What PostgreSQL and the line to it say when something fails, in words and without values.

use std::{borrow::Cow, error::Error as StdError};

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use tokio_postgres::error::{DbError, Severity, SqlState};

/// The whole chain of causes in one line. Of what the server says only the message is kept: its detail and hint quote rows.
pub(crate) fn words(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return message(said).into_owned();
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// The SQLSTATE of a write that a standby, or a database that somebody has made read-only, is asked for.
pub(crate) const READ_ONLY: &str = "25006";
/// The function of the server that waits for standbys. It warns where a commit goes on without them; the words of the warning
/// are those of the server's language, and its code is that of every warning.
const WAITS_FOR_STANDBYS: &str = "SyncRepWaitForLSN";

/// Whether a notice says that a commit has not waited for the standbys that must have it: it may be lost with this server.
pub(crate) fn is_unreplicated(notice: &DbError) -> bool {
    notice.routine() == Some(WAITS_FOR_STANDBYS)
}

/// Reads an error as Diesel names it. Where it is not certain that the server undid the statement, the kind is one of those
/// that [`is_unknown`] recognises.
pub(crate) fn failed(error: &tokio_postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else { return unanswered(words(error)) };
    let kind = if ended(said) { DatabaseErrorKind::ClosedConnection } else { kind(said.code()) };
    let failure = Failure {
        message: message(said).into_owned(),
        code: said.code().code().into(),
        table: violated_table(said.table(), said.constraint(), said.message()).map(str::to_owned),
    };
    Error::DatabaseError(kind, Box::new(failure))
}

/// No answer came, for this reason.
pub(crate) fn unanswered(reason: String) -> Error {
    Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(reason))
}

/// Whether a statement that ended so may have been carried out all the same.
pub(crate) fn is_unknown(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    matches!(error, Error::DatabaseError(ClosedConnection | UnableToSendCommand, _))
}

/// The SQLSTATE of what the server said.
pub(crate) fn code(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(_, information) => information.details(),
        _ => None,
    }
}

/// Whether the session ended with the error, or a pooler says so of the server behind it.
fn ended(said: &DbError) -> bool {
    let lost = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN,
    ];
    matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
        || said.code().code().starts_with("08")
        || lost.contains(said.code())
}

/// What the server says. Messages about values quote them, so those are left out.
fn message(said: &DbError) -> Cow<'_, str> {
    let code = said.code().code();
    if code.starts_with("22") {
        return format!("a value was refused ({code})").into();
    }
    format!("{} ({code})", said.message()).into()
}

/// What a primary key is called behind the name of its table.
const PRIMARY_KEY: &str = "_pkey";

/// Returns the table whose rule was violated. On a cluster the names are those of a shard, `changes_102033` and
/// `changes_pkey_102033`; and of what the machine with the shard says, only the message arrives, where the name of the table, or
/// else of the primary key, is in quotes. All other unique indexes are on tables that are not spread.
fn violated_table<'a>(
    table: Option<&'a str>,
    constraint: Option<&'a str>,
    message: &'a str,
) -> Option<&'a str> {
    if let Some(table) = table {
        return Some(without_shard(table));
    }
    if let Some((_, rest)) = message.split_once("relation \"") {
        return rest.split('"').next().map(without_shard);
    }
    let name = without_shard(constraint.or_else(|| message.split('"').nth(1))?);
    name.strip_suffix(PRIMARY_KEY)
}

/// Returns a name without the number of a shard. No name of ours ends with a number, and none is so long that it would be cut.
fn without_shard(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((own, shard)) if !shard.is_empty() && shard.bytes().all(|byte| byte.is_ascii_digit()) => own,
        _ => name,
    }
}

fn kind(code: &SqlState) -> DatabaseErrorKind {
    let kinds = [
        (SqlState::UNIQUE_VIOLATION, DatabaseErrorKind::UniqueViolation),
        (SqlState::NOT_NULL_VIOLATION, DatabaseErrorKind::NotNullViolation),
        (SqlState::FOREIGN_KEY_VIOLATION, DatabaseErrorKind::ForeignKeyViolation),
        (SqlState::T_R_SERIALIZATION_FAILURE, DatabaseErrorKind::SerializationFailure),
    ];
    let found = kinds.into_iter().find(|(known, _)| known == code);
    found.map_or(DatabaseErrorKind::Unknown, |(_, kind)| kind)
}

/// What is kept of an error of the server.
struct Failure {
    message: String,
    code: Box<str>,
    table: Option<String>,
}

impl DatabaseErrorInformation for Failure {
    fn message(&self) -> &str {
        &self.message
    }

    /// The SQLSTATE; never what PostgreSQL calls the detail, which quotes values.
    fn details(&self) -> Option<&str> {
        Some(&self.code)
    }

    fn hint(&self) -> Option<&str> {
        None
    }

    fn table_name(&self) -> Option<&str> {
        self.table.as_deref()
    }

    fn column_name(&self) -> Option<&str> {
        None
    }

    fn constraint_name(&self) -> Option<&str> {
        None
    }

    fn statement_position(&self) -> Option<i32> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_violated_table_is_named_alike_by_a_server_and_by_a_cluster() {
        let duplicate = |index: &str| format!("duplicate key value violates unique constraint \"{index}\"");
        for index in ["claim_pkey", "claim_pkey_102033"] {
            let table = if index == "claim_pkey" { "claim" } else { "claim_102033" };
            assert_eq!(violated_table(Some(table), Some(index), &duplicate(index)), Some("claim"));
            assert_eq!(violated_table(None, Some(index), &duplicate(index)), Some("claim"));
            assert_eq!(violated_table(None, None, &duplicate(index)), Some("claim"));
        }
        let null = "null value in column \"at\" of relation \"changes_102008\" violates not-null constraint";
        assert_eq!(violated_table(None, None, null), Some("changes"));
        assert_eq!(violated_table(None, None, &duplicate("person_key_pkey_9")), Some("person_key"));
    }

    #[test]
    fn a_message_without_a_table_names_none() {
        assert_eq!(violated_table(None, None, "deadlock detected"), None);
        assert_eq!(violated_table(None, None, "relation \""), Some(""));
        assert_eq!(violated_table(None, Some("checkpoint_predecessor_key"), ""), None);
    }

    #[test]
    fn only_the_number_of_a_shard_is_taken_off_a_name() {
        for (name, own) in [
            ("changes_102008", "changes"),
            ("changes", "changes"),
            ("changes_", "changes_"),
            ("_1", ""),
            ("v2_x3", "v2_x3"),
        ] {
            assert_eq!(without_shard(name), own);
        }
    }
}
