//! Items that only an import writes (section 4, other items), as they are stored and shown.

use profile_domain::{Text, client::Client};
use profile_ports::{Broken, Unavailable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Number, Value};

use super::response::Moment;

/// A trading account.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientAccount")]
pub(super) struct AccountItem {
    /// Masked.
    pub(super) platform_account_id: String,
    currency: String,
    metadata: Option<AccountMetadata>,
    account: Option<Counterparties>,
    platform: Option<PlatformItem>,
    /// A decimal number.
    balance: String,
    #[schemars(extend("format" = "uri"))]
    image: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientAccountMetadata")]
struct AccountMetadata {
    /// `real` or another type, such as `demo`.
    r#type: Option<String>,
    group: Option<String>,
}

/// With whom the account is.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientAccountCounterparties")]
struct Counterparties {
    /// As imported.
    id: Value,
    counterparty: Option<Counterparty>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientCounterparty")]
struct Counterparty {
    code: Option<String>,
    name: Option<String>,
}

/// The trading platform.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientPlatform")]
struct PlatformItem {
    code: Option<String>,
    provider: Option<String>,
    description: Option<String>,
    platform_type: Option<String>,
}

/// A wallet.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientWallet")]
pub(super) struct WalletItem {
    /// As imported.
    id: Value,
    client_id: Option<i64>,
    wallet_type: String,
    currency: String,
    balance: Number,
    /// As imported.
    cashier: Option<Value>,
    /// As imported.
    counterparty_id: Option<Value>,
    created_time: Option<Moment>,
    updated_time: Option<Moment>,
}

/// A row of the client's statuses.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientStatus")]
pub(super) struct StatusItem {
    id: Option<i64>,
    client_id: Option<i64>,
    status_code: String,
    staff_identifier: Option<String>,
    reason: Option<String>,
    created_time: Option<Moment>,
    updated_time: Option<Moment>,
}

/// A login.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientLogin")]
pub(super) struct LoginItem {
    action: String,
    datetime: Moment,
    ip: Option<String>,
    country: Option<String>,
    browser: Option<String>,
    device: Option<String>,
    /// As imported.
    status: Option<Value>,
}

/// An amount of money.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClientAmount")]
pub(super) struct Amount {
    /// A decimal number.
    pub(super) amount: String,
    pub(super) currency: String,
}

impl AccountItem {
    pub(super) fn is_real(&self) -> bool {
        self.metadata.as_ref().and_then(|metadata| metadata.r#type.as_deref()) == Some("real")
    }
}

/// Reads the accounts.
pub(super) fn accounts(client: &Client) -> Result<Vec<AccountItem>, Unavailable> {
    read(client, "accounts", &client.imported.accounts)
}

/// Reads the wallets, which are this client's whatever number they were imported with.
pub(super) fn wallets(client: &Client) -> Result<Vec<WalletItem>, Unavailable> {
    let wallets: Vec<WalletItem> = read(client, "wallets", &client.imported.wallets)?;
    let own = |wallet| WalletItem { client_id: Some(client.client_id), ..wallet };
    Ok(wallets.into_iter().map(own).collect())
}

/// Reads the statuses, which are this client's whatever number they were imported with.
pub(super) fn statuses(client: &Client) -> Result<Vec<StatusItem>, Unavailable> {
    let statuses: Vec<StatusItem> = read(client, "statuses", &client.imported.statuses)?;
    let own = |status| StatusItem { client_id: Some(client.client_id), ..status };
    Ok(statuses.into_iter().map(own).collect())
}

/// Reads the logins, newest first.
pub(super) fn logins(client: &Client) -> Result<Vec<LoginItem>, Unavailable> {
    read(client, "logins", &client.imported.logins)
}

/// Reads the sum of all balances.
pub(super) fn total_balance(client: &Client) -> Result<Option<Amount>, Unavailable> {
    let total = client.imported.total_balance.as_ref();
    total.map(|total| read_one(client, "total_balance", total)).transpose()
}

fn read<T: DeserializeOwned>(
    client: &Client,
    column: &'static str,
    items: &[Text],
) -> Result<Vec<T>, Unavailable> {
    items.iter().map(|item| read_one(client, column, item)).collect()
}

fn read_one<T: DeserializeOwned>(
    client: &Client,
    column: &'static str,
    item: &Text,
) -> Result<T, Unavailable> {
    // What the parser says could quote the item, which is personal.
    serde_json::from_str(item.as_str())
        .map_err(|_| Unavailable::broken(Broken { table: "client", key: client.sub.to_string(), column }))
}

#[cfg(test)]
mod tests {
    use profile_domain::PersonId;
    use uuid::Uuid;

    use super::*;

    fn client(accounts: &[&str], wallets: &[&str]) -> Client {
        let texts = |items: &[&str]| items.iter().map(|item| Text::try_from(*item).unwrap()).collect();
        let mut client = Client::new(Uuid::nil(), PersonId(Uuid::nil()));
        client.client_id = 412;
        client.imported.accounts = texts(accounts);
        client.imported.wallets = texts(wallets);
        client
    }

    #[test]
    fn items_are_shown_as_they_are_stored_but_with_the_own_number() {
        let account = r#"{"platform_account_id":"***1","currency":"EUR","metadata":{"type":"real","group":null},"account":{"id":{"b":1,"a":2.50},"counterparty":null},"platform":null,"balance":"10.50","image":null}"#;
        let wallet = r#"{"id":"w","client_id":null,"wallet_type":"real","currency":"EUR","balance":2.5,"cashier":[1.0,"x"],"counterparty_id":7,"created_time":"2026-01-01T00:00:00.000000","updated_time":null}"#;
        let client = client(&[account], &[wallet]);
        let shown = serde_json::to_string(&accounts(&client).unwrap()).unwrap();
        assert_eq!(shown, format!("[{}]", account.replace("2.50", "2.5")));
        let shown = serde_json::to_string(&wallets(&client).unwrap()).unwrap();
        assert_eq!(shown, format!("[{}]", wallet.replace(r#""client_id":null"#, r#""client_id":412"#)));
    }

    #[test]
    fn a_damaged_item_is_a_damaged_row_and_its_content_stays_unsaid() {
        let damaged = accounts(&client(&[r#"{"platform_account_id":"secret"}"#], &[])).err().unwrap();
        assert!(Broken::causes(&damaged));
        assert!(!format!("{}", profile_ports::Chain(&damaged)).contains("secret"));
    }
}
