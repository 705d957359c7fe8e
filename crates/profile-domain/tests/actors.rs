//! The log names each kind of caller in the one form of the operator page, section 5.1.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use profile_domain::{
    account::{CustomerId, Login, policy as account},
    client::policy as client,
    tenant::policy as tenant,
    users::{self, App, BusinessId, Scopes, UserId},
};

fn user() -> UserId {
    "user_4hTq81LmZp0Va".try_into().unwrap()
}

fn business() -> BusinessId {
    "biz_9QeRtYu2IoPlKj".try_into().unwrap()
}

#[test]
fn callers_of_the_account_contract() {
    assert_eq!(account::Caller::Holder(Login::try_from(70021).unwrap()).actor(), "account-user:70021");
    assert_eq!(account::Caller::Owner(CustomerId(42)).actor(), "account-customer:42");
}

#[test]
fn callers_of_the_users_contract() {
    let scopes = Scopes::default;
    let app = App { id: "app_1aB2cD3eF4gH5i".try_into().unwrap(), version: 1, installs: Vec::new() };
    for (caller, actor, owner) in [
        (
            users::Caller::User { user: user(), scopes: scopes() },
            "user:user_4hTq81LmZp0Va",
            "user:user_4hTq81LmZp0Va",
        ),
        (
            users::Caller::AccountUser { user: user(), account: business(), scopes: scopes() },
            "user:user_4hTq81LmZp0Va@biz_9QeRtYu2IoPlKj",
            "user:user_4hTq81LmZp0Va",
        ),
        (
            users::Caller::Account { account: business(), scopes: scopes() },
            "business:biz_9QeRtYu2IoPlKj",
            "business:biz_9QeRtYu2IoPlKj",
        ),
        (users::Caller::App { app, scopes: scopes() }, "app:app_1aB2cD3eF4gH5i", "app:app_1aB2cD3eF4gH5i"),
    ] {
        assert_eq!(caller.actor(), actor);
        assert_eq!(caller.upload_owner().actor(), owner);
    }
}

#[test]
fn callers_of_the_client_contract() {
    let sub = "8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d".parse().unwrap();
    assert_eq!(client::Caller { sub, staff: None }.actor(), "client:8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d");
    assert_eq!(client::Caller { sub, staff: Some("amy".to_owned()) }.actor(), "client-staff:amy");
}

#[test]
fn callers_of_the_tenant_contract() {
    assert_eq!(tenant::TokenClaims { member_id: 90, tenant_id: None }.actor(), "member:90");
    assert_eq!(tenant::TokenClaims { member_id: 90, tenant_id: Some(7) }.actor(), "member:90@7");
}
