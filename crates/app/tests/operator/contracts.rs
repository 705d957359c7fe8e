//! What the four contracts show of an operator's writes (section 14).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::ok,
    fixtures::{client_with_profile, least, made, path_of},
    service::Service,
};
use crate::support::{Answer, clients, members, people::OWN_KEY, user};

async fn at_contract(service: &Service, path: &str, token: &str) -> Answer {
    let token = if token.starts_with("Bearer ") { token.to_owned() } else { format!("Bearer {token}") };
    service
        .open("GET", path)
        .header("authorization", &token)
        .header("x-client-id", crate::support::EXCLUSION_KEY)
        .await
}

async fn set(service: &Service, path: &str, fields: Value) {
    ok(&service.patch(Role::Admin, path, &json!({"fields": fields, "cause": {"reason": "of a test"}})).await);
}

async fn end(service: &Service, path: &str) {
    ok(&service.delete(Role::Admin, &format!("{path}?reason=of%20a%20test")).await);
}

pub async fn an_account_shows_and_goes(service: &Service) {
    let login = service.family().alone;
    let path = format!("/records/account/{login}");
    set(service, &path, json!({"city": "Malmö"})).await;
    let token = user(login);
    let raw = |path: &'static str| service.open("GET", path).header("authorization", &token);
    assert_eq!(raw("/account/me").await.json()["city"], "Malmö");
    let never = user(999_999_991);
    end(service, &path).await;
    let (gone, unknown) =
        (raw("/account/me").await, service.open("GET", "/account/me").header("authorization", &never).await);
    assert_eq!((gone.status, gone.text), (unknown.status, unknown.text));
}

pub async fn a_user_shows_and_goes(service: &Service) {
    let (key, fields) = least(service, "user").await;
    let path = path_of(&service.create("user", &key, fields.clone()).await);
    set(service, &path, json!({"bio": "Operators wrote this."})).await;
    let shown = at_contract(service, &format!("/api/v1/users/{key}"), OWN_KEY).await;
    assert_eq!(
        (shown.status, &shown.json()["bio"]),
        (200, &json!("Operators wrote this.")),
        "{}",
        shown.text
    );
    let name = fields["username"].as_str().unwrap();
    let list = at_contract(service, &format!("/api/v1/users?query={name}"), OWN_KEY).await;
    assert!(list.text.contains(&key), "{}", list.text);
    end(service, &path).await;
    let (gone, unknown) = (
        at_contract(service, &format!("/api/v1/users/{key}"), OWN_KEY).await,
        at_contract(service, "/api/v1/users/user_Never000000000", OWN_KEY).await,
    );
    assert_eq!(gone.status, unknown.status);
    let list = at_contract(service, &format!("/api/v1/users?query={name}"), OWN_KEY).await;
    assert!(!list.text.contains(&key), "{}", list.text);
}

pub async fn a_client_shows_and_goes(service: &Service) {
    let path = client_with_profile(service).await;
    let sub = path.rsplit('/').next().unwrap().to_owned();
    set(service, &path, json!({"profile": {"first_name": "Ana"}})).await;
    let shown = at_contract(service, "/client/profile", &clients::token(&sub)).await;
    assert_eq!(shown.json()["data"][0]["first_name"], "Ana", "{}", shown.text);
    assert_eq!(shown.json()["data"][0]["tax_identification_number"], "IE-7731905", "{}", shown.text);
    end(service, &path).await;
    let never = "5b2f6a3e-8f0d-4c56-9f6e-eeeeeeeeeeee";
    let (gone, unknown) = (
        at_contract(service, "/client/profile", &clients::token(&sub)).await,
        at_contract(service, "/client/profile", &clients::token(never)).await,
    );
    assert_eq!(
        (gone.status, &gone.json()["errors"]),
        (unknown.status, &unknown.json()["errors"]),
        "{}",
        gone.text
    );
    // A write of theirs is forbidden, because only an operator begins the client anew.
    let write = service
        .open("POST", "/client/profile")
        .header("authorization", &format!("Bearer {}", clients::token(&sub)))
        .header("x-client-id", crate::support::EXCLUSION_KEY)
        .json(&super::fixtures::client_profile())
        .await;
    assert_eq!(
        (write.status, &write.json()["errors"][0]["code"]),
        (403, &json!("Forbidden")),
        "{}",
        write.text
    );
}

pub async fn a_member_shows_and_goes(service: &Service) {
    let path = made(service, "member").await;
    let id: i32 = path.rsplit('/').next().unwrap().parse().unwrap();
    set(service, &path, json!({"given_name": "Operator"})).await;
    let bearer = members::bearer(id, None);
    let shown = at_contract(service, "/api/sys/v1/account/get_profile", &bearer).await;
    assert!(shown.status == 200 && shown.text.contains("Operator"), "{}", shown.text);
    end(service, &path).await;
    let gone = at_contract(service, "/api/sys/v1/account/get_profile", &bearer).await;
    let unknown =
        at_contract(service, "/api/sys/v1/account/get_profile", &members::bearer(999_999_990, None)).await;
    assert_eq!((gone.status, gone.text), (unknown.status, unknown.text));
}

pub async fn an_actor_is_told_in_one_form(service: &Service) {
    let family = service.family();
    let put = |token: &str, body: Value| {
        service.open("PUT", "/account/me").header("authorization", token).json(&body)
    };
    ok(&put(&user(family.alone), json!({"city": "A"})).await);
    let actor = async |path: &str| ok(&service.get(Role::Support, path).await)["cause"].clone();
    let cause = actor(&format!("/records/account/{}", family.alone)).await;
    assert_eq!(
        (&cause["actor"], &cause["door"]),
        (&json!(format!("account-user:{}", family.alone)), &json!("account"))
    );
    let token = crate::support::customer(family.single);
    ok(&put(&token, json!({"login": family.single_account, "city": "A"})).await);
    let cause = actor(&format!("/records/account/{}", family.single_account)).await;
    assert_eq!(cause["actor"], json!(format!("account-customer:{}", family.single)));
    let client = client_with_profile(service).await;
    let sub = client.rsplit('/').next().unwrap();
    let body = json!({"address_line_1": "14 Quay Row", "address_line_2": null, "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12 X4Y7"});
    let made = service
        .open("POST", "/client/address")
        .header("authorization", &format!("Bearer {}", clients::token(sub)))
        .header("x-client-id", crate::support::EXCLUSION_KEY)
        .json(&body)
        .await;
    assert!(made.status < 300, "{}", made.text);
    assert_eq!(actor(&client).await["actor"], json!(format!("client:{sub}")));
}
