//! Finds sealed values of a client, and keys of a person, that do not open.

use profile_domain::client::Client;
use profile_ports::{Repository, Store, Unavailable, Vault};

/// Something that does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} does not open: {reason}")]
pub struct Unopened {
    /// The field, or the key of the person.
    pub what: &'static str,
    /// Why.
    pub reason: String,
}

/// Opens every sealed value of the client with this key of the log; of an erased person nothing is left to be opened.
///
/// # Errors
/// The database does not answer.
pub(crate) async fn unopened(
    store: &dyn Store,
    vault: &dyn Vault,
    sub: &str,
) -> Result<Vec<Unopened>, Unavailable> {
    let Ok(sub) = sub.parse() else { return Ok(Vec::new()) };
    let Some(client) = Repository::<Client>::find(store, &sub).await? else { return Ok(Vec::new()) };
    let Some(key) = &client.key else { return Ok(Vec::new()) };
    let key = match vault.unlock(client.person, key) {
        Ok(key) => key,
        Err(error) => {
            return Ok(vec![Unopened { what: "the key of the person", reason: error.source.to_string() }]);
        }
    };
    let mut found = Vec::new();
    for (_, what, sealed) in client.sealed_values() {
        let reason = match key.open(what, sealed) {
            Ok(Some(_)) => continue,
            Ok(None) => "it was sealed with a key that has been erased".to_owned(),
            Err(error) => error.source.to_string(),
        };
        found.push(Unopened { what, reason });
    }
    Ok(found)
}
