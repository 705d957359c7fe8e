//! The ports that every story works with.

use std::sync::Arc;

use profile_domain::{
    Text,
    change::{Cause, Reason},
};
use profile_ports::{
    Balances, Clock, Ids, Images, KeyRegister, KeyedHash, Media, Passwords, ServiceVault, Signer, Store,
    Vault,
};

use crate::{Peers, Turns, UploadLimits};

/// The outside world, as wired by the program.
#[derive(Clone)]
pub struct Ports {
    /// The records.
    pub store: Arc<dyn Store>,
    /// What the database remembers of the service's own keys.
    pub keys: Arc<dyn KeyRegister>,
    /// The bytes of media files.
    pub media: Arc<dyn Media>,
    /// What is shown of pictures.
    pub images: Arc<dyn Images>,
    /// Seals sensitive values.
    pub vault: Arc<dyn Vault>,
    /// Signs receipts and checkpoints.
    pub signer: Arc<dyn Signer>,
    /// Seals what the service needs again.
    pub service_vault: Arc<dyn ServiceVault>,
    /// Hashes and checks passwords.
    pub passwords: Arc<dyn Passwords>,
    /// What users hold.
    pub balances: Arc<dyn Balances>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh identifiers.
    pub ids: Arc<dyn Ids>,
    /// How much may be uploaded at once, and stored by one caller.
    pub upload_limits: Arc<UploadLimits>,
    /// Hashes API keys, and seals cursors and addresses.
    pub keyed_hash: Arc<dyn KeyedHash>,
    /// This server, and those beside it.
    pub peers: Arc<Peers>,
    /// Who writes which record at the moment.
    pub turns: Arc<Turns>,
}

/// The door of what the service does by itself, and its actor there.
pub(crate) const SWEEP: &str = "sweep";
pub(crate) const SERVICE: &str = "service";

/// The door of an import, as change records store it.
pub const IMPORT: &str = "import";

/// Through which door a request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestOrigin {
    /// The contract, or `import`.
    pub contract: &'static str,
    /// The request's id.
    pub request_id: String,
}

impl RequestOrigin {
    /// Returns the origin of what the service or a command does by itself.
    #[must_use]
    pub fn fresh(ports: &Ports, contract: &'static str) -> Self {
        Self { contract, request_id: ports.ids.request().to_string() }
    }

    /// Returns what the change record stores of a write by `actor`.
    #[must_use]
    pub fn cause(&self, actor: String, reason: Option<Text>) -> Cause {
        Cause {
            actor,
            door: self.contract.to_owned(),
            request_id: self.request_id.clone(),
            reason: reason.map(Reason::Text),
        }
    }
}
