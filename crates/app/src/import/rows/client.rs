//! A row of kind `client`.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};
use profile_domain::{
    client::{
        AddressEntry, Assessment, CURRENT_TERMS, LAST_IMPORTED_NUMBER, ProfileEntry, ProfileRules,
        SystemStatus, TaxEntry, Times,
    },
    person,
};
use profile_ports::JsonMembers;
use profile_usecases::{
    Core, Origin, Refusal,
    import::{ClientImport, Holder, Imported, ImportedAddress, Name, import_client},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    client_items::{AccountItem, StatusItem, TotalBalance, WalletItem, items, logins},
    members::{Words, check},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct ClientRow {
    pub(super) sub: Uuid,
    client_id: Option<i64>,
    profile: Option<Map<String, Value>>,
    address: Option<Map<String, Value>>,
    tax_information: Option<Map<String, Value>>,
    financial_assessment: Option<Map<String, Value>>,
    tnc: Option<Map<String, Value>>,
    statuses: Option<Vec<Value>>,
    system_statuses: Option<Vec<String>>,
    accounts: Option<Vec<Value>>,
    wallets: Option<Vec<Value>>,
    total_balance: Option<TotalBalance>,
    logins: Option<Vec<Value>>,
    person: Option<Words>,
}

impl ClientRow {
    pub(super) fn claim(&self) -> (Holder, Vec<Name>) {
        (Holder::Client(self.sub), self.client_id.map(Name::ClientNumber).into_iter().collect())
    }

    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[(person::ALIAS, &self.person)]).map_err(Refusal::Invalid)?;
        if self.client_id.is_some_and(|number| !(1..=LAST_IMPORTED_NUMBER).contains(&number)) {
            let range = format!("must be a whole number from 1 to {LAST_IMPORTED_NUMBER}");
            return Err(Refusal::invalid("client_id", range));
        }
        let rules = ProfileRules { today: core.clock.now().date_naive(), restricted: &[] };
        let profile = |record: &Map<String, Value>| {
            let members = JsonMembers(record);
            if record.contains_key("reason") {
                ProfileEntry::replacement(&members, rules)
            } else {
                ProfileEntry::creation(&members, rules)
            }
        };
        let import = ClientImport {
            sub: self.sub,
            client_id: self.client_id,
            person: self.person.map(|words| words.0),
            profile: record("profile", self.profile.as_ref(), &profile)?,
            address: record("address", self.address.as_ref(), &|record| {
                AddressEntry::read(&JsonMembers(record))
            })?
            .map(|(entry, times)| ImportedAddress { entry, times }),
            tax: record("tax_information", self.tax_information.as_ref(), &|record| {
                TaxEntry::read(&JsonMembers(record))
            })?,
            assessment: record("financial_assessment", self.financial_assessment.as_ref(), &|record| {
                let blank = Times::made(DateTime::UNIX_EPOCH);
                Assessment::imported(&JsonMembers(record), blank)
            })?,
            terms: self.tnc.as_ref().map(terms).transpose()?,
            system_statuses: self
                .system_statuses
                .map(|names| names.iter().map(|name| status(name)).collect())
                .transpose()?,
            statuses: self.statuses.map(|rows| items::<StatusItem>("statuses", &rows)).transpose()?,
            accounts: self.accounts.map(|rows| items::<AccountItem>("accounts", &rows)).transpose()?,
            wallets: self.wallets.map(|rows| items::<WalletItem>("wallets", &rows)).transpose()?,
            total_balance: self.total_balance.and_then(|total| total.text()),
            logins: self.logins.map(|rows| logins(&rows)).transpose()?,
        };
        import_client(core, &import, origin).await
    }
}

fn status(name: &str) -> Result<SystemStatus, Refusal> {
    SystemStatus::from_name(name).ok_or_else(|| Refusal::invalid("system_statuses", "has an unknown status"))
}

type Checked<T> = Result<T, Vec<profile_domain::Violation>>;

/// A record by its own rules, with its times where the row has them; what is wrong is named with the record.
fn record<T>(
    name: &str,
    record: Option<&Map<String, Value>>,
    read: &dyn Fn(&Map<String, Value>) -> Checked<T>,
) -> Result<Option<(T, Option<Times>)>, Refusal> {
    let Some(record) = record else { return Ok(None) };
    let entry = read(record).map_err(|mut broken| {
        for violation in &mut broken {
            violation.field = format!("{name}.{}", violation.field);
        }
        Refusal::Invalid(broken)
    })?;
    let updated = time(name, record, "updated_time")?;
    let times = time(name, record, "created_time")?.map(|created| Times { created, updated });
    Ok(Some((entry, times)))
}

fn time(name: &str, record: &Map<String, Value>, member: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let text = match record.get(member) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().unwrap_or_default(),
    };
    let zoned = text.parse::<DateTime<Utc>>();
    let read = zoned.or_else(|_| text.parse::<NaiveDateTime>().map(|naive| naive.and_utc()));
    let wrong = || Refusal::invalid(&format!("{name}.{member}"), "is no time");
    read.map(|at| Some(at.trunc_subsecs(6))).map_err(|_| wrong())
}

fn terms(record: &Map<String, Value>) -> Result<(i32, Option<DateTime<Utc>>), Refusal> {
    let version = match record.get("version_id") {
        None | Some(Value::Null) => CURRENT_TERMS,
        Some(version) => version
            .as_i64()
            .and_then(|version| i32::try_from(version).ok())
            .ok_or_else(|| Refusal::invalid("tnc.version_id", "must be a whole number"))?,
    };
    Ok((version, time("tnc", record, "created_time")?))
}
