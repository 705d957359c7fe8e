//! Rows of kind `client`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    client::{
        Address, AddressEntry, Assessment, Client, LAST_IMPORTED_NUMBER, ProfileEntry, ProfileRules,
        SystemStatus, TaxEntry, Terms, Times, fields,
    },
    person,
};
use profile_ports::JsonMembers;
use profile_usecases::{Next, Ports, Refusal, client::KeySealer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    ImportRow,
    client_items::{AccountItem, StatusItem, TotalBalance, WalletItem, items, logins},
    client_records::{JsonObject, Timed, record, terms},
    fields::{ImportText, check, each, set_list},
};
use crate::{
    names::{Holder, Name},
    work::{Imported, Work},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientRow {
    pub(super) sub: Uuid,
    pub(super) client_id: Option<i64>,
    pub(super) profile: Option<JsonObject>,
    pub(super) address: Option<JsonObject>,
    pub(super) tax_information: Option<JsonObject>,
    pub(super) financial_assessment: Option<JsonObject>,
    pub(super) tnc: Option<JsonObject>,
    pub(super) statuses: Option<Vec<Value>>,
    pub(super) system_statuses: Option<Vec<String>>,
    pub(super) accounts: Option<Vec<Value>>,
    pub(super) wallets: Option<Vec<Value>>,
    pub(super) total_balance: Option<TotalBalance>,
    pub(super) logins: Option<Vec<Value>>,
    pub(super) person: Option<ImportText>,
}

/// The values of a row, checked.
struct Checked {
    profile: Timed<ProfileEntry>,
    address: Timed<AddressEntry>,
    tax: Timed<TaxEntry>,
    /// Its own times count for nothing.
    assessment: Timed<Assessment>,
    /// Version, and when it was accepted.
    terms: Option<(i32, Option<DateTime<Utc>>)>,
    system_statuses: Option<Vec<SystemStatus>>,
    statuses: Option<Vec<Text>>,
    accounts: Option<Vec<Text>>,
    wallets: Option<Vec<Text>>,
    total_balance: Option<Text>,
    /// Newest first.
    logins: Option<Vec<Text>>,
}

#[async_trait(?Send)]
impl ImportRow for ClientRow {
    fn key(&self) -> String {
        format!("client {}", self.sub)
    }

    fn claim(&self, _core: &Ports) -> Option<(Holder, Vec<Name>)> {
        Some((Holder::Client(self.sub), self.client_id.map(Name::ClientNumber).into_iter().collect()))
    }

    async fn import(mut self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[(person::ALIAS, &self.person)])?;
        if self.client_id.is_some_and(|number| !(1..=LAST_IMPORTED_NUMBER).contains(&number)) {
            let range = format!("must be a whole number from 1 to {LAST_IMPORTED_NUMBER}");
            return Err(Refusal::invalid("client_id", range));
        }
        let ports = &work.ports;
        let checked = self.take_checked(ports.clock.now())?;
        work.write(self.sub, async |existing: Option<&Client>| {
            let person = work.person_of(self.person.as_ref(), existing.map(|client| client.person)).await?;
            let mut next = existing.cloned().unwrap_or_else(|| Client::new(self.sub, person));
            if next.person != person {
                if !next.sealed_values().is_empty() {
                    return Err(Refusal::invalid("person", "cannot change for a client with sealed values"));
                }
                (next.person, next.key) = (person, None);
            }
            let known = match next.key.clone() {
                Some(key) => Some(key),
                None => ports.store.find_person_key(person).await?,
            };
            let fresh_key = if known.is_none() { Some(ports.vault.new_key(person)?) } else { None };
            if let Some(key) = known.as_ref().or(fresh_key.as_ref()) {
                checked.write_to(
                    &mut next,
                    ports.clock.now(),
                    &KeySealer::new(&*ports.vault, person, key),
                )?;
            }
            number(ports, &mut next, self.client_id).await?;
            // A number of the row's own is not replaced by another one.
            let chosen: &[_] =
                if self.client_id.is_some() { &["person_key"] } else { &["person_key", "client_id"] };
            Ok(Next::from(next).with_key(fresh_key).with_chosen(chosen))
        })
        .await
    }
}

impl ClientRow {
    fn take_checked(&mut self, now: DateTime<Utc>) -> Result<Checked, Refusal> {
        let rules = ProfileRules { today: now.date_naive(), restricted: &[] };
        let profile = |record: &JsonObject| {
            let members = JsonMembers(record);
            if record.contains_key("reason") {
                ProfileEntry::replacement(&members, rules)
            } else {
                ProfileEntry::creation(&members, rules)
            }
        };
        let assessment = |record: &JsonObject| {
            Assessment::imported(&JsonMembers(record), Times::made(DateTime::UNIX_EPOCH))
        };
        let status = |name: String| {
            let unknown = || Refusal::invalid("system_statuses", "has an unknown status");
            SystemStatus::from_name(&name).ok_or_else(unknown)
        };
        Ok(Checked {
            profile: record("profile", &fields::PROFILE_REPLACEMENT, self.profile.as_ref(), profile)?,
            address: record("address", &fields::ADDRESS, self.address.as_ref(), |record| {
                AddressEntry::read(&JsonMembers(record))
            })?,
            tax: record("tax_information", &fields::TAX, self.tax_information.as_ref(), |record| {
                TaxEntry::read(&JsonMembers(record))
            })?,
            assessment: record(
                "financial_assessment",
                &fields::ASSESSMENT,
                self.financial_assessment.as_ref(),
                assessment,
            )?,
            terms: self.tnc.as_ref().map(terms).transpose()?,
            system_statuses: each(self.system_statuses.take(), status)?,
            statuses: self.statuses.take().map(|rows| items::<StatusItem>("statuses", &rows)).transpose()?,
            accounts: self.accounts.take().map(|rows| items::<AccountItem>("accounts", &rows)).transpose()?,
            wallets: self.wallets.take().map(|rows| items::<WalletItem>("wallets", &rows)).transpose()?,
            total_balance: self.total_balance.take().and_then(|total| total.text()),
            logins: self.logins.take().map(|rows| logins(&rows)).transpose()?,
        })
    }
}

impl Checked {
    /// Writes what the row says over what was there.
    fn write_to(
        &self,
        client: &mut Client,
        now: DateTime<Utc>,
        sealer: &KeySealer<'_>,
    ) -> Result<(), Refusal> {
        let times =
            |given: &Option<Times>, before: Option<Times>| given.or(before).unwrap_or(Times::made(now));
        if let Some((entry, given)) = &self.profile {
            let before = client.profile.take();
            let times = times(given, before.as_ref().map(|before| before.times));
            client.profile = Some(entry.sealed(sealer, before.as_ref(), None, times)?);
        }
        if let Some((entry, given)) = &self.address {
            let before = client.address.as_ref();
            client.address = Some(Address {
                id: before.map_or(0, |before| before.id),
                entry: entry.clone(),
                staff_identifier: None,
                times: times(given, before.map(|before| before.times)),
            });
        }
        if let Some((entry, given)) = &self.tax {
            let before = client.tax.take();
            let times = times(given, before.as_ref().map(|before| before.times));
            client.tax = Some(entry.sealed(sealer, before.as_ref(), times)?);
        }
        if let Some((assessment, given)) = &self.assessment {
            let before = client.assessment.as_ref().map(|before| before.times);
            client.assessment = Some(Assessment { times: times(given, before), ..assessment.clone() });
        }
        if let Some((version, accepted)) = self.terms {
            let before = client.terms.filter(|terms| terms.version == version);
            let accepted = accepted.or(before.map(|terms| terms.accepted)).unwrap_or(now);
            client.terms = Some(Terms { version, accepted });
        }
        set_list(&mut client.system_statuses, self.system_statuses.as_ref());
        let imported = &mut client.imported;
        set_list(&mut imported.statuses, self.statuses.as_ref());
        set_list(&mut imported.accounts, self.accounts.as_ref());
        set_list(&mut imported.wallets, self.wallets.as_ref());
        set_list(&mut imported.logins, self.logins.as_ref());
        if self.total_balance.is_some() {
            imported.total_balance.clone_from(&self.total_balance);
        }
        Ok(())
    }
}

/// Gives a new client and a new address their numbers.
async fn number(ports: &Ports, client: &mut Client, asked: Option<i64>) -> Result<(), Refusal> {
    match asked {
        Some(number) => client.client_id = number,
        None if client.client_id == 0 => client.client_id = ports.store.next_client_number().await?,
        None => {}
    }
    if let Some(address) = &mut client.address
        && address.id == 0
    {
        address.id = ports.store.next_client_number().await?;
    }
    Ok(())
}
