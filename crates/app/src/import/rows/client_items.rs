//! The items of a client that only an import writes (contract client, section 4), checked and kept as they are shown.

use chrono::NaiveDateTime;
use profile_domain::Text;
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Number, Value};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusItem {
    id: i64,
    #[serde(default)]
    client_id: Option<i64>,
    status_code: String,
    #[serde(default)]
    staff_identifier: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    created_time: NaiveDateTime,
    #[serde(default)]
    updated_time: Option<NaiveDateTime>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountItem {
    platform_account_id: String,
    currency: String,
    metadata: Metadata,
    account: Counterparties,
    platform: Platform,
    balance: String,
    #[serde(default)]
    image: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    r#type: String,
    group: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counterparties {
    id: Value,
    counterparty: Counterparty,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counterparty {
    code: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names are the contract's")]
struct Platform {
    code: String,
    provider: Option<String>,
    description: Option<String>,
    platform_type: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WalletItem {
    id: Value,
    #[serde(default)]
    client_id: Option<i64>,
    wallet_type: String,
    currency: String,
    balance: Number,
    #[serde(default)]
    cashier: Option<Value>,
    #[serde(default)]
    counterparty_id: Option<Value>,
    #[serde(default)]
    created_time: Option<NaiveDateTime>,
    #[serde(default)]
    updated_time: Option<NaiveDateTime>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginItem {
    action: String,
    datetime: NaiveDateTime,
    #[serde(default)]
    ip: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    browser: Option<String>,
    #[serde(default)]
    device: Option<String>,
    #[serde(default)]
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
    let mut item = serde_json::to_value(item).ok()?;
    six_digits(&mut item);
    Text::try_from(item.to_string()).ok()
}

/// Times of items are shown as all times of the contract: six digits and no offset.
fn six_digits(item: &mut Value) {
    for name in ["created_time", "updated_time", "datetime"] {
        let Some(time) = item.get_mut(name) else { continue };
        let read = time.as_str().and_then(|text| text.parse::<NaiveDateTime>().ok());
        if let Some(read) = read {
            *time = read.format("%Y-%m-%dT%H:%M:%S%.6f").to_string().into();
        }
    }
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
    let mut rows = rows.to_vec();
    let time = |row: &Value| row.get("datetime").and_then(Value::as_str).map(str::to_owned);
    rows.sort_by_key(|row| std::cmp::Reverse(time(row)));
    items::<LoginItem>("logins", &rows)
}
