//! `GET /countries` (section 3): the countries that the rules know; no token is needed.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{ClientError, INTERNAL},
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint};

/// The status of every country that the service knows.
const ASSIGNED: &str = "assigned";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        success: items::<CountryItem>(),
        failures: vec![INTERNAL],
        ..Endpoint::new(
            Method::GET,
            "get_countries",
            &["/countries", "/v1/countries"],
            "Read the countries, and which of them are restricted",
            |route| route.to(get),
        )
    }
}

/// A country; codes are in small letters.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientCountry")]
struct CountryItem {
    /// Whether residents are refused.
    client_restricted: bool,
    #[schemars(regex(pattern = "^[a-z]{2}$"))]
    alpha2: String,
    #[schemars(regex(pattern = "^[a-z]{3}$"))]
    alpha3: String,
    name: &'static str,
    #[schemars(with = "Vec<()>", length(max = 0))]
    currencies: [(); 0],
    #[schemars(with = "Vec<()>", length(max = 0))]
    languages: [(); 0],
    ioc: (),
    /// The flag.
    emoji: String,
    #[schemars(extend("enum" = [ASSIGNED]))]
    status: &'static str,
    #[schemars(with = "Vec<()>", length(max = 0))]
    country_calling_codes: [(); 0],
    #[schemars(extend("enum" = [false]))]
    affiliate_restricted: bool,
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let country = |(alpha2, alpha3, name): (&str, &str, &'static str)| {
        let code = alpha2.to_ascii_lowercase();
        CountryItem {
            client_restricted: state.client.restricted.contains(&code),
            alpha2: code,
            alpha3: alpha3.to_ascii_lowercase(),
            name,
            currencies: [],
            languages: [],
            ioc: (),
            emoji: emoji(alpha2),
            status: ASSIGNED,
            country_calling_codes: [],
            affiliate_restricted: false,
        }
    };
    let countries: Vec<CountryItem> = profile_domain::client::countries().map(country).collect();
    respond(&request, Ok::<_, ClientError>(countries))
}

/// The flag: the two letters as regional indicators.
fn emoji(alpha2: &str) -> String {
    let indicator = |letter: u8| char::from_u32(0x1F1E6 + u32::from(letter.saturating_sub(b'A')));
    alpha2.bytes().filter_map(indicator).collect()
}
