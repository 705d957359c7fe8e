//! The one way in which a client's records change: find or begin, apply, commit, and retry if somebody else was faster.

use chrono::{DateTime, Utc};
use profile_domain::{
    Saved, Text,
    client::{
        Client,
        policy::{self, Acting},
    },
};

use super::{ClientRefusal, KeySealer};
use crate::{
    Core, Origin,
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
    acting: Acting,
    found: Option<Saved<Client>>,
}

impl Admitted {
    /// Who changes the records.
    #[must_use]
    pub fn actor(&self) -> String {
        self.acting.actor()
    }
}

/// Returns whether the client may be changed at all; before the body is read (contract client, section 3, order of checks).
///
/// # Errors
/// [`ClientRefusal`].
pub async fn admit_change(core: &Core, acting: Acting) -> Result<Admitted, ClientRefusal> {
    let found = core.find_saved::<Client>(&acting.sub).await?;
    found.as_ref().map_or(Ok(()), |found| policy::may_write(found))?;
    Ok(Admitted { acting, found })
}

/// Applies `change` to the client whom the caller means, and returns the client as committed. The client's first
/// accepted change creates the client.
pub(super) async fn change_client(
    core: &Core,
    Admitted { acting, found }: Admitted,
    origin: &Origin,
    reason: Option<Text>,
    change: impl Fn(&mut Client, &WriteContext<'_>) -> Result<(), ClientRefusal> + Send,
) -> Result<Client, ClientRefusal> {
    let staff = acting.staff.as_deref();
    let cause = origin.cause(acting.actor(), reason);
    let written = core.write(acting.sub, Seen::Record(found), cause, async |existing: Option<&Client>| {
        let mut next = existing.cloned().unwrap_or_else(|| Client::new(acting.sub, core.ids.person()));
        policy::may_write(&next)?;
        let (key, is_fresh) = match next.key.clone() {
            Some(key) => (key, false),
            // Stored with the commit of what is sealed with it.
            None => (core.vault.new_key(next.person)?, true),
        };
        let sealer = KeySealer::new(&*core.vault, next.person, &key);
        change(&mut next, &WriteContext { now: core.clock.now(), sealer, staff })?;
        if existing == Some(&next) {
            return Ok(Next::from(next));
        }
        number(core, &mut next).await?;
        next.key = Some(key.clone());
        let next = Next::from(next).with_key(is_fresh.then_some(key));
        Ok::<_, ClientRefusal>(next.with_chosen(&["client_id", "person_key"]))
    });
    Ok(written.await?.saved.record)
}

/// Gives numbers to what has none yet.
async fn number(core: &Core, client: &mut Client) -> Result<(), ClientRefusal> {
    if client.client_id == 0 {
        client.client_id = core.store.next_client_number().await?;
    }
    if let Some(address) = &mut client.address
        && address.id == 0
    {
        address.id = core.store.next_client_number().await?;
    }
    Ok(())
}
