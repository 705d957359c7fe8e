//! A record gives up a name that another record of the same import is to have.

use profile_domain::{
    Keyed, Text,
    client::Client,
    tenant::{Member, Membership, Tenant},
    users::{ApiKey, User, Username},
};
use profile_ports::{Purpose, Repository, Store};
use profile_usecases::{OnceError, Refusal};

use crate::{
    names::{Holder, Name},
    work::Work,
};

/// Gives the record a name that nobody asks for in place of `name`, so that another record can take that one. The record gets
/// its own new name by a later commit; where that one fails, the same import again completes it.
pub(crate) async fn set_aside(work: &Work, holder: &Holder, name: &Name) -> Result<(), Refusal> {
    let ports = &work.ports;
    let fresh = ports.ids.secret_name();
    match (holder, name) {
        (Holder::User(id), Name::Username(_)) => {
            let username = username(&fresh)?;
            rename(work, id, |user: &User| User { username: username.clone(), ..user.clone() }).await
        }
        (Holder::Member(id, _), Name::Email(_)) => {
            let email = text(format!("{fresh}@import.invalid"))?;
            rename(work, id, |member: &Member| Member { email: email.clone(), ..member.clone() }).await
        }
        (Holder::Member(id, tenants), Name::Membership(number)) => {
            let key = membership(&*ports.store, *id, tenants, *number).await?.id();
            // Numbers are positive, and no two have the same complement.
            rename(work, &key, |one: &Membership| Membership { id: !number, ..one.clone() }).await
        }
        (Holder::Tenant(id), Name::Slug(_)) => {
            let slug = text(fresh)?;
            rename(work, id, |tenant: &Tenant| Tenant { slug: slug.clone(), ..tenant.clone() }).await
        }
        (Holder::ApiKey(id), Name::KeyHash(_)) => {
            let hash = ports.keyed_hash.hash(Purpose::ApiKey, &ports.ids.api_key_secret());
            rename(work, id, |key: &ApiKey| ApiKey { hash: hash.clone(), ..key.clone() }).await
        }
        (Holder::Client(sub), Name::ClientNumber(_)) => {
            let complement = |client: &Client| Client { client_id: !client.client_id, ..client.clone() };
            rename(work, sub, complement).await
        }
        _ => Err(GONE),
    }
}

async fn rename<T: Keyed>(
    work: &Work,
    key: &T::Key,
    renamed: impl Fn(&T) -> T + Send + Sync,
) -> Result<(), Refusal>
where
    dyn Store: Repository<T>,
{
    let before = work.ports.find_saved::<T>(key).await?.ok_or(GONE)?;
    // Once: who has changed the record meanwhile may have given it another name already.
    work.ports.write_once(&before, renamed(&before), work.cause()).await.map(drop).map_err(
        |error| match error {
            OnceError::Changed => Refusal::Contended,
            OnceError::Unavailable(error) => error.into(),
            OnceError::Unknown(error) => error.into(),
        },
    )
}

/// The record has disappeared, or never had such a name.
const GONE: Refusal = Refusal::NotFound("holder of the name");

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
