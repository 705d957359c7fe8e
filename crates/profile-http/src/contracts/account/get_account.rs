//! `GET /account/me` (section 4.2).

use actix_web::{HttpRequest, web};
use profile_domain::account::{Account, Money, Profile, Terms, policy};
use profile_usecases::{Refusal, account::get_account};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{
        ACCESS_DENIED, AccountError, INVALID_USER, NO_LOGIN, PERMISSION_DENIED, TECH_PROBLEM, UNAVAILABLE,
    },
    request::{Answered, claims},
    response::success,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint::read_as::<WholeAccount>(
        "get_account",
        &["/account/me"],
        "Read the own account",
        vec![NO_LOGIN, INVALID_USER, PERMISSION_DENIED, ACCESS_DENIED, TECH_PROBLEM, UNAVAILABLE],
        |route| route.to(get),
    )
}

/// The account; flags are 0 or 1, money is in the account's currency, text that is not set is empty.
#[derive(Serialize, JsonSchema)]
struct WholeAccount {
    id: i32,
    login: i32,
    currency: String,
    group: String,
    comment: String,
    enable: u8,
    enable_read_only: u8,
    enable_change_password: u8,
    leverage: i64,
    avatar: String,
    email: String,
    name: String,
    phone: String,
    address: String,
    city: String,
    country: String,
    zipcode: String,
    /// Unix seconds.
    regdate: i64,
    prevbalance: f64,
    prevmonthbalance: f64,
    balance: f64,
    storage: f64,
    commission: f64,
    credit: f64,
    margin: f64,
    margin_free: f64,
    margin_level: f64,
    equity: f64,
    state: String,
    user_color: String,
    /// Unix seconds.
    update_time: i64,
}

impl From<Account> for WholeAccount {
    fn from(account: Account) -> Self {
        let Account { login, person: _, version: _, owner: _, profile, terms, money, update_time } = account;
        let Profile { name, avatar, phone, address, city, state, country, zipcode, user_color } = profile;
        let Terms {
            email,
            group,
            currency,
            comment,
            enable,
            enable_read_only,
            enable_change_password,
            leverage,
            regdate,
        } = terms;
        let Money {
            prevbalance,
            prevmonthbalance,
            balance,
            storage,
            commission,
            credit,
            margin,
            margin_free,
            margin_level,
            equity,
        } = money;
        Self {
            id: login.number(),
            login: login.number(),
            currency: currency.into_string(),
            group: group.into_string(),
            comment: comment.into_string(),
            enable: enable.into(),
            enable_read_only: enable_read_only.into(),
            enable_change_password: enable_change_password.into(),
            leverage,
            avatar: avatar.into_string(),
            email: email.into_string(),
            name: name.into_string(),
            phone: phone.into_string(),
            address: address.into_string(),
            city: city.into_string(),
            country: country.into_string(),
            zipcode: zipcode.into_string(),
            regdate,
            prevbalance,
            prevmonthbalance,
            balance,
            storage,
            commission,
            credit,
            margin,
            margin_free,
            margin_level,
            equity,
            state: state.into_string(),
            user_color: user_color.into_string(),
            update_time,
        }
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Answered {
    let claims = claims(&request, &state).await?;
    let login = policy::holder(&claims).map_err(|reason| AccountError::no_caller(reason, NO_LOGIN))?;
    match get_account(&state.ports, login).await {
        Ok(account) => Ok(success(WholeAccount::from(account))),
        // Here, unlike in an update, an account that is gone or disabled is the caller's own bad data.
        Err(Refusal::NotFound(_) | Refusal::Forbidden(_)) => Err(INVALID_USER.into()),
        Err(refusal) => Err(refusal.into()),
    }
}
