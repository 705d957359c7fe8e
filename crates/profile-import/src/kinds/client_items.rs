//! The items of a client that only an import writes (contract client, section 4), checked and kept as they are shown.

use chrono::{DateTime, NaiveDateTime, Utc};
use profile_domain::Text;
use profile_usecases::Refusal;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
};
use serde_json::{Number, Value};

/// A moment with or without an offset; shown as all times of the contract: six digits and no offset.
struct Moment(NaiveDateTime);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let zoned = || text.parse::<DateTime<Utc>>().map(|at| at.naive_utc());
        let read = text.parse().or_else(|_| zoned());
        read.map(Self).map_err(|_| de::Error::custom("not a time"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%Y-%m-%dT%H:%M:%S%.6f"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusItem {
    id: Option<i64>,
    client_id: Option<i64>,
    status_code: String,
    staff_identifier: Option<String>,
    reason: Option<String>,
    created_time: Option<Moment>,
    updated_time: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountItem {
    platform_account_id: String,
    currency: String,
    metadata: Option<Metadata>,
    account: Option<Counterparties>,
    platform: Option<Platform>,
    balance: String,
    image: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    r#type: Option<String>,
    group: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counterparties {
    id: Value,
    counterparty: Option<Counterparty>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counterparty {
    code: Option<String>,
    name: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    code: Option<String>,
    provider: Option<String>,
    description: Option<String>,
    #[serde(rename = "platform_type")]
    kind: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WalletItem {
    id: Value,
    client_id: Option<i64>,
    #[serde(default = "real")]
    wallet_type: String,
    currency: String,
    balance: Number,
    cashier: Option<Value>,
    counterparty_id: Option<Value>,
    created_time: Option<Moment>,
    updated_time: Option<Moment>,
}

/// The one type of wallets.
fn real() -> String {
    "real".to_owned()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginItem {
    action: String,
    datetime: Moment,
    ip: Option<String>,
    country: Option<String>,
    browser: Option<String>,
    device: Option<String>,
    status: Option<Value>,
}

/// The sum alone, or the contract's whole item, of which the sum is kept.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum TotalBalance {
    Sum(Sum),
    Item { total_balance: Sum },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sum {
    amount: String,
    currency: String,
}

impl TotalBalance {
    pub(super) fn text(&self) -> Option<Text> {
        match self {
            Self::Sum(sum) | Self::Item { total_balance: sum } => text(sum),
        }
    }
}

fn text(item: &impl Serialize) -> Option<Text> {
    Text::try_from(serde_json::to_string(item).ok()?).ok()
}

/// The items in `rows`, each checked as a `T`.
pub(super) fn items<T: DeserializeOwned + Serialize>(
    member: &str,
    rows: &[Value],
) -> Result<Vec<Text>, Refusal> {
    let item = |row: &Value| {
        let wrong = |problem: String| Refusal::invalid(member, problem);
        let item = T::deserialize(row).map_err(|error| wrong(super::reason(&error)))?;
        text(&item).ok_or_else(|| wrong("contains a NUL character".to_owned()))
    };
    rows.iter().map(item).collect()
}

/// Logins, newest first.
pub(super) fn logins(rows: &[Value]) -> Result<Vec<Text>, Refusal> {
    let time = |row: &Value| Moment::deserialize(row.get("datetime")?).ok().map(|at| at.0);
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| std::cmp::Reverse(time(row)));
    items::<LoginItem>("logins", &rows)
}

#[cfg(test)]
mod tests {
    use profile_domain::{
        Beginning, Editable as _, Input, catalogue,
        change::RecordKind,
        client::{Client, Imported},
    };
    use serde_json::json;

    use super::*;

    /// What the service stores of items that an operator sends.
    fn sent(field: &str, rows: &Value) -> Imported {
        let now = DateTime::UNIX_EPOCH;
        let value = catalogue::find(RecordKind::Client, field).unwrap().read(rows, now).unwrap();
        let mut client = Client::blank(uuid::Uuid::nil(), Beginning { person: None, now });
        client.set(field, Input::Value(value)).unwrap();
        client.imported
    }

    fn imported<T: DeserializeOwned + Serialize>(rows: &Value) -> Vec<Text> {
        items::<T>("items", rows.as_array().unwrap()).unwrap()
    }

    #[test]
    fn the_catalogue_stores_items_as_an_import_does() {
        let statuses = json!([
            { "status_code": "a" },
            { "id": 1, "client_id": 2, "status_code": "Zo\"ë\u{1}", "staff_identifier": "amy", "reason": null,
                "created_time": "2026-01-02T03:04:05", "updated_time": "2026-01-02T03:04:05.0000019+02:00" }
        ]);
        assert_eq!(sent("statuses", &statuses).statuses, imported::<StatusItem>(&statuses));
        let counterparty = json!({ "id": { "b": [1, 2.5, null] }, "counterparty": { "code": "c" } });
        let platform = json!({ "code": "p", "provider": null, "description": "d", "platform_type": "t" });
        let accounts = json!([
            { "platform_account_id": "1", "currency": "EUR", "balance": "0" },
            { "platform_account_id": "1", "currency": "EUR", "metadata": { "type": "t" }, "account": counterparty,
                "platform": platform, "balance": "1.50", "image": "i" },
            { "platform_account_id": "1", "currency": "EUR", "account": { "id": null }, "balance": "1" }
        ]);
        assert_eq!(sent("accounts", &accounts).accounts, imported::<AccountItem>(&accounts));
        let wallets = json!([
            { "id": 7, "currency": "EUR", "balance": 100 },
            { "id": "w", "client_id": 5, "wallet_type": "demo", "currency": "EUR", "balance": 1.0, "cashier": { "a": 1e300 },
                "counterparty_id": false, "created_time": "2026-01-02T03:04:05Z", "updated_time": null }
        ]);
        assert_eq!(sent("wallets", &wallets).wallets, imported::<WalletItem>(&wallets));
        let rows = json!([
            { "action": "login", "datetime": "2026-01-01T00:00:00" },
            { "action": "login", "datetime": "2026-01-01T00:00:00", "ip": "10.0.0.1" },
            { "action": "login", "datetime": "2026-01-02T01:00:00+02:00", "ip": "10.0.0.1", "country": "ie",
                "browser": "b", "device": "d", "status": 1 }
        ]);
        assert_eq!(sent("logins", &rows).logins, logins(rows.as_array().unwrap()).unwrap());
        let sum = json!({ "amount": "1.50", "currency": "EUR" });
        let total: TotalBalance = serde_json::from_value(sum.clone()).unwrap();
        assert_eq!(sent("total_balance", &sum).total_balance, total.text());
    }
}
