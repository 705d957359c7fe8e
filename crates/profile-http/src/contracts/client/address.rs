//! `POST`, `PUT` and `GET /client/address` (section 4): the postal address.

use actix_web::http::Method;
use profile_domain::client::{Address, AddressEntry, Client, fields};
use profile_ports::JsonMembers;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    record,
    request::texts,
    response::{Moment, limit_texts, text},
};
use crate::endpoint::Endpoint;

const PATHS: &[&str] = &["/client/address", "/v1/client/address"];
const OPTIONAL: &[&str] = &["address_line_2"];

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        record::writing::<AddressItem>(
            Method::POST,
            "create_address",
            PATHS,
            "Create the address, once",
            |_| texts(&fields::ADDRESS, OPTIONAL),
            |route| {
                record::create::<Address, AddressItem>(route, |body, _| {
                    AddressEntry::read(&JsonMembers(body))
                })
            },
        ),
        record::writing::<AddressItem>(
            Method::PUT,
            "update_address",
            PATHS,
            "Replace the address",
            |_| texts(&fields::ADDRESS, OPTIONAL),
            |route| {
                record::replace::<Address, AddressItem>(route, |body, _| {
                    AddressEntry::read(&JsonMembers(body))
                })
            },
        ),
        record::reading::<AddressItem>(
            "get_address",
            PATHS,
            "Read the address",
            record::get::<Address, AddressItem>,
        ),
    ]
}

/// An address.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientAddress", transform = limit_texts)]
struct AddressItem {
    /// The number of the address.
    #[schemars(range(min = 1))]
    id: i64,
    #[schemars(range(min = 1))]
    client_id: i64,
    address_line_1: String,
    address_line_2: Option<String>,
    state_province: String,
    city: String,
    zip_postal_code: String,
    /// Who on the staff wrote last; null if the client did.
    staff_identifier: Option<String>,
    reason: (),
    created_time: Moment,
    /// Null until the first replacement.
    updated_time: Option<Moment>,
}

impl From<(Client, Address)> for AddressItem {
    fn from((client, address): (Client, Address)) -> Self {
        let Address { id, entry, staff_identifier, times } = address;
        let AddressEntry { address_line_1, address_line_2, state_province, city, zip_postal_code } = entry;
        Self {
            id,
            client_id: client.client_id,
            address_line_1: address_line_1.into_string(),
            address_line_2: text(address_line_2),
            state_province: state_province.into_string(),
            city: city.into_string(),
            zip_postal_code: zip_postal_code.into_string(),
            staff_identifier: text(staff_identifier),
            reason: (),
            created_time: times.created.into(),
            updated_time: times.updated.map(Moment::from),
        }
    }
}
