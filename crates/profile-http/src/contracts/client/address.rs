//! `POST`, `PUT` and `GET /client/address` (section 4): the postal address.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{Address, AddressEntry, Client, fields};
use profile_ports::JsonMembers;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{CONFLICT, NOT_FOUND, with_body},
    record::{self, endpoint},
    request::texts,
    response::{Moment, limit_texts, text},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

const PATHS: &[&str] = &["/client/address", "/v1/client/address"];
const OPTIONAL: &[&str] = &["address_line_2"];

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        Endpoint {
            request: Body::Json(|_| texts(&fields::ADDRESS, OPTIONAL)),
            failures: with_body(&[CONFLICT]),
            ..endpoint::<AddressItem>(
                "create_address",
                Method::POST,
                PATHS,
                "Create the address, once",
                |route| route.to(post),
            )
        },
        Endpoint {
            request: Body::Json(|_| texts(&fields::ADDRESS, OPTIONAL)),
            failures: with_body(&[NOT_FOUND]),
            ..endpoint::<AddressItem>("update_address", Method::PUT, PATHS, "Replace the address", |route| {
                route.to(put)
            })
        },
        endpoint::<AddressItem>("get_address", Method::GET, PATHS, "Read the address", |route| route.to(get)),
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

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    record::create::<Address, AddressItem>(&request, payload, &state, |body| {
        AddressEntry::read(&JsonMembers(body))
    })
    .await
}

async fn put(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    record::replace::<Address, AddressItem>(&request, payload, &state, |body| {
        AddressEntry::read(&JsonMembers(body))
    })
    .await
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    record::get::<Address, AddressItem>(&request, &state).await
}
