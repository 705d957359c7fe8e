//! An operator imports a business.

use profile_domain::{
    Text,
    users::{Business, BusinessId},
};

use super::{Imported, cause};
use crate::{Core, Origin, Refusal, write::Seen};

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
    let blank = Business { id: id.clone(), version: 0, title: Text::default(), parent: None };
    let written =
        core.write(id.clone(), Seen::Nothing, cause(origin), async |existing: Option<&Business>| {
            let mut next = existing.unwrap_or(&blank).clone();
            adjust(&mut next);
            Ok(next)
        });
    Imported::of(written.await)
}
