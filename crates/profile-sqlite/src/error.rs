//! Database errors by what the caller can do about them.

use diesel::result::{DatabaseErrorKind, Error};
use profile_domain::change::Facet;
use profile_ports::{CommitError, Unavailable, UnknownOutcome};

/// What SQLite's message for a unique violation ends with, and the field that it means; it names no constraint.
const UNIQUE: [(&str, &str); 22] = [
    (" account.login", "login"),
    (" customer.customer_id", "customer_id"),
    (" media_file.uuid", "uuid"),
    (" user_profile.user_id", "id"),
    (" user_profile.username_key", "username"),
    (" business.business_id", "id"),
    (" app.app_id", "id"),
    (" api_key.key_id", "id"),
    (" api_key.hash", "secret"),
    (" upload.upload_id", "id"),
    (" upload.token", "token"),
    (" client.sub", "sub"),
    (" client.client_id", "client_id"),
    (" person_key.person_id", "person_key"),
    (" language.language_id", "id"),
    (" tenant.tenant_id", "id"),
    (" tenant.slug", "slug"),
    (" brand.brand_id", "id"),
    (" member_group.group_id", "id"),
    (" member.member_id", "id"),
    (" member.email_key", "email"),
    (" membership.membership_id", "id"),
];

/// The outcome of a commit: how many records it wrote, or why none.
pub(crate) fn committed(facet: Facet, outcome: Result<usize, Error>) -> Result<(), CommitError> {
    let error = match outcome {
        Ok(0) => return Err(CommitError::Stale),
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let refused = match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => UNIQUE
            .iter()
            .find(|(column, _)| information.message().ends_with(column))
            .map(|(_, field)| CommitError::Taken(field)),
        Error::DatabaseError(DatabaseErrorKind::NotNullViolation, information)
            if information.message().ends_with(" person_key.master") =>
        {
            Some(CommitError::Missing("master_key"))
        }
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            reference(facet).map(CommitError::Missing)
        }
        Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, _) => {
            return Err(UnknownOutcome::because(error).into());
        }
        _ => None,
    };
    Err(refused.unwrap_or_else(|| Unavailable::database(error).into()))
}

/// What a record refers to and a commit cannot make itself; SQLite does not say which reference failed.
fn reference(facet: Facet) -> Option<&'static str> {
    match facet {
        Facet::Account => Some("customer_id"),
        Facet::Override => Some("user"),
        Facet::Membership => Some("member"),
        Facet::Customer
        | Facet::File
        | Facet::User
        | Facet::Business
        | Facet::App
        | Facet::ApiKey
        | Facet::Upload
        | Facet::Client
        | Facet::Language
        | Facet::Tenant
        | Facet::Brand
        | Facet::Group
        | Facet::Member => None,
    }
}
