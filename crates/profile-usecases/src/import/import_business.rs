//! An operator imports a business.

use profile_domain::{
    Text,
    change::Facet,
    users::{Business, BusinessId},
};

use super::{Imported, cause};
use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, Outcome, outcome},
};

/// Imports the business `id`; `adjust` writes what the row says.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_business(
    core: &Core,
    id: BusinessId,
    adjust: impl Fn(&mut Business) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_business(&id).await?;
        let blank = || Business { id: id.clone(), version: 0, title: Text::default(), parent: None };
        let mut next = existing.clone().unwrap_or_else(blank);
        adjust(&mut next);
        if existing.as_ref() == Some(&next) {
            return Ok(Imported::Unchanged);
        }
        next.version += 1;
        let commit = core.commit_of(existing.as_ref(), next, cause(origin));
        match outcome(Facet::Business, core.store.commit_business(commit).await)? {
            Outcome::Committed => return Ok(Imported::Written),
            Outcome::Again => {}
        }
    }
    Err(Refusal::Contended)
}
