//! `GET /countries` (section 3): the countries that the rules know; no token is needed.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use serde_json::{Value, json};

use super::{envelope::answer, error::INTERNAL, schema};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_countries",
        method: Method::GET,
        paths: &["/countries", "/v1/countries"],
        summary: "Read the countries, and which of them are restricted",
        protected: false,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: vec![INTERNAL],
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let country = |alpha2: &str, alpha3: &str, name: &str| {
        let code = alpha2.to_ascii_lowercase();
        json!({
            "client_restricted": state.client.restricted.contains(&code),
            "alpha2": code,
            "alpha3": alpha3.to_ascii_lowercase(),
            "name": name,
            "currencies": [],
            "languages": [],
            "ioc": null,
            "emoji": emoji(alpha2),
            "status": "assigned",
            "country_calling_codes": [],
            "affiliate_restricted": false,
        })
    };
    let countries = profile_domain::client::countries();
    let all: Vec<Value> = countries.map(|(alpha2, alpha3, name)| country(alpha2, alpha3, name)).collect();
    answer(&request, Ok(all))
}

/// The flag: the two letters as regional indicators.
fn emoji(alpha2: &str) -> String {
    let indicator = |letter: u8| char::from_u32(0x1F1E6 + u32::from(letter.saturating_sub(b'A')));
    alpha2.bytes().filter_map(indicator).collect()
}
