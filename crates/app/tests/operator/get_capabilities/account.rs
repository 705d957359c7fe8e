//! Holders and customers.

use serde_json::{Value, json};

use super::{Door, Service, Shown, is_number, item, keys, rules};
use crate::support::{FILES, Family, customer, user};

struct AccountDoor<'a>(&'a Service, String, &'static str, String);

impl Door for AccountDoor<'_> {
    async fn read(&self, _: &Value) -> Shown {
        let Self(service, token, kind, key) = self;
        if *kind == "file" {
            let answer = service.send("GET", &format!("/storage/{key}"), token, &Value::Null).await;
            return if answer.status == 200 {
                ["extension", "file_size"].map(str::to_owned).into()
            } else {
                Shown::new()
            };
        }
        let (own, customer) =
            (service.get("/account/me", token).await, service.get("/customer/me", token).await);
        let is = |object: &Value, name: &str| is_number(&object[name], key);
        match *kind {
            "customer" if is(&customer["customer"], "customer_id") => keys(&customer["customer"]),
            "account" => {
                let listed = item(&customer["accounts"], "login", key).map(keys);
                let whole = if is(&own, "login") { keys(&own) } else { Shown::new() };
                whole.into_iter().chain(listed.into_iter().flatten()).collect()
            }
            _ => Shown::new(),
        }
    }

    async fn change(&self, field: &str, to: Value, _: &Value) -> Shown {
        let Self(service, token, kind, key) = self;
        let mut body = json!({ field: to });
        if *kind == "account" {
            body["login"] = key.parse::<i64>().unwrap().into();
        }
        let answer = service.send("PUT", "/account/me", token, &body).await;
        let is_of_account = answer.status == 200 && *kind == "account";
        if is_of_account { keys(&answer.json()) } else { Shown::new() }
    }
}

pub async fn capabilities_are_what_the_contract_does(service: &Service) {
    let family = Family::numbered(1);
    let [own, other] = family.double_accounts;
    let of_holder = |login: i64| (format!("account-user:{login}"), user(login));
    let of_customer = |id: i64| (format!("account-customer:{id}"), customer(id));
    let not_offered = "account.not_offered";
    for ((actor, token), login, rule) in [
        (of_holder(own), own, not_offered),
        (of_holder(family.read_only), family.read_only, not_offered),
        (of_holder(own), other, "account.other_account"),
        (of_holder(family.switched_off), family.switched_off, "account.account_disabled"),
        (
            of_holder(family.disabled_customers_account),
            family.disabled_customers_account,
            "account.account_disabled",
        ),
        (of_customer(family.double), other, not_offered),
        (of_customer(family.double), family.single_account, "account.other_account"),
        (of_customer(family.blocked), family.blocked_account, "account.account_disabled"),
        (of_customer(family.disabled), family.disabled_customers_account, "account.customer_disabled"),
        (of_holder(1_999_999), own, "account.other_account"),
        (of_customer(1_999_999), own, "account.other_account"),
    ] {
        let door = AccountDoor(service, token, "account", login.to_string());
        assert_eq!(
            service.probe(&actor, "account", &login.to_string(), &door).await,
            rules([rule]),
            "{actor}"
        );
    }
    for ((actor, token), id, rule) in [
        (of_customer(family.single), family.single, not_offered),
        (of_customer(family.single), family.double, not_offered),
        (of_customer(family.disabled), family.disabled, "account.customer_disabled"),
        (of_holder(own), family.double, "account.session_type"),
    ] {
        let door = AccountDoor(service, token, "customer", id.to_string());
        assert_eq!(service.probe(&actor, "customer", &id.to_string(), &door).await, rules([rule]), "{actor}");
    }
    for file in [FILES.public, FILES.private] {
        let door = AccountDoor(service, user(own), "file", file.to_owned());
        assert_eq!(service.probe(&of_holder(own).0, "file", file, &door).await, rules([not_offered]));
    }
}
