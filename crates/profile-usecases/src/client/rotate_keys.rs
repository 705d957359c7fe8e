//! An operator has a new master key, and every person's key is wrapped under it.

use profile_ports::Unavailable;

use crate::Core;

/// Keys that are read at once.
const BATCH: u32 = 500;

/// Wraps every key under the current master key, while servers run; answers how many. `tell` hears of each batch.
///
/// # Errors
/// [`Unavailable`]; what was wrapped stays so, and the rest can be done again.
pub async fn rewrap_keys(core: &Core, mut tell: impl FnMut(u64)) -> Result<u64, Unavailable> {
    let master = core.vault.master();
    let mut done = 0;
    loop {
        let keys = core.store.person_keys_not_under(&master, BATCH).await?;
        if keys.is_empty() {
            return Ok(done);
        }
        for (person, key) in keys {
            let rewrapped = core.vault.rewrap(&key)?;
            done += u64::from(core.store.rewrap_person_key(person, &key, &rewrapped).await?);
        }
        tell(done);
    }
}
