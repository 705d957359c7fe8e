//! Which master key the database wraps new keys under, and which it still needs.

use profile_ports::Unavailable;

use crate::Ports;

/// Wraps under the master key that the database names from now on: a rotation has replaced the one before.
///
/// # Errors
/// [`Unavailable`], also if the key is not held.
pub(crate) async fn follow_current_master(ports: &Ports) -> Result<(), Unavailable> {
    let current = ports.store.current_master().await?;
    ports.vault.use_master(&current.ok_or_else(|| Unavailable::vault("the database knows no master key"))?)
}

/// Returns the names of the master keys that the database needs and this process does not hold.
///
/// # Errors
/// [`Unavailable`].
pub async fn missing_master_keys(ports: &Ports) -> Result<Vec<String>, Unavailable> {
    let needed = ports.keys.master_keys().await?;
    Ok(needed.into_iter().filter(|name| !ports.vault.holds(name)).collect())
}
