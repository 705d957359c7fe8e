//! The one way in which a client's records change: find or begin, apply, commit, and again if somebody was faster.

use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    change::Facet,
    client::{
        Client,
        policy::{self, Acting},
    },
    sealed::WrappedKey,
};
use profile_ports::CommitError;

use super::{ClientRefusal, KeySealer, follow_current_master};
use crate::{Core, Origin, commit::counted};

/// What a change has to work with.
pub(super) struct Step<'a> {
    pub(super) now: DateTime<Utc>,
    pub(super) sealer: KeySealer<'a>,
    pub(super) staff: Option<&'a str>,
}

/// A caller who may change a client's records, and the client as found then; nobody, before the first record.
pub struct Admitted {
    acting: Acting,
    found: Option<Client>,
}

impl Admitted {
    /// Who changes the records.
    #[must_use]
    pub fn actor(&self) -> String {
        self.acting.actor()
    }
}

/// Whether the client may be changed at all; before the body is looked at (contract client, section 3, order of checks).
///
/// # Errors
/// [`ClientRefusal`].
pub async fn admit_change(core: &Core, acting: Acting) -> Result<Admitted, ClientRefusal> {
    let found = core.store.find_client(acting.sub).await?;
    found.as_ref().map_or(Ok(()), policy::may_write)?;
    Ok(Admitted { acting, found })
}

/// Applies `change` to the client whom the caller means, and answers the client as committed. The client's first accepted
/// change makes the client.
pub(super) async fn change_client(
    core: &Core,
    Admitted { acting, found }: Admitted,
    origin: &Origin,
    reason: Option<Text>,
    change: impl Fn(&mut Client, &Step<'_>) -> Result<(), ClientRefusal> + Send,
) -> Result<Client, ClientRefusal> {
    let staff = acting.staff.as_deref();
    let mut tries = core.tries_of(Facet::Client, acting.sub.to_string()).await;
    let mut found = Some(found).filter(|_| !tries.waited());
    while tries.more().await {
        // What was found at the admission will mostly do; if not, the store refuses the commit.
        let existing = match found.take() {
            Some(found) => found,
            None => core.store.find_client(acting.sub).await?,
        };
        let mut next = match existing.clone() {
            Some(client) => client,
            None => Client::new(acting.sub, core.ids.person()),
        };
        policy::may_write(&next)?;
        let key = key_of(core, &next)?;
        let step = Step {
            now: core.clock.now(),
            sealer: KeySealer { vault: &*core.vault, person: next.person, key: &key },
            staff,
        };
        change(&mut next, &step)?;
        if existing.as_ref() == Some(&next) {
            return Ok(next);
        }
        number(core, &mut next).await?;
        let fresh_key = next.key.is_none().then(|| key.clone());
        next.key = Some(key);
        next.version += 1;
        let cause = origin.cause(acting.actor(), reason.clone());
        let commit = core.commit_of(existing.as_ref(), next.clone(), cause);
        match counted(Facet::Client, core.store.commit_client(commit, fresh_key.as_ref()).await) {
            Ok(()) => return Ok(next),
            Err(CommitError::Missing("master_key")) => follow_current_master(core).await?,
            Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Unknown(error)) => return Err(error.into()),
        }
    }
    Err(ClientRefusal::Contended)
}

/// The key of the client's person; a new one is kept with the commit of what is sealed with it.
fn key_of(core: &Core, client: &Client) -> Result<WrappedKey, ClientRefusal> {
    match &client.key {
        Some(key) => Ok(key.clone()),
        None => Ok(core.vault.new_key(client.person)?),
    }
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
