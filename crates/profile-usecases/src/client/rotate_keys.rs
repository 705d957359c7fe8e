//! An operator has a new master key, and every person's key is wrapped under it.

use profile_ports::{Page, Rewrapping, Unavailable};

use crate::Ports;

/// Keys that are read at once.
const BATCH: u32 = 500;

/// What became of the keys that were wrapped under other master keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Those that are under the current master key now.
    pub done: u64,
    /// Those that cannot be opened; they stay as they are.
    pub failed: u64,
}

/// Wraps every key under the current master key, while servers run. Calls `progress` after each batch.
///
/// # Errors
/// [`Unavailable`]; what was wrapped stays so, and the rest can be done again.
pub async fn rewrap_keys(
    ports: &Ports,
    mut progress: impl FnMut(Rewrapped),
) -> Result<Rewrapped, Unavailable> {
    let mut total = Rewrapped::default();
    loop {
        // Again from the beginning: a key may have been stored behind the walk.
        let pass = rewrap_once(ports, total.done, &mut progress).await?;
        total = Rewrapped { done: total.done + pass.done, failed: pass.failed };
        if pass.done == 0 {
            return Ok(total);
        }
    }
}

async fn rewrap_once(
    ports: &Ports,
    before: u64,
    progress: &mut impl FnMut(Rewrapped),
) -> Result<Rewrapped, Unavailable> {
    let master = ports.vault.master();
    let mut pass = Rewrapped::default();
    let mut after = None;
    loop {
        let keys = ports.store.person_keys_not_under(&master, Page { after, limit: BATCH }).await?;
        let Some((last, _)) = keys.last() else { return Ok(pass) };
        after = Some(*last);
        for (person, key) in keys {
            match ports.vault.rewrap(person, &key) {
                Ok(rewrapped) => {
                    let key = Rewrapping { from: key, to: rewrapped };
                    pass.done += u64::from(ports.store.rewrap_person_key(person, &key).await?);
                }
                Err(error) => {
                    pass.failed += 1;
                    tracing::debug!(error = %profile_ports::Chain(&error), "a key cannot be opened");
                }
            }
        }
        progress(Rewrapped { done: before + pass.done, ..pass });
    }
}
