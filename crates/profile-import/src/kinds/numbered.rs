//! The one way in which records of a workspace are imported.

use profile_domain::{Keyed, tenant::Tenant};
use profile_ports::{Repository, Store};
use profile_usecases::Refusal;

use crate::work::{Imported, Work};

/// Imports a record of a workspace, which is `blank` before its first version; `adjust` writes what the row says.
pub(super) async fn import_numbered<T: Keyed<Key = i32>>(
    work: &Work,
    blank: T,
    adjust: impl Fn(&mut T),
) -> Result<Imported, Refusal>
where
    dyn Store: Repository<T>,
{
    work.write(blank.id(), async |existing: Option<&T>| {
        let mut next = existing.unwrap_or(&blank).clone();
        adjust(&mut next);
        Ok(next)
    })
    .await
}

/// Refuses a brand or group of an unknown tenant.
pub(super) async fn known_tenant(work: &Work, id: i32) -> Result<(), Refusal> {
    match work.ports.find::<Tenant>(&id).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::dangling("tenant_id", "does not exist")),
    }
}
