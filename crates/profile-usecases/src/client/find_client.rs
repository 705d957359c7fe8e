//! A client reads the own statuses, accounts, balances and logins.

use profile_domain::client::{Client, policy::Acting};
use profile_ports::Unavailable;

use crate::Core;

/// Returns the client, if anything was ever written of them.
///
/// # Errors
/// [`Unavailable`].
pub async fn find_client(core: &Core, caller: &Acting) -> Result<Option<Client>, Unavailable> {
    core.find::<Client>(&caller.sub).await
}
