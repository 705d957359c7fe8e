//! A client reads the own records.

use profile_domain::client::{Client, policy::Acting};
use profile_ports::Unavailable;

use super::ClientRefusal;
use crate::Core;

/// The client, if anything was ever written of them.
///
/// # Errors
/// [`Unavailable`].
pub async fn find_client(core: &Core, acting: &Acting) -> Result<Option<Client>, Unavailable> {
    core.find::<Client>(&acting.sub).await
}

/// What `read` finds in the client's records.
///
/// # Errors
/// [`ClientRefusal::NotFound`] with the name of the record, [`ClientRefusal::Unavailable`] if it cannot be opened.
pub async fn get_client<T>(
    core: &Core,
    acting: &Acting,
    record: &'static str,
    read: impl FnOnce(Client) -> Result<Option<T>, Unavailable>,
) -> Result<T, ClientRefusal> {
    let client = find_client(core, acting).await?;
    client.map(read).transpose()?.flatten().ok_or(ClientRefusal::NotFound(record))
}
