//! An operator key as answers show it (operator API page, section 13).

use profile_domain::{
    change::moment,
    operator::{OperatorKey, Revocation},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A key.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorKey")]
pub(super) struct Key {
    id: String,
    name: String,
    role: &'static str,
    allow_cidrs: Vec<String>,
    created_at: String,
    created_by: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    revoked: Option<Revoked>,
    #[serde(flatten)]
    made: Option<Made>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

/// What is shown of a new key alone.
#[derive(Serialize, JsonSchema)]
struct Made {
    /// The key itself; null in a dry run.
    secret: Option<String>,
}

/// That a key was ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorKeyRevocation")]
struct Revoked {
    at: String,
    by: String,
    reason: String,
}

impl From<OperatorKey> for Key {
    fn from(key: OperatorKey) -> Self {
        let revoked = |Revocation { at, by, reason }: Revocation| Revoked { at: moment(at), by, reason };
        Self {
            id: key.id.to_string(),
            name: key.name,
            role: key.role.name(),
            allow_cidrs: key.allow_cidrs.iter().map(ToString::to_string).collect(),
            created_at: moment(key.created_at),
            created_by: key.created_by,
            expires_at: key.expires_at.map(moment),
            last_used_at: key.last_used_at.map(moment),
            revoked: key.revoked.map(revoked),
            made: None,
            dry_run: false,
        }
    }
}

impl Key {
    /// The same key with its secret, which a dry run does not have.
    pub(super) fn with_secret(self, secret: String, dry_run: bool) -> Self {
        let made = Made { secret: (!dry_run).then_some(secret) };
        Self { made: Some(made), dry_run, ..self }
    }

    /// The same key, in the answer to a dry run.
    pub(super) fn dry(self, dry_run: bool) -> Self {
        Self { dry_run, ..self }
    }
}
