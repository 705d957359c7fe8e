//! A client reads the own statuses, accounts, balances and logins.

use profile_domain::client::{Client, policy::Caller};
use profile_ports::Unavailable;

use crate::Ports;

/// Returns the client, if anything was ever written of them.
///
/// # Errors
/// [`Unavailable`].
pub async fn find_client(ports: &Ports, caller: &Caller) -> Result<Option<Client>, Unavailable> {
    ports.find::<Client>(&caller.sub).await
}
