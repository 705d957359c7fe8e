//! The imported people: every relation between customers and accounts that the contract tells apart.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{clients, members, people};

/// How many families are imported; each test takes one or a few.
pub const COUNT: i64 = 150;

/// The numbers of one family.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// An account of nobody.
    pub alone: i64,
    /// A customer without accounts.
    pub childless: i64,
    /// A customer with one account.
    pub single: i64,
    pub single_account: i64,
    /// A customer with two accounts.
    pub double: i64,
    pub double_accounts: [i64; 2],
    /// A disabled customer with one account.
    pub disabled: i64,
    pub disabled_customers_account: i64,
    /// A customer with one account, which is disabled.
    pub blocked: i64,
    pub blocked_account: i64,
    /// An account of nobody in which trading is stopped.
    pub read_only: i64,
    /// An account of nobody that is disabled.
    pub switched_off: i64,
}

/// Files that are there for everybody.
pub struct Files {
    pub public: &'static str,
    pub private: &'static str,
    pub odd_scope: &'static str,
    pub document: &'static str,
    pub legacy: &'static str,
}

pub const FILES: Files = Files {
    public: "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10",
    private: "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a11",
    odd_scope: "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a12",
    document: "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a13",
    legacy: "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a14",
};

impl Family {
    pub fn numbered(number: i64) -> Self {
        let (login, customer) = (100_000 + number * 10, 50_000 + number * 10);
        Self {
            alone: login,
            childless: customer,
            single: customer + 1,
            single_account: login + 1,
            double: customer + 2,
            double_accounts: [login + 2, login + 3],
            disabled: customer + 3,
            disabled_customers_account: login + 4,
            blocked: customer + 4,
            blocked_account: login + 5,
            read_only: login + 6,
            switched_off: login + 7,
        }
    }

    fn rows(&self) -> Vec<Value> {
        let account = |login: i64, owner: Option<i64>| {
            let mut row = json!({
                "kind": "account", "login": login, "name": "Zoë Lindqvist", "phone": "+46400000000", "city": "Lund",
                "country": "SE", "zipcode": "21119", "user_color": "#ffffff", "email": "zoe@example.test",
                "group": "PRO-2", "currency": "EUR", "leverage": 50, "regdate": 1_750_000_000, "prevbalance": 900.5,
                "prevmonthbalance": 880.0, "balance": 910.25, "storage": -1.5, "commission": -0.7, "credit": 0,
                "margin": 100.0, "margin_free": 808.05, "margin_level": 908.05, "equity": 908.05,
                "update_time": 1_760_000_000,
            });
            if let Some(owner) = owner {
                row["customer_id"] = owner.into();
            }
            row
        };
        let customer = |id: i64| {
            json!({ "kind": "customer", "customer_id": id, "email": "zoe@example.test", "full_name": "Zoë Lindqvist",
                "status": 1 })
        };
        let but = |mut row: Value, member: &str, value: i64| {
            row[member] = value.into();
            row
        };
        // Accounts before their customers: the order of the lines does not matter.
        vec![
            account(self.alone, None),
            account(self.single_account, Some(self.single)),
            account(self.double_accounts[0], Some(self.double)),
            account(self.double_accounts[1], Some(self.double)),
            account(self.disabled_customers_account, Some(self.disabled)),
            but(account(self.blocked_account, Some(self.blocked)), "enable", 0),
            but(account(self.read_only, None), "enable_read_only", 1),
            but(account(self.switched_off, None), "enable", 0),
            customer(self.childless),
            customer(self.single),
            customer(self.double),
            but(customer(self.disabled), "enable", 0),
            customer(self.blocked),
        ]
    }
}

/// Writes the import file; answers its path.
pub fn write(folder: &Path) -> PathBuf {
    // The signature of a PNG and a line of text.
    let png = "iVBORw0KGgpzb21lIHBpeGVscw==";
    let file = |uuid: &str| json!({ "kind": "file", "uuid": uuid, "extension": "png", "base64": png });
    let with = |mut row: Value, member: &str, value: Value| {
        row[member] = value;
        row
    };
    let mut rows = vec![
        file(FILES.public),
        with(with(file(FILES.private), "scope", json!(0)), "person", json!("owner of a file")),
        with(file(FILES.odd_scope), "scope", json!(4)),
        with(file(FILES.document), "purpose", json!("document")),
    ];
    rows.push(json!({ "kind": "file", "uuid": FILES.legacy, "extension": "svg", "legacy_svg": true,
        "base64": "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=" }));
    rows.extend(people::rows());
    rows.extend(clients::rows());
    rows.extend(members::rows());
    rows.extend((0..COUNT).flat_map(|number| Family::numbered(number).rows()));
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    let path = folder.join("families.ndjson");
    fs::write(&path, lines.join("\n")).unwrap();
    path
}
