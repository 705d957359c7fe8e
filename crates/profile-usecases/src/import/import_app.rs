//! An operator imports an app.

use profile_domain::users::Business;
use profile_domain::users::{App, AppId, Install};

use super::{Imported, cause};
use crate::{Core, Origin, Refusal, write::Seen};

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
        if core.find::<Business>(&install.account).await?.is_none() {
            return Err(Refusal::invalid("account_id", "does not exist"));
        }
    }
    let blank = App { id: id.clone(), version: 0, installs: Vec::new() };
    let written = core.write(id.clone(), Seen::Nothing, cause(origin), async |existing: Option<&App>| {
        let mut next = existing.unwrap_or(&blank).clone();
        if let Some(installs) = &installs {
            next.installs.clone_from(installs);
        }
        Ok(next)
    });
    Imported::of(written.await)
}
