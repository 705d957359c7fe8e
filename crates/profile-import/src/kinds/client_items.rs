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
#[derive(Deserialize)]
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
