//! `PUT /account/me` and its exact alias `PUT /account/profile` (section 4.1).

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::account::{Account, Profile};
use profile_usecases::{Refusal, account::update_account_profile};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    NAME,
    error::{
        ACCESS_DENIED, INVALID_AVATAR, INVALID_DATA, NOT_FOUND, PERMISSION_DENIED, TECH_PROBLEM, TOO_LARGE,
        TOO_SLOW, UNAVAILABLE,
    },
    profile_body::{self, ProfileBody},
    request::{Answered, editor},
    response::success,
};
use crate::{
    State,
    body::read_object,
    endpoint::{Body, Endpoint},
    headers::origin,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        request: Body::Json(profile_body::schema),
        success: Body::Json(schemars::SchemaGenerator::subschema_for::<UpdatedProfile>),
        failures: vec![
            INVALID_DATA,
            INVALID_AVATAR,
            PERMISSION_DENIED,
            ACCESS_DENIED,
            NOT_FOUND,
            TOO_SLOW,
            TOO_LARGE,
            TECH_PROBLEM,
            UNAVAILABLE,
        ],
        ..Endpoint::new(
            Method::PUT,
            "update_account_profile",
            &["/account/me", "/account/profile"],
            "Change some of an account's profile fields",
            |route| route.to(put),
        )
    }
}

/// The profile as it is after the update; text that is not set is empty.
#[derive(Serialize, JsonSchema)]
struct UpdatedProfile {
    login: i32,
    avatar: String,
    name: String,
    phone: String,
    address: String,
    city: String,
    state: String,
    country: String,
    zipcode: String,
    user_color: String,
    /// Unix seconds.
    update_time: i64,
}

impl From<Account> for UpdatedProfile {
    fn from(account: Account) -> Self {
        let Account { login, person: _, version: _, owner: _, profile, terms: _, money: _, update_time } =
            account;
        let Profile { name, avatar, phone, address, city, state, country, zipcode, user_color } = profile;
        Self {
            login: login.number(),
            avatar: avatar.into_string(),
            name: name.into_string(),
            phone: phone.into_string(),
            address: address.into_string(),
            city: city.into_string(),
            state: state.into_string(),
            country: country.into_string(),
            zipcode: zipcode.into_string(),
            user_color: user_color.into_string(),
            update_time,
        }
    }
}

async fn put(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> Answered {
    let editor = editor(&request, &state).await?;
    let object = read_object(&request, payload).await?;
    let ProfileBody { login, patch } = ProfileBody::read(object).map_err(Refusal::Invalid)?;
    let account = update_account_profile(&state.ports, editor, login, patch, &origin(&request, NAME)).await?;
    Ok(success(UpdatedProfile::from(account)))
}
