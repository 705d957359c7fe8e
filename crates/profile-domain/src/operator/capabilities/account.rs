//! What holders and customers may do with accounts, customers and files (contract account, section 4).

use super::{Access, Contract, is_among, is_held};
use crate::{
    account::{
        Account, Customer, SessionKind, TokenClaims, customer_fields,
        fields::{CUSTOMER_ID, EMAIL, ENABLE, GROUP, LEVERAGE, NAME, PHONE, UPDATE_TIME},
        policy::{self, Caller, NoCaller},
    },
    change::RecordKind,
    field::Field,
    media::{MediaFile, fields as file_fields},
};

/// What a customer sees of each account (contract account, section 4.5).
const LISTED: [Field; 7] = [CUSTOMER_ID, ENABLE, LEVERAGE, GROUP, NAME, EMAIL, PHONE];
/// What a customer sees of the own record (contract account, section 4.5).
const CUSTOMER: [Field; 5] = [
    customer_fields::EMAIL,
    customer_fields::FULL_NAME,
    customer_fields::STATUS,
    customer_fields::ENABLE,
    customer_fields::BRAND,
];
/// What the bytes of a public file come with: its size, and a media type that tells the extension (contract account,
/// section 4.4).
const DOWNLOADED: [Field; 2] = [file_fields::EXTENSION, file_fields::FILE_SIZE];

/// Returns what a caller may do with an account; `customer` is the record of a customer who calls.
#[must_use]
pub fn of_account(caller: Caller, customer: Option<&Customer>, account: &Account) -> Access {
    let acts = customer.map_or(Ok(()), policy::may_act);
    let changes = acts.and_then(|()| policy::may_change(caller, account));
    let is_listed = customer.is_some_and(|customer| acts.is_ok() && account.is_owned_by(customer.id));
    let reads_whole = policy::holder(&claims(caller)).is_ok();
    Access::none(Contract::Account).denied_by(changes.err()).accepting(RecordKind::Account, is_held).showing(
        RecordKind::Account,
        |entry| {
            let is_whole = reads_whole && entry.name != CUSTOMER_ID.name;
            let is_answered = is_held(entry) || entry.name == UPDATE_TIME.name;
            (is_listed && is_among(entry, &LISTED)) || (changes.is_ok() && (is_whole || is_answered))
        },
    )
}

/// Returns what a caller may do with a customer's record.
#[must_use]
pub fn of_customer(caller: Caller, customer: &Customer) -> Access {
    let none = Access::none(Contract::Account);
    match policy::customer(&claims(caller)) {
        Err(NoCaller::Denied(rule)) => none.denied_by(Some(rule)),
        Ok(id) if id == customer.id => {
            let acts = policy::may_act(customer);
            none.denied_by(acts.err())
                .showing(RecordKind::Customer, |entry| acts.is_ok() && is_among(entry, &CUSTOMER))
        }
        Ok(_) | Err(NoCaller::Anonymous) => none,
    }
}

/// Returns what every caller may do with a file.
#[must_use]
pub fn of_file(file: &MediaFile) -> Access {
    Access::none(Contract::Account)
        .showing(RecordKind::File, |entry| file.is_public() && is_among(entry, &DOWNLOADED))
}

/// What the caller's token says.
const fn claims(caller: Caller) -> TokenClaims {
    match caller {
        Caller::Holder(login) => {
            TokenClaims { kind: SessionKind::User, login: Some(login), customer_id: None }
        }
        Caller::Owner(customer) => {
            TokenClaims { kind: SessionKind::Customer, login: None, customer_id: Some(customer) }
        }
    }
}
