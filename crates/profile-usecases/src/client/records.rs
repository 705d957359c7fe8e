//! A client, or staff for one, creates, replaces and reads the records: each is created once, and replaced whole.

use profile_domain::{
    Text,
    client::{Client, policy::Caller},
};
use profile_ports::Unavailable;

use super::{
    ClientRefusal,
    change_client::{Admitted, WriteContext, change_client},
    find_client,
};
use crate::{Ports, RequestOrigin};

/// A record of a client.
pub trait ClientRecord: Sized + Send {
    /// What refusals call it.
    const NAME: &'static str;
    /// What the refusal to create it again calls the one that exists.
    const EXISTING: &'static str;
    /// A checked request to create it.
    type Creation: Send + Sync;
    /// A checked request to replace it.
    type Replacement: Send + Sync;
    /// The record with its sensitive values decrypted.
    type Decrypted;

    /// Returns the client's record of this type.
    fn of(client: &mut Client) -> &mut Option<Self>;

    /// Returns the record that a request creates.
    ///
    /// # Errors
    /// A sensitive value cannot be sealed.
    fn create(entry: &Self::Creation, context: &WriteContext<'_>) -> Result<Self, Unavailable>;

    /// Returns the record that a request puts in the place of this one.
    ///
    /// # Errors
    /// A sensitive value cannot be sealed.
    fn replace(&self, entry: &Self::Replacement, context: &WriteContext<'_>) -> Result<Self, Unavailable>;

    /// Returns why the caller replaces the record, for the change log.
    #[must_use]
    fn reason(_: &Self::Replacement) -> Option<Text> {
        None
    }

    /// Returns the client's record for whom it is about.
    ///
    /// # Errors
    /// A sensitive value cannot be decrypted.
    fn decrypt(ports: &Ports, client: &Client) -> Result<Option<Self::Decrypted>, Unavailable>;
}

/// Creates a record, and returns it with its client.
///
/// # Errors
/// [`ClientRefusal`].
pub async fn create<R: ClientRecord>(
    ports: &Ports,
    admitted: Admitted,
    entry: R::Creation,
    origin: &RequestOrigin,
) -> Result<(Client, R::Decrypted), ClientRefusal> {
    let change = |client: &mut Client, context: &WriteContext<'_>| {
        let record = R::of(client);
        if record.is_some() {
            return Err(ClientRefusal::Exists(R::EXISTING));
        }
        *record = Some(R::create(&entry, context)?);
        Ok(())
    };
    let client = change_client(ports, admitted, origin, None, change).await?;
    decrypted::<R>(ports, client)
}

/// Replaces a record, and returns it with its client; the change log keeps the reason.
///
/// # Errors
/// [`ClientRefusal`].
pub async fn replace<R: ClientRecord>(
    ports: &Ports,
    admitted: Admitted,
    entry: R::Replacement,
    origin: &RequestOrigin,
) -> Result<(Client, R::Decrypted), ClientRefusal> {
    let change = |client: &mut Client, context: &WriteContext<'_>| {
        let record = R::of(client).as_mut().ok_or(ClientRefusal::NotFound(R::NAME))?;
        *record = record.replace(&entry, context)?;
        Ok(())
    };
    let client = change_client(ports, admitted, origin, R::reason(&entry), change).await?;
    decrypted::<R>(ports, client)
}

/// Returns a record with its client.
///
/// # Errors
/// [`ClientRefusal::NotFound`], [`ClientRefusal::Unavailable`].
pub async fn get<R: ClientRecord>(
    ports: &Ports,
    caller: &Caller,
) -> Result<(Client, R::Decrypted), ClientRefusal> {
    let client = find_client(ports, caller).await?.ok_or(ClientRefusal::NotFound(R::NAME))?;
    decrypted::<R>(ports, client)
}

fn decrypted<R: ClientRecord>(
    ports: &Ports,
    client: Client,
) -> Result<(Client, R::Decrypted), ClientRefusal> {
    let record = R::decrypt(ports, &client)?.ok_or(ClientRefusal::NotFound(R::NAME))?;
    Ok((client, record))
}
