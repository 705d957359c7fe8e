//! Which master key the database wraps new keys under, and which it still needs.

use profile_ports::Unavailable;

use crate::Core;

/// Wraps under the master key that the database names from now on: a rotation has replaced the one before.
///
/// # Errors
/// [`Unavailable`], also if the key is not held.
pub(crate) async fn follow_current_master(core: &Core) -> Result<(), Unavailable> {
    let current = core.store.current_master().await?;
    core.vault.use_master(&current.ok_or_else(|| Unavailable::vault("the database knows no master key"))?)
}

/// Returns the names of the master keys that the database needs and this process does not hold.
///
/// # Errors
/// [`Unavailable`].
pub async fn missing_master_keys(core: &Core) -> Result<Vec<String>, Unavailable> {
    let needed = core.keys.master_keys().await?;
    Ok(needed.into_iter().filter(|name| !core.vault.holds(name)).collect())
}
