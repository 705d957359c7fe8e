//! An administrator lists operator keys (operator API page, section 13).

use profile_domain::operator::OperatorKey;
use profile_ports::{Page, Unavailable};

use crate::Ports;

/// Keys that are read at once.
const PAGE: u32 = 200;

/// Returns every key, in the order of their ids.
///
/// # Errors
/// [`Unavailable`].
pub async fn list_operator_keys(ports: &Ports) -> Result<Vec<OperatorKey>, Unavailable> {
    let mut keys: Vec<OperatorKey> = Vec::new();
    loop {
        let next = Page { after: keys.last().map(|key| &key.id), limit: PAGE };
        let page = ports.store.list_operator_keys(next, None).await?;
        if page.is_empty() {
            return Ok(keys);
        }
        keys.extend(page);
    }
}
