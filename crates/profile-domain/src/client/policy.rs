//! Who may do what with a client's records; everything that is not granted here is denied (contract client, sections 2
//! and 3).

use uuid::Uuid;

use super::{Client, SystemStatus};

/// A verified caller: a client, or staff caller for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenClaims {
    /// The client.
    Client {
        /// Whose token it is.
        sub: Uuid,
    },
    /// A member of staff.
    Staff {
        /// Who.
        staff: String,
        /// For which client, if the token says so.
        client: Option<Uuid>,
    },
}

/// Why a known caller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// A staff token names no client.
    #[error("The staff token names no client.")]
    NoClient,
    /// The client is closed or disabled, and nothing can be written.
    #[error("The client's status does not allow changes.")]
    Closed,
}

/// Whose records a caller works on, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose records.
    pub sub: Uuid,
    /// The staff member, if it is not the client.
    pub staff: Option<String>,
}

impl Caller {
    /// Returns how the log names this caller (operator page, section 5.1).
    #[must_use]
    pub fn actor(&self) -> String {
        match &self.staff {
            None => format!("client:{}", self.sub),
            Some(staff) => format!("client-staff:{staff}"),
        }
    }
}

impl TokenClaims {
    /// By whom requests are counted.
    #[must_use]
    pub fn rate_limit_key(&self) -> String {
        match self {
            Self::Client { sub } => sub.to_string(),
            Self::Staff { staff, .. } => format!("staff {staff}"),
        }
    }

    /// Whose records this session works on.
    ///
    /// # Errors
    /// [`Rule::NoClient`].
    pub fn caller(&self) -> Result<Caller, Rule> {
        match self {
            Self::Client { sub } => Ok(Caller { sub: *sub, staff: None }),
            Self::Staff { staff, client: Some(sub) } => Ok(Caller { sub: *sub, staff: Some(staff.clone()) }),
            Self::Staff { client: None, .. } => Err(Rule::NoClient),
        }
    }
}

/// Whether anything of `client` may be changed; staff is refused alike.
///
/// # Errors
/// [`Rule::Closed`].
pub fn may_write(client: &Client) -> Result<(), Rule> {
    let shut = [SystemStatus::Closed, SystemStatus::Disabled];
    if client.system_statuses.iter().any(|status| shut.contains(status)) { Err(Rule::Closed) } else { Ok(()) }
}
