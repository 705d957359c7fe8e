//! A caller lists users.

use profile_domain::users::{Listing, Position, User};

use super::UserRefusal;
use crate::Ports;

/// A page of the list.
pub struct UserPage {
    /// The users, in the order of the list, with their positions.
    pub users: Vec<(Position, User)>,
    /// Whether there are users before the page.
    pub has_previous: bool,
    /// Whether there are users behind the page.
    pub has_next: bool,
}

/// The page that `listing` asks for.
///
/// # Errors
/// [`UserRefusal::Unavailable`].
pub async fn list_users(ports: &Ports, listing: Listing) -> Result<UserPage, UserRefusal> {
    let Listing { backwards, limit, .. } = listing;
    let from_somewhere = listing.from.is_some();
    // One more than asked for tells whether there is more.
    let mut users = ports.store.list_users(&Listing { limit: limit.saturating_add(1), ..listing }).await?;
    let more = users.len() > limit as usize;
    if more && backwards {
        users.remove(0);
    }
    users.truncate(limit as usize);
    let (has_previous, has_next) = if backwards { (more, from_somewhere) } else { (from_somewhere, more) };
    Ok(UserPage { users, has_previous, has_next })
}
