//! A record gives up a name that another record of the same import is to have.

use profile_domain::{
    Record, Text,
    change::Facet,
    client::Client,
    tenant::{Member, Membership, Tenant},
    users::{ApiKey, User, Username},
};
use profile_ports::{Commit, CommitError, Purpose, Store};

use super::{Holder, Name, cause};
use crate::{Core, Origin, Refusal, commit::counted};

/// Gives the record a name that nobody asks for in place of `name`, so that another record can take that one. The record gets
/// its own new name by a later commit; where that one fails, the same import again completes it.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn set_aside(core: &Core, holder: &Holder, name: &Name, origin: &Origin) -> Result<(), Refusal> {
    let store = &*core.store;
    let fresh = core.ids.secret_name();
    let (facet, answer) = match (holder, name) {
        (Holder::User(id), Name::Username(_)) => {
            let before = store.find_user(id).await?.ok_or(GONE)?;
            let username = username(&fresh)?;
            let next = User { username, version: before.version + 1, ..before.clone() };
            (Facet::User, store.commit_user(commit(core, &before, next, origin)).await)
        }
        (Holder::Member(id, _), Name::Email(_)) => {
            let before = store.find_members(&[*id]).await?.into_iter().next().ok_or(GONE)?;
            let email = text(format!("{fresh}@import.invalid"))?;
            let next = Member { email, version: before.version + 1, ..before.clone() };
            (Facet::Member, store.commit_member(commit(core, &before, next, origin)).await)
        }
        (Holder::Member(id, tenants), Name::Membership(number)) => {
            let before = membership(store, *id, tenants, *number).await?;
            // Numbers are positive, and no two have the same complement.
            let next = Membership { id: !number, version: before.version + 1, ..before.clone() };
            (Facet::Membership, store.commit_membership(commit(core, &before, next, origin)).await)
        }
        (Holder::Tenant(id), Name::Slug(_)) => {
            let before = store.find_tenant(*id).await?.ok_or(GONE)?;
            let next = Tenant { slug: text(fresh)?, version: before.version + 1, ..before.clone() };
            (Facet::Tenant, store.commit_tenant(commit(core, &before, next, origin)).await)
        }
        (Holder::ApiKey(id), Name::KeyHash(_)) => {
            let before = store.find_api_key(id).await?.ok_or(GONE)?;
            let hash = core.keyed_hash.hash(Purpose::ApiKey, &core.ids.api_key_secret());
            let next = ApiKey { hash, version: before.version + 1, ..before.clone() };
            (Facet::ApiKey, store.commit_api_key(commit(core, &before, next, origin)).await)
        }
        (Holder::Client(sub), Name::ClientNumber(_)) => {
            let before = store.find_client(*sub).await?.ok_or(GONE)?;
            let next = Client { client_id: !before.client_id, version: before.version + 1, ..before.clone() };
            (Facet::Client, store.commit_client(commit(core, &before, next, origin), None).await)
        }
        _ => return Err(GONE),
    };
    match counted(facet, answer) {
        Ok(()) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
        Err(CommitError::Unknown(error)) => Err(error.into()),
        Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => Err(Refusal::Contended),
    }
}

/// The record has disappeared, or never had such a name.
const GONE: Refusal = Refusal::NotFound("holder of the name");

fn commit<T: Record>(core: &Core, before: &T, next: T, origin: &Origin) -> Commit<T> {
    core.commit_of(Some(before), next, cause(origin))
}

fn text(text: String) -> Result<Text, Refusal> {
    Text::try_from(text).map_err(|_| GONE)
}

fn username(fresh: &str) -> Result<Username, Refusal> {
    Username::try_from(&text(format!("import-{fresh}"))?).map_err(|_| GONE)
}

async fn membership(
    store: &dyn Store,
    member: i32,
    tenants: &[i32],
    number: i32,
) -> Result<Membership, Refusal> {
    for tenant in tenants {
        let found = store.find_memberships(*tenant, &[member]).await?;
        if let Some(membership) = found.into_iter().find(|membership| membership.id == number) {
            return Ok(membership);
        }
    }
    Err(GONE)
}
