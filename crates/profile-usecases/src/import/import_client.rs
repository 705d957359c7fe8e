//! An operator imports a client.

use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    client::{Address, AddressEntry, Assessment, Client, ProfileEntry, SystemStatus, TaxEntry, Terms, Times},
};
use uuid::Uuid;

use super::{Imported, cause, person_of};
use crate::{
    Core, Origin, Refusal,
    client::KeySealer,
    write::{Next, Seen},
};

/// A record and, where the row says so, its times.
type Timed<T> = Option<(T, Option<Times>)>;

/// An address in a row.
pub struct ImportedAddress {
    /// The address.
    pub entry: AddressEntry,
    /// Its times, if the row has them.
    pub times: Option<Times>,
}

/// What a row says about a client; what it leaves out stays as it is.
pub struct ClientImport {
    /// The key.
    pub sub: Uuid,
    /// The client's number; a new client without one gets one.
    pub client_id: Option<i64>,
    /// What the operator calls the person.
    pub person: Option<Text>,
    /// Identity profile.
    pub profile: Timed<ProfileEntry>,
    /// Address.
    pub address: Option<ImportedAddress>,
    /// Tax information.
    pub tax: Timed<TaxEntry>,
    /// Financial assessment; its own times count for nothing.
    pub assessment: Timed<Assessment>,
    /// Accepted terms: version and time.
    pub terms: Option<(i32, Option<DateTime<Utc>>)>,
    /// What the system allows.
    pub system_statuses: Option<Vec<SystemStatus>>,
    /// Items.
    pub statuses: Option<Vec<Text>>,
    /// Items.
    pub accounts: Option<Vec<Text>>,
    /// Items.
    pub wallets: Option<Vec<Text>>,
    /// The sum.
    pub total_balance: Option<Text>,
    /// Items, newest first.
    pub logins: Option<Vec<Text>>,
}

/// Imports a client.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_client(core: &Core, row: &ClientImport, origin: &Origin) -> Result<Imported, Refusal> {
    let written = core.write(row.sub, Seen::Nothing, cause(origin), async |existing: Option<&Client>| {
        let person = person_of(core, row.person.as_ref(), existing.map(|client| client.person)).await?;
        let mut next = existing.cloned().unwrap_or_else(|| Client::new(row.sub, person));
        if next.person != person && next.key.is_some() {
            return Err(Refusal::invalid("person", "cannot change for a client with sealed values"));
        }
        next.person = person;
        let known = match next.key.clone() {
            Some(key) => Some(key),
            None => core.store.find_person_key(person).await?,
        };
        let fresh_key = if known.is_none() { Some(core.vault.new_key(person)?) } else { None };
        if let Some(key) = known.as_ref().or(fresh_key.as_ref()) {
            let sealer = KeySealer::new(&*core.vault, person, key);
            apply(&mut next, row, core.clock.now(), &sealer)?;
        }
        number(core, &mut next, row.client_id).await?;
        let next = Next::from(next).with_key(fresh_key);
        Ok(next.with_chosen(if row.client_id.is_some() {
            &["person_key"]
        } else {
            &["person_key", "client_id"]
        }))
    });
    Imported::of(written.await)
}

async fn number(core: &Core, client: &mut Client, asked: Option<i64>) -> Result<(), Refusal> {
    match asked {
        Some(number) => client.client_id = number,
        None if client.client_id == 0 => client.client_id = core.store.next_client_number().await?,
        None => {}
    }
    if let Some(address) = &mut client.address
        && address.id == 0
    {
        address.id = core.store.next_client_number().await?;
    }
    Ok(())
}

/// Writes what the row says over what was there.
fn apply(
    client: &mut Client,
    row: &ClientImport,
    now: DateTime<Utc>,
    sealer: &KeySealer<'_>,
) -> Result<(), Refusal> {
    let made = |given: Option<Times>, before: Option<Times>| given.or(before).unwrap_or(Times::made(now));
    if let Some((entry, times)) = &row.profile {
        let before = client.profile.clone();
        let times = made(*times, before.as_ref().map(|before| before.times));
        client.profile = Some(entry.sealed(sealer, before.as_ref(), None, times)?);
    }
    if let Some(ImportedAddress { entry, times }) = &row.address {
        let before = client.address.as_ref();
        client.address = Some(Address {
            id: before.map_or(0, |before| before.id),
            entry: entry.clone(),
            staff_identifier: None,
            times: made(*times, before.map(|before| before.times)),
        });
    }
    if let Some((entry, times)) = &row.tax {
        let before = client.tax.clone();
        let times = made(*times, before.as_ref().map(|before| before.times));
        client.tax = Some(entry.sealed(sealer, before.as_ref(), times)?);
    }
    if let Some((assessment, times)) = &row.assessment {
        let before = client.assessment.as_ref().map(|before| before.times);
        client.assessment = Some(Assessment { times: made(*times, before), ..assessment.clone() });
    }
    if let Some((version, accepted)) = row.terms {
        let before = client.terms.filter(|terms| terms.version == version);
        let accepted = accepted.or(before.map(|terms| terms.accepted)).unwrap_or(now);
        client.terms = Some(Terms { version, accepted });
    }
    if let Some(statuses) = &row.system_statuses {
        client.system_statuses.clone_from(statuses);
    }
    let imported = &mut client.imported;
    for (items, given) in [
        (&mut imported.statuses, &row.statuses),
        (&mut imported.accounts, &row.accounts),
        (&mut imported.wallets, &row.wallets),
        (&mut imported.logins, &row.logins),
    ] {
        if let Some(given) = given {
            items.clone_from(given);
        }
    }
    if row.total_balance.is_some() {
        imported.total_balance.clone_from(&row.total_balance);
    }
    Ok(())
}
