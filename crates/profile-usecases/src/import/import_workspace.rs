//! An operator imports languages, tenants, brands and groups.

use profile_domain::{
    Keyed, Text,
    tenant::{Brand, Group, Language, Tenant},
};
use profile_ports::{Repository, Store};

use super::{Imported, cause};
use crate::{Core, Origin, Refusal, write::Seen};

/// A record of a workspace, which an import makes or changes as a whole.
pub trait Numbered: Keyed<Key = i32> {
    /// A record of this number before its first version.
    fn blank(id: i32) -> Self;
}

/// Imports a record of a workspace; `adjust` writes what the row says.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_numbered<T: Numbered>(
    core: &Core,
    id: i32,
    adjust: impl Fn(&mut T) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal>
where
    dyn Store: Repository<T>,
{
    let written = core.write(id, Seen::Nothing, cause(origin), async |existing: Option<&T>| {
        let mut next = existing.cloned().unwrap_or_else(|| T::blank(id));
        adjust(&mut next);
        Ok(next)
    });
    Imported::of(written.await)
}

/// Whether the tenant of a brand or group is known.
///
/// # Errors
/// [`Refusal`] if it is not.
pub async fn known_tenant(core: &Core, id: i32) -> Result<(), Refusal> {
    match core.find::<Tenant>(&id).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::invalid("tenant_id", "does not exist")),
    }
}

impl Numbered for Language {
    fn blank(id: i32) -> Self {
        Self { id, version: 0, name: Text::default(), code: Text::default(), icon: None, icon_square: None }
    }
}

impl Numbered for Tenant {
    fn blank(id: i32) -> Self {
        Self { id, version: 0, slug: Text::default(), name: Text::default() }
    }
}

impl Numbered for Brand {
    fn blank(id: i32) -> Self {
        Self { id, version: 0, tenant_id: 0, name: Text::default() }
    }
}

impl Numbered for Group {
    fn blank(id: i32) -> Self {
        Self { id, version: 0, tenant_id: 0, name: Text::default() }
    }
}
