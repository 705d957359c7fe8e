//! What a record that an operator writes needs of others: references that exist, the person that goes with them, numbers.

use std::collections::HashMap;

use profile_domain::{
    AnyRecord, Keyed, PersonId, Reference,
    account::{Account, Customer},
    client::Client,
    tenant::{Brand, Member, Membership, Tenant},
    users::{Business, User},
};

use super::{FieldError, OperatorRefusal, kinds::records, refusal::pointer_of};
use crate::{Ports, account::usable_avatar, refusal::Refusal};

/// Returns `next` with what follows from the records that it names; `before` is the record as it stands.
///
/// # Errors
/// [`OperatorRefusal::Invalid`] with every reference that leads nowhere.
pub(super) async fn complete(
    ports: &Ports,
    before: Option<AnyRecord>,
    next: AnyRecord,
) -> Result<AnyRecord, OperatorRefusal> {
    let mut missing = Missing(Vec::new());
    let next = match (next, before) {
        (AnyRecord::Account(next), before) => {
            complete_account(ports, &mut missing, before.and_then(typed), *next).await?.into()
        }
        (AnyRecord::Client(next), _) => number(ports, *next).await?.into(),
        (next, before) => {
            check(ports, &mut missing, before, &next).await?;
            next
        }
    };
    if missing.0.is_empty() { Ok(next) } else { Err(OperatorRefusal::Invalid(missing.0)) }
}

/// References that lead nowhere.
struct Missing(Vec<FieldError>);

impl Missing {
    fn add(&mut self, field: &str) {
        self.0.push(FieldError::at(pointer_of(field), "reference"));
    }

    /// Adds an item of a list; `member` is that member of the item which refers, where the item is an object.
    fn add_item(&mut self, field: &str, place: usize, member: Option<&str>) {
        let within = member.map(|member| format!("/{member}")).unwrap_or_default();
        let pointer = format!("{}/{place}{within}", pointer_of(field));
        self.0.push(FieldError::at(pointer, "reference"));
    }
}

fn typed<T: Keyed>(record: AnyRecord) -> Option<T> {
    T::try_from(record).ok()
}

/// An account of a customer belongs to the customer's person.
async fn complete_account(
    ports: &Ports,
    missing: &mut Missing,
    before: Option<Account>,
    mut next: Account,
) -> Result<Account, OperatorRefusal> {
    let owner_before = before.as_ref().and_then(|before| before.owner).map(|owner| owner.id);
    if let Some(owner) = &mut next.owner
        && owner_before != Some(owner.id)
    {
        match ports.find::<Customer>(&owner.id).await? {
            Some(customer) => (owner.enabled, next.person) = (customer.enable, customer.person),
            None => missing.add("customer_id"),
        }
    }
    if before.as_ref().is_none_or(|before| before.profile.avatar != next.profile.avatar) {
        match usable_avatar(ports, &next.profile.avatar).await {
            Ok(avatar) => next.profile.avatar = avatar,
            Err(Refusal::Unavailable(error)) => return Err(error.into()),
            Err(_) => missing.add("avatar"),
        }
    }
    Ok(next)
}

/// Gives numbers to what has none yet.
async fn number(ports: &Ports, mut client: Client) -> Result<Client, OperatorRefusal> {
    if client.client_id == 0 {
        client.client_id = ports.store.next_client_number().await?;
    }
    if let Some(address) = &mut client.address
        && address.id == 0
    {
        address.id = ports.store.next_client_number().await?;
    }
    Ok(client)
}

/// Looks up what `next` names and `before` does not; what the key names was looked up before the record was made.
async fn check(
    ports: &Ports,
    missing: &mut Missing,
    before: Option<AnyRecord>,
    next: &AnyRecord,
) -> Result<(), OperatorRefusal> {
    if let AnyRecord::Membership(next) = next {
        return check_membership(ports, missing, next).await;
    }
    let known = before.map(|before| before.names()).unwrap_or_default();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for named in next.names() {
        let Reference { field, kind, key } = &named;
        let place = places.entry(field).and_modify(|place| *place += 1).or_default();
        if *field == Reference::KEY
            || known.contains(&named)
            || records(*kind).find(ports, key).await?.is_some()
        {
            continue;
        }
        match *field {
            "accounts" => missing.add_item(field, *place, None),
            "installs" => missing.add_item(field, *place, Some("account_id")),
            field => missing.add(field),
        }
    }
    Ok(())
}

/// Groups and brands belong to the tenant.
async fn check_membership(
    ports: &Ports,
    missing: &mut Missing,
    next: &Membership,
) -> Result<(), OperatorRefusal> {
    let ids: Vec<i32> = next.groups.iter().map(|group| group.id).collect();
    let groups = ports.store.find_groups(&ids).await?;
    let is_known = |id: i32| groups.iter().any(|group| group.id == id && group.tenant_id == next.tenant_id);
    for (place, _) in ids.iter().enumerate().filter(|(_, id)| !is_known(**id)) {
        missing.add_item("groups", place, Some("id"));
    }
    for (place, brand) in next.brands.iter().enumerate() {
        let found = ports.find::<Brand>(&brand.brand_id).await?;
        if found.is_none_or(|found| found.tenant_id != next.tenant_id) {
            missing.add_item("brands", place, Some("brand_id"));
        }
    }
    Ok(())
}

/// Returns whose record a new one is because of the record that it belongs to; `None` for a kind that belongs to nothing else.
///
/// # Errors
/// [`OperatorRefusal::Invalid`] if what it belongs to does not exist.
pub(super) async fn person_of_parent(
    ports: &Ports,
    record: &AnyRecord,
) -> Result<Option<PersonId>, OperatorRefusal> {
    let key_error = || OperatorRefusal::Invalid(vec![FieldError::parameter(Reference::KEY, "reference")]);
    match record {
        AnyRecord::Override(one) => {
            let user = ports.find::<User>(&one.user).await?.ok_or_else(key_error)?;
            ports.find::<Business>(&one.account).await?.ok_or_else(key_error)?;
            Ok(Some(user.person))
        }
        AnyRecord::Membership(one) => {
            let member = ports.find::<Member>(&one.member_id).await?.ok_or_else(key_error)?;
            ports.find::<Tenant>(&one.tenant_id).await?.ok_or_else(key_error)?;
            Ok(Some(member.person))
        }
        _ => Ok(None),
    }
}
