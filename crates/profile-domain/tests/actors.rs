//! The log names each kind of caller in the one form of the operator page, section 5.1.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use profile_domain::{
    account::{CustomerId, Login, policy::Editor},
    client::policy::Acting,
    tenant::policy::Session,
    users::{App, BusinessId, Credential, Scopes, UserId},
};

fn user() -> UserId {
    "user_4hTq81LmZp0Va".try_into().unwrap()
}

fn business() -> BusinessId {
    "biz_9QeRtYu2IoPlKj".try_into().unwrap()
}

#[test]
fn callers_of_the_account_contract() {
    assert_eq!(Editor::Holder(Login::try_from(70021).unwrap()).actor(), "account-user:70021");
    assert_eq!(Editor::Owner(CustomerId(42)).actor(), "account-customer:42");
}

#[test]
fn callers_of_the_users_contract() {
    let scopes = Scopes::default;
    let app = App { id: "app_1aB2cD3eF4gH5i".try_into().unwrap(), version: 1, installs: Vec::new() };
    for (credential, actor, owner) in [
        (
            Credential::User { user: user(), scopes: scopes() },
            "user:user_4hTq81LmZp0Va",
            "user:user_4hTq81LmZp0Va",
        ),
        (
            Credential::AccountUser { user: user(), account: business(), scopes: scopes() },
            "user:user_4hTq81LmZp0Va@biz_9QeRtYu2IoPlKj",
            "user:user_4hTq81LmZp0Va",
        ),
        (
            Credential::Account { account: business(), scopes: scopes() },
            "business:biz_9QeRtYu2IoPlKj",
            "business:biz_9QeRtYu2IoPlKj",
        ),
        (Credential::App { app, scopes: scopes() }, "app:app_1aB2cD3eF4gH5i", "app:app_1aB2cD3eF4gH5i"),
    ] {
        assert_eq!(credential.actor(), actor);
        assert_eq!(credential.upload_owner().actor(), owner);
    }
}

#[test]
fn callers_of_the_client_contract() {
    let sub = "8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d".parse().unwrap();
    assert_eq!(Acting { sub, staff: None }.actor(), "client:8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d");
    assert_eq!(Acting { sub, staff: Some("amy".to_owned()) }.actor(), "client-staff:amy");
}

#[test]
fn callers_of_the_tenant_contract() {
    assert_eq!(Session { member_id: 90, tenant_id: None }.actor(), "member:90");
    assert_eq!(Session { member_id: 90, tenant_id: Some(7) }.actor(), "member:90@7");
}
