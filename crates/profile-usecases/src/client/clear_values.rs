//! The sealed values of a client in clear, for operators who may see them.

use std::collections::BTreeMap;

use profile_domain::{Text, client::Client};
use profile_ports::Unavailable;

use super::person_key::Decrypter;
use crate::Ports;

/// Returns the sealed values of a client by field, without those whose key was erased.
///
/// # Errors
/// [`Unavailable`], also where the master key is missing.
pub fn clear_values(ports: &Ports, client: &Client) -> Result<BTreeMap<String, Text>, Unavailable> {
    let decrypter = Decrypter::new(ports, client)?;
    let mut clear = BTreeMap::new();
    for (field, context, sealed) in client.sealed_values() {
        if let Some(text) = decrypter.decrypt(context, sealed)? {
            clear.insert(field.to_owned(), text);
        }
    }
    Ok(clear)
}
