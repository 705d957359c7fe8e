//! An operator lists API keys.

use chrono::{DateTime, Utc};
use profile_domain::users::{ApiKey, KeyOwner};
use profile_ports::{Page, Unavailable};

use crate::Ports;

/// Keys that are read at once.
const PAGE: u32 = 500;

/// Calls `each` with the creation and the record of every key, or of those of one owner.
///
/// # Errors
/// [`Unavailable`].
pub async fn list_api_keys(
    ports: &Ports,
    owner: Option<&KeyOwner>,
    mut each: impl FnMut(DateTime<Utc>, &ApiKey),
) -> Result<(), Unavailable> {
    let mut after = None;
    loop {
        let page = ports.store.list_api_keys(Page { after: after.as_ref(), limit: PAGE }).await?;
        let Some((_, last)) = page.last() else { return Ok(()) };
        after = Some(last.id.clone());
        for (created, key) in page.iter().filter(|(_, key)| owner.is_none_or(|owner| *owner == key.owner)) {
            each(*created, key);
        }
    }
}
