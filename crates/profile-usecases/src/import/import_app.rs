//! An operator imports an app.

use profile_domain::{
    change::Facet,
    users::{App, AppId, Install},
};

use super::{Imported, cause};
use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, Outcome, outcome},
};

/// Imports the app `id`, with `installs` if the row names them; each must be on a known business.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_app(
    core: &Core,
    id: AppId,
    installs: Option<Vec<Install>>,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    for install in installs.iter().flatten() {
        if core.store.find_business(&install.account).await?.is_none() {
            return Err(Refusal::invalid("account_id", "does not exist"));
        }
    }
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_app(&id).await?;
        let blank = || App { id: id.clone(), version: 0, installs: Vec::new() };
        let mut next = existing.clone().unwrap_or_else(blank);
        if let Some(installs) = &installs {
            next.installs.clone_from(installs);
        }
        if existing.as_ref() == Some(&next) {
            return Ok(Imported::Unchanged);
        }
        next.version += 1;
        let commit = core.commit_of(existing.as_ref(), next, cause(origin));
        match outcome(Facet::App, core.store.commit_app(commit).await)? {
            Outcome::Committed => return Ok(Imported::Written),
            Outcome::Again => {}
        }
    }
    Err(Refusal::Contended)
}
