//! The values of an import that only one record may have, and which of them a record has.

use profile_domain::{
    Text,
    client::Client,
    tenant::{Member, Tenant},
    users::{ApiKey, KeyId, User, UserId},
};
use profile_ports::Unavailable;
use profile_usecases::Ports;
use uuid::Uuid;

/// A value that only one record of its kind may have. It has no `Debug`, as it may be an address.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    /// A username, in the form in which usernames are compared.
    Username(String),
    /// A member's e-mail address, in the form in which addresses are compared.
    Email(String),
    /// What paths call a tenant.
    Slug(Text),
    /// The keyed hash of an API key.
    KeyHash(String),
    /// A client's number.
    ClientNumber(i64),
    /// The number of a membership.
    Membership(i32),
}

/// A record that has names.
#[derive(Clone)]
pub(crate) enum Holder {
    /// A user.
    User(UserId),
    /// A member, with its memberships of these tenants.
    Member(i32, Vec<i32>),
    /// A tenant.
    Tenant(i32),
    /// An API key.
    ApiKey(KeyId),
    /// A client.
    Client(Uuid),
}

/// Returns the names that the stored record has; none if there is no record.
pub(crate) async fn names_of(ports: &Ports, holder: &Holder) -> Result<Vec<Name>, Unavailable> {
    let store = &ports.store;
    Ok(match holder {
        Holder::User(id) => ports
            .find::<User>(id)
            .await?
            .into_iter()
            .map(|user| Name::Username(user.username.key()))
            .collect(),
        Holder::Member(id, tenants) => {
            let found = store.find_members(&[*id]).await?;
            let mut names: Vec<Name> = found.iter().filter_map(Member::email_key).map(Name::Email).collect();
            for tenant in tenants {
                let memberships = store.find_memberships(*tenant, &[*id]).await?;
                names.extend(memberships.iter().map(|membership| Name::Membership(membership.id)));
            }
            names
        }
        Holder::Tenant(id) => {
            ports.find::<Tenant>(id).await?.into_iter().map(|tenant| Name::Slug(tenant.slug)).collect()
        }
        Holder::ApiKey(id) => {
            ports.find::<ApiKey>(id).await?.into_iter().map(|key| Name::KeyHash(key.hash)).collect()
        }
        Holder::Client(sub) => {
            let found = ports.find::<Client>(sub).await?;
            found.into_iter().map(|client| Name::ClientNumber(client.client_id)).collect()
        }
    })
}
