//! What clients and staff may do with the records of a client (contract client, sections 3 and 4).

use super::{Access, Contract, Denial, is_among};
use crate::{
    catalogue::Entry,
    change::RecordKind,
    client::{CURRENT_TERMS, Client, fields as f, policy, policy::TokenClaims},
    field::Field,
};

/// What acceptances of the terms consist of.
const TERMS: [Field; 2] = [f::TERMS_VERSION, f::TERMS_ACCEPTED];
/// What the creation of an assessment shows besides its members.
const TIMES: [Field; 2] = [f::CREATED_TIME, f::UPDATED_TIME];

/// Returns what the bearer of a token may do with a client's records.
#[must_use]
pub fn of_client(claims: &TokenClaims, client: &Client) -> Access {
    let none = Access::none(Contract::Client);
    match claims.caller() {
        Err(rule) => none.denied_by(Some(rule)),
        Ok(caller) if caller.sub != client.sub => none.denied_by(Some(Denial::OtherClient)),
        Ok(_) => {
            let writes = policy::may_write(client);
            none.denied_by(writes.err())
                .accepting(RecordKind::Client, |entry| is_accepted(client, entry))
                .showing(RecordKind::Client, |entry| {
                    is_read(entry) || (writes.is_ok() && is_answered(client, entry))
                })
        }
    }
}

fn is_open(client: &Client) -> bool {
    client.terms.is_none_or(|terms| terms.version < CURRENT_TERMS)
}

/// Whether the request that the state of the records allows, a creation or a replacement, has the field.
fn is_accepted(client: &Client, entry: &Entry) -> bool {
    let members: &[Field] = match entry.name.split_once('.') {
        None => &[f::PICTURE],
        Some(("tnc", _)) if is_open(client) => &[f::TERMS_VERSION],
        Some(("profile", _)) if client.profile.is_none() => &f::PROFILE_CREATION,
        Some(("profile", _)) => &f::PROFILE_REPLACEMENT,
        Some(("address", _)) => &f::ADDRESS,
        Some(("tax_information", _)) => &f::TAX,
        Some(("financial_assessment", _)) if client.assessment.is_none() => &f::ASSESSMENT_CREATION,
        Some(("financial_assessment", _)) => &f::ASSESSMENT_UPDATE,
        Some(_) => &[],
    };
    is_among(entry, members)
}

/// Whether reading the records shows the field.
fn is_read(entry: &Entry) -> bool {
    match entry.name.split_once('.') {
        None => !is_among(entry, &[f::PICTURE]),
        Some(("financial_assessment", _)) => is_among(entry, &f::ASSESSMENT_CREATION),
        Some((part, _)) => part != "tnc",
    }
}

/// Whether the answer to a request that changes the records shows the field, and reading them does not.
fn is_answered(client: &Client, entry: &Entry) -> bool {
    let members: &[Field] = match entry.name.split_once('.') {
        None => &[f::PICTURE],
        Some(("tnc", _)) if is_open(client) => &TERMS,
        Some(("financial_assessment", _)) if client.assessment.is_none() => &TIMES,
        Some(("financial_assessment", _)) => &f::ASSESSMENT_UPDATE,
        Some(_) => &[],
    };
    is_among(entry, members)
}
