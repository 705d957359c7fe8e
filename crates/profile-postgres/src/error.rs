//! Database errors by what the caller can do about them.

use diesel::result::{DatabaseErrorKind, Error};
use profile_ports::{CommitError, Unavailable, UnknownOutcome};

use crate::failure::is_unknown;

/// The unique constraints, and the field that each one guards.
const UNIQUE: [(&str, &str); 22] = [
    ("account_pkey", "login"),
    ("customer_pkey", "customer_id"),
    ("media_file_pkey", "uuid"),
    ("user_profile_pkey", "id"),
    ("user_profile_username_key_key", "username"),
    ("business_pkey", "id"),
    ("app_pkey", "id"),
    ("api_key_pkey", "id"),
    ("api_key_hash_key", "secret"),
    ("upload_pkey", "id"),
    ("upload_token_key", "token"),
    ("client_pkey", "sub"),
    ("client_client_id_key", "client_id"),
    ("person_key_pkey", "person_key"),
    ("language_pkey", "id"),
    ("tenant_pkey", "id"),
    ("tenant_slug_key", "slug"),
    ("brand_pkey", "id"),
    ("member_group_pkey", "id"),
    ("member_pkey", "id"),
    ("member_email_key_key", "email"),
    ("membership_membership_id_key", "id"),
];

/// The foreign keys, and the field that each one guards.
const FOREIGN: [(&str, &str); 3] = [
    ("account_customer_id_fkey", "customer_id"),
    ("user_override_user_id_fkey", "user"),
    ("membership_member_id_fkey", "member"),
];

pub(crate) fn unavailable(error: Error) -> Unavailable {
    Unavailable::database(error)
}

/// The outcome of a commit: how many records it wrote, or why none.
pub(crate) fn committed(outcome: Result<usize, Error>) -> Result<(), CommitError> {
    let error = match outcome {
        Ok(0) => return Err(CommitError::Stale),
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let guarded = |constraints: &[(&str, &'static str)]| {
        let Error::DatabaseError(_, information) = &error else { return None };
        let name = information.constraint_name()?;
        constraints.iter().find(|(constraint, _)| *constraint == name).map(|(_, field)| *field)
    };
    let refused = match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            guarded(&UNIQUE).map(CommitError::Taken)
        }
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            guarded(&FOREIGN).map(CommitError::Missing)
        }
        Error::DatabaseError(DatabaseErrorKind::NotNullViolation, information)
            if information.table_name() == Some("person_key") =>
        {
            Some(CommitError::Missing("master_key"))
        }
        unknown if is_unknown(unknown) => return Err(UnknownOutcome::because(error).into()),
        _ => None,
    };
    Err(refused.unwrap_or_else(|| unavailable(error).into()))
}
