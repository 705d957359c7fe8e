//! Promises of [`Clients`](profile_ports::Clients).

use crate::fixtures::find;
use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::future::{join, join_all};
use profile_domain::{
    Claim,
    change::{RecordKind, Value},
    client::{
        Address, AddressEntry, Assessment, Client, IdentityProfile, Imported, LAST_IMPORTED_NUMBER,
        SystemStatus, TaxInformation, Terms, Times,
    },
    sealed::Sealed,
};
use profile_ports::{CommitError, Store};
use uuid::Uuid;

use crate::fixtures::{commit, person, text};

fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_780_000_000_000_000 + micros).expect("within the calendar")
}

/// A client of whom everything is there.
pub fn whole(number: u128) -> Client {
    let times = Times { created: moment(1), updated: Some(moment(865_314)) };
    let some = |words: &str| Some(text(words));
    let entry = AddressEntry {
        address_line_1: text("14 Quay Row"),
        address_line_2: None,
        state_province: text("Munster"),
        city: text("Cork"),
        zip_postal_code: text("T12 X4Y7"),
    };
    Client {
        version: 1,
        client_id: i64::try_from(number).unwrap(),
        profile: Some(IdentityProfile {
            first_name: text("Mirela"),
            last_name: text("O'Neill é\u{10FFFF}"),
            date_of_birth: Sealed(vec![0, 1, 255]),
            birth_country: text("ro"),
            account_opening_reason: text("hedging"),
            employment_status: text("employed"),
            residence_country: text("ie"),
            citizen_country: text("ro"),
            tax_residence_country: text("ie"),
            tax_identification_number: Sealed(vec![2]),
            gender: text("female"),
            staff_identifier: some("QA"),
            reason: some("why"),
            times,
        }),
        address: Some(Address { id: 88, entry, staff_identifier: None, times: Times::made(moment(2)) }),
        tax: Some(TaxInformation {
            tax_residence: text("ie"),
            tax_identification_number: Sealed(Vec::new()),
            is_foreign_taxpayer: true,
            employment_status: text("retired"),
            occupation: text("nurse"),
            industry_of_employment: text("medical"),
            times,
        }),
        assessment: Some(Assessment {
            estimated_net_worth: some("Over $500,000"),
            occupation: None,
            source_of_wealth: some("Business"),
            net_annual_income: None,
            primary_source_of_funds: some("Gaming or Casino"),
            industry_of_employment: None,
            employer_name: some("Us"),
            education_level: None,
            regular_expense: some("AED 3"),
            times,
        }),
        terms: Some(Terms { version: 1, accepted: moment(3) }),
        picture: Some("picture.jpg".to_owned()),
        system_statuses: vec![SystemStatus::WindDown, SystemStatus::Closed],
        imported: Imported {
            statuses: vec![text("{\"id\":1}")],
            accounts: vec![text("{}"), text("{\"é\":\"\\\"\"}")],
            wallets: Vec::new(),
            total_balance: some("{\"amount\":\"0.00\"}"),
            logins: vec![text("{}")],
        },
        ..Client::new(Uuid::from_u128(number), person())
    }
}

async fn create(store: &dyn Store, client: &Client) {
    store.commit(commit(None, client.clone())).await.unwrap();
}

pub async fn a_client_survives_with_and_without_records(store: Arc<dyn Store>) {
    let first = whole(1);
    assert_eq!(find::<Client>(&*store, &first.sub).await.unwrap(), None);
    create(&*store, &first).await;
    assert_eq!(find::<Client>(&*store, &first.sub).await.unwrap().as_ref(), Some(&first));
    let bare = Client { version: 2, client_id: 1, ..Client::new(first.sub, first.person) };
    store.commit(commit(Some(&first), bare.clone())).await.unwrap();
    assert_eq!(find::<Client>(&*store, &first.sub).await.unwrap(), Some(bare));
    let stale = store.commit(commit(Some(&first), Client { version: 2, ..first.clone() })).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
}

pub async fn a_client_is_made_once_and_has_its_own_number(store: Arc<dyn Store>) {
    let first = whole(1);
    create(&*store, &first).await;
    let again = store.commit(commit(None, Client { client_id: 2, ..first })).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");
    let same = store.commit(commit(None, Client { client_id: 1, ..whole(2) })).await;
    assert!(matches!(same, Err(CommitError::Taken(Claim { field: "client_id", .. }))), "{same:?}");
    let numbers = join_all((0..20).map(|_| store.next_client_number())).await;
    let numbers: BTreeSet<i64> = numbers.into_iter().map(|number| number.unwrap()).collect();
    assert_eq!(numbers.len(), 20);
    assert!(numbers.iter().all(|number| *number > 0));
}

pub async fn sensitive_changes_are_masked(store: Arc<dyn Store>) {
    let first = whole(1);
    create(&*store, &first).await;
    let mut next = Client { version: 2, ..first.clone() };
    next.profile.as_mut().unwrap().date_of_birth = Sealed(vec![7]);
    next.profile.as_mut().unwrap().last_name = text("Vance");
    store.commit(commit(Some(&first), next.clone())).await.unwrap();
    let changes = store.changes_of(RecordKind::Client, &first.sub.to_string()).await.unwrap();
    let fields: Vec<(&str, bool)> = changes[1]
        .fields
        .iter()
        .map(|change| (change.field.as_str(), matches!(change.new, Value::Masked(_))))
        .collect();
    assert_eq!(fields, [("profile.last_name", false), ("profile.date_of_birth", true)]);
}

pub async fn later_numbers_lie_beyond_those_that_are_written(store: Arc<dyn Store>) {
    let numbered = |sub: u128, number: i64| Client { client_id: number, ..whole(sub) };
    let next = async || store.next_client_number().await.unwrap();
    create(&*store, &numbered(1, 3000)).await;
    for _ in 0..2 {
        assert_eq!(store.last_client_number().await.unwrap(), 3000, "nothing is taken by asking");
    }
    assert_eq!(next().await, 3001);
    let second = numbered(2, 5);
    create(&*store, &second).await;
    assert_eq!(next().await, 3002, "a lower number moves nothing");
    let taken = store.commit(commit(None, numbered(1, 9000))).await;
    assert!(matches!(taken, Err(CommitError::Stale)), "{taken:?}");
    let stale = commit(Some(&second), Client { version: 7, client_id: 9000, ..second.clone() });
    let stale = store.commit(stale).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    assert_eq!(next().await, 3003, "what was refused moves nothing");
    let renumbered = Client { version: 2, client_id: 7000, ..second.clone() };
    store.commit(commit(Some(&second), renumbered)).await.unwrap();
    assert_eq!(next().await, 7001);
    create(&*store, &numbered(3, LAST_IMPORTED_NUMBER)).await;
    assert_eq!(next().await, LAST_IMPORTED_NUMBER + 1);
}

pub async fn numbers_given_beside_an_import_are_free(store: Arc<dyn Store>) {
    let imported = (1..=60_u128).map(|number| {
        let client = Client { client_id: i64::try_from(number * 7).unwrap(), ..whole(number) };
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.commit(commit(None, client)).await })
    });
    let given = (1000..=1020_u128).map(|sub| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let number = store.next_client_number().await.unwrap();
            (number, store.commit(commit(None, Client { client_id: number, ..whole(sub) })).await)
        })
    });
    let (imported, given) = join(join_all(imported), join_all(given)).await;
    // Whoever writes a number first has it; the other one is told so.
    for outcome in
        imported.into_iter().chain(given.into_iter().map(|given| given.map(|(_, outcome)| outcome)))
    {
        let outcome = outcome.unwrap();
        assert!(
            matches!(outcome, Ok(_) | Err(CommitError::Taken(Claim { field: "client_id", .. }))),
            "{outcome:?}"
        );
    }
    assert!(store.next_client_number().await.unwrap() > 60 * 7);
}
