//! The one way in which a client's records change: find or begin, apply, commit, and retry if somebody else was faster.

use chrono::{DateTime, Utc};
use profile_domain::{
    Saved, Text,
    client::{
        Client,
        policy::{self, Caller},
    },
};

use super::{ClientRefusal, KeySealer};
use crate::{
    Ports, RequestOrigin,
    write::{Next, Seen},
};

/// What a change of a record works with.
pub struct WriteContext<'a> {
    pub(super) now: DateTime<Utc>,
    pub(super) sealer: KeySealer<'a>,
    pub(super) staff: Option<&'a str>,
}

/// A caller who may change a client's records, and the client as found then; nobody, before the first record.
pub struct Admitted {
    caller: Caller,
    found: Option<Saved<Client>>,
}

impl Admitted {
    /// Who changes the records.
    #[must_use]
    pub fn actor(&self) -> String {
        self.caller.actor()
    }
}

/// Returns whether the client may be changed at all; before the body is read (contract client, section 3, order of checks).
///
/// # Errors
/// [`ClientRefusal`].
pub async fn admit_change(ports: &Ports, caller: Caller) -> Result<Admitted, ClientRefusal> {
    let found = ports.find_saved::<Client>(&caller.sub).await?;
    found.as_ref().map_or(Ok(()), |found| policy::may_write(found))?;
    Ok(Admitted { caller, found })
}

/// Applies `change` to the client whom the caller means, and returns the client as committed. The client's first
/// accepted change creates the client.
pub(super) async fn change_client(
    ports: &Ports,
    Admitted { caller, found }: Admitted,
    origin: &RequestOrigin,
    reason: Option<Text>,
    change: impl Fn(&mut Client, &WriteContext<'_>) -> Result<(), ClientRefusal> + Send,
) -> Result<Client, ClientRefusal> {
    let staff = caller.staff.as_deref();
    let cause = origin.cause(caller.actor(), reason);
    let written = ports.write(caller.sub, Seen::Record(found), cause, async |existing: Option<&Client>| {
        let mut next = existing.cloned().unwrap_or_else(|| Client::new(caller.sub, ports.ids.person()));
        policy::may_write(&next)?;
        let (key, is_fresh) = match next.key.clone() {
            Some(key) => (key, false),
            // Stored with the commit of what is sealed with it.
            None => (ports.vault.new_key(next.person)?, true),
        };
        let sealer = KeySealer::new(&*ports.vault, next.person, &key);
        change(&mut next, &WriteContext { now: ports.clock.now(), sealer, staff })?;
        if existing == Some(&next) {
            return Ok(Next::from(next));
        }
        number(ports, &mut next).await?;
        next.key = Some(key.clone());
        let next = Next::from(next).with_key(is_fresh.then_some(key));
        Ok::<_, ClientRefusal>(next.with_chosen(&["client_id", "person_key"]))
    });
    Ok(written.await?.saved.record)
}

/// Gives numbers to what has none yet.
async fn number(ports: &Ports, client: &mut Client) -> Result<(), ClientRefusal> {
    if client.client_id == 0 {
        client.client_id = ports.store.next_client_number().await?;
    }
    if let Some(address) = &mut client.address
        && address.id == 0
    {
        address.id = ports.store.next_client_number().await?;
    }
    Ok(())
}
