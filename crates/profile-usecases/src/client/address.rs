//! The postal address as a record of a client: it keeps its number when it is replaced.

use profile_domain::{
    Text,
    client::{Address, AddressEntry, Client, Times},
};
use profile_ports::Unavailable;

use super::{change_client::WriteContext, records::ClientRecord};
use crate::Ports;

/// The id of an address that has no number yet; `change_client` gives it one.
const NO_NUMBER: i64 = 0;

fn address(id: i64, entry: &AddressEntry, times: Times, context: &WriteContext<'_>) -> Address {
    let staff_identifier = context.staff.and_then(|staff| Text::try_from(staff).ok());
    Address { id, entry: entry.clone(), staff_identifier, times }
}

impl ClientRecord for Address {
    const NAME: &'static str = "client address";
    const EXISTING: &'static str = "A client address";
    type Creation = AddressEntry;
    type Replacement = AddressEntry;
    type Decrypted = Self;

    fn of(client: &mut Client) -> &mut Option<Self> {
        &mut client.address
    }

    fn create(entry: &AddressEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        Ok(address(NO_NUMBER, entry, Times::made(context.now), context))
    }

    fn replace(&self, entry: &AddressEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        Ok(address(self.id, entry, self.times.replaced(context.now), context))
    }

    fn decrypt(_: &Ports, client: &Client) -> Result<Option<Self>, Unavailable> {
        Ok(client.address.clone())
    }
}
