//! An operator imports languages, tenants, brands and groups.

use async_trait::async_trait;
use profile_domain::{
    Record, Text,
    tenant::{Brand, Group, Language, Tenant},
};
use profile_ports::{Commit, CommitError, Store, Unavailable};

use super::{Imported, cause};
use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, counted},
};

/// A record of a workspace that an import makes or changes as a whole.
#[async_trait]
pub trait Numbered: Record + Clone + PartialEq + Send + Sync {
    /// A record of this number before its first version.
    fn blank(id: i32) -> Self;
    /// The same record in the next version.
    #[must_use]
    fn next_version(self) -> Self;
    /// The stored record.
    async fn find(store: &dyn Store, id: i32) -> Result<Option<Self>, Unavailable>;
    /// Writes it.
    async fn commit(store: &dyn Store, commit: Commit<Self>) -> Result<(), CommitError>;
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
) -> Result<Imported, Refusal> {
    for _ in 0..ATTEMPTS {
        let existing = T::find(&*core.store, id).await?;
        let mut next = existing.clone().unwrap_or_else(|| T::blank(id));
        adjust(&mut next);
        if existing.as_ref() == Some(&next) {
            return Ok(Imported::Unchanged);
        }
        let commit = core.commit_of(existing.as_ref(), next.next_version(), cause(origin));
        match counted(T::FACET, T::commit(&*core.store, commit).await) {
            Ok(()) => return Ok(Imported::Written),
            Err(CommitError::Taken("slug")) => return Ok(Imported::Taken("slug")),
            Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Unknown(error)) => return Err(error.into()),
        }
    }
    Err(Refusal::Contended)
}

/// Whether the tenant of a brand or group is known.
///
/// # Errors
/// [`Refusal`] if it is not.
pub async fn known_tenant(core: &Core, id: i32) -> Result<(), Refusal> {
    match core.store.find_tenant(id).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::invalid("tenant_id", "does not exist")),
    }
}

macro_rules! numbered {
    ($($record:ident { $($member:ident: $blank:expr),* } $find:ident $commit:ident;)*) => { $(
        #[async_trait]
        impl Numbered for $record {
            fn blank(id: i32) -> Self {
                Self { id, version: 0, $($member: $blank),* }
            }

            fn next_version(self) -> Self {
                Self { version: self.version + 1, ..self }
            }

            async fn find(store: &dyn Store, id: i32) -> Result<Option<Self>, Unavailable> {
                store.$find(id).await
            }

            async fn commit(store: &dyn Store, commit: Commit<Self>) -> Result<(), CommitError> {
                store.$commit(commit).await
            }
        }
    )* };
}

numbered! {
    Language { name: Text::default(), code: Text::default(), icon: None, icon_square: None }
        find_language commit_language;
    Tenant { slug: Text::default(), name: Text::default() } find_tenant commit_tenant;
    Brand { tenant_id: 0, name: Text::default() } find_brand commit_brand;
}

#[async_trait]
impl Numbered for Group {
    fn blank(id: i32) -> Self {
        Self { id, version: 0, tenant_id: 0, name: Text::default() }
    }

    fn next_version(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    async fn find(store: &dyn Store, id: i32) -> Result<Option<Self>, Unavailable> {
        Ok(store.find_groups(&[id]).await?.into_iter().next())
    }

    async fn commit(store: &dyn Store, commit: Commit<Self>) -> Result<(), CommitError> {
        store.commit_group(commit).await
    }
}
