//! What opens the users contract and what does not (section 5).
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::{sync::Arc, time::Duration};

use profile_domain::users::{BusinessId, Caller, UserId};
use profile_identity::{Expectation, Keys, SigningKeys, USERS_AUDIENCE, UsersTokens, Verifier};
use profile_ports::{TokenError, UsersIdentity as _};
use profile_testkit::fixed::FixedClock;
use tempfile::TempDir;

const NOW: i64 = 1_780_000_000;

fn tokens(keys: &TempDir, now: i64) -> UsersTokens {
    let pair = SigningKeys::create(&keys.path().join("users-es256")).unwrap();
    let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
    let verifier = Verifier::new(Keys::OwnPairs(Arc::new(pair)), expectation, Arc::new(FixedClock::at(now)));
    UsersTokens::new(verifier)
}

fn user() -> UserId {
    UserId::try_from("user_4hTq81LmZp0Va").unwrap()
}

fn account() -> BusinessId {
    BusinessId::try_from("biz_9QeRtYu2IoPlKj").unwrap()
}

#[tokio::test]
async fn issued_tokens_are_what_they_say() {
    let keys = TempDir::new().unwrap();
    let tokens = tokens(&keys, NOW);
    let scopes = ["user:profile:update".to_owned()];
    let minute = Duration::from_mins(1);
    let token = tokens.issue_for_user(&user(), None, &scopes, minute).unwrap();
    let credential = tokens.verify(&token).await.unwrap();
    assert!(matches!(&credential, Caller::User { user: found, .. } if *found == user()));
    assert!(credential.scopes().has("user:profile:update") && !credential.scopes().has("user:email:read"));
    let token = tokens.issue_for_user(&user(), Some(&account()), &scopes, minute).unwrap();
    assert!(matches!(tokens.verify(&token).await.unwrap(), Caller::AccountUser { .. }));
    let token = tokens.issue_for_account(&account(), &scopes, minute).unwrap();
    assert!(matches!(tokens.verify(&token).await.unwrap(), Caller::Account { .. }));
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    let keys = TempDir::new().unwrap();
    let token = tokens(&keys, NOW).issue_for_user(&user(), None, &[], Duration::from_mins(1)).unwrap();
    assert!(tokens(&keys, NOW + 119).verify(&token).await.is_ok());
    assert_eq!(tokens(&keys, NOW + 120).verify(&token).await, Err(TokenError::Refused));
}

#[tokio::test]
async fn another_key_pair_proves_nothing() {
    let (ours, theirs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let token = tokens(&theirs, NOW).issue_for_user(&user(), None, &[], Duration::from_mins(1)).unwrap();
    assert_eq!(tokens(&ours, NOW).verify(&token).await, Err(TokenError::Refused));
}

#[tokio::test]
async fn a_known_token_ends_all_the_same() {
    let keys = TempDir::new().unwrap();
    let pair = Arc::new(SigningKeys::create(&keys.path().join("users-es256")).unwrap());
    let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
    let clock = Arc::new(FixedClock::at(NOW));
    let tokens = UsersTokens::new(Verifier::new(Keys::OwnPairs(pair), expectation, Arc::clone(&clock) as _));
    let token = tokens.issue_for_user(&user(), None, &[], Duration::from_secs(10)).unwrap();
    for _ in 0..3 {
        assert!(tokens.verify(&token).await.is_ok());
    }
    // The same claims behind another signature are another token.
    let (claims, signature) = token.rsplit_once('.').unwrap();
    let other: String = signature.chars().rev().collect();
    assert_eq!(tokens.verify(&format!("{claims}.{other}")).await, Err(TokenError::Refused));
    clock.advance(70);
    assert_eq!(tokens.verify(&token).await, Err(TokenError::Refused));
}
