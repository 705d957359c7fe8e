//! `GET /customer/me` (section 4.5).

use actix_web::{HttpRequest, web};
use profile_domain::account::{Account, Customer, policy};
use profile_usecases::{Refusal, account::get_customer};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{
        ACCESS_DENIED, AccountError, CUSTOMER_NOT_FOUND, INVALID_CUSTOMER_SESSION, PERMISSION_DENIED,
        TECH_PROBLEM, UNAVAILABLE,
    },
    request::{Answered, claims},
    response::success,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint::read_as::<CustomerAnswer>(
        "get_customer",
        &["/customer/me"],
        "Read the own customer record and its accounts",
        vec![
            PERMISSION_DENIED,
            INVALID_CUSTOMER_SESSION,
            ACCESS_DENIED,
            CUSTOMER_NOT_FOUND,
            TECH_PROBLEM,
            UNAVAILABLE,
        ],
        |route| route.to(get),
    )
}

/// A customer and the accounts they own, by login.
#[derive(Serialize, JsonSchema)]
struct CustomerAnswer {
    customer: CustomerItem,
    accounts: Vec<AccountItem>,
    accounts_count: usize,
}

/// A customer.
#[derive(Serialize, JsonSchema)]
struct CustomerItem {
    customer_id: i64,
    email: String,
    full_name: String,
    status: i64,
    enable: u8,
    brand: String,
}

/// An account of a customer.
#[derive(Serialize, JsonSchema)]
struct AccountItem {
    login: i32,
    customer_id: Option<i64>,
    enable: u8,
    leverage: i64,
    group: String,
    name: String,
    email: String,
    phone: String,
}

impl From<Customer> for CustomerItem {
    fn from(customer: Customer) -> Self {
        Self {
            customer_id: customer.id.0,
            email: customer.email.into_string(),
            full_name: customer.full_name.into_string(),
            status: customer.status,
            enable: customer.enable.into(),
            brand: customer.brand.into_string(),
        }
    }
}

impl From<Account> for AccountItem {
    fn from(account: Account) -> Self {
        Self {
            login: account.login.number(),
            customer_id: account.owner.map(|owner| owner.id.0),
            enable: account.terms.enable.into(),
            leverage: account.terms.leverage,
            group: account.terms.group.into_string(),
            name: account.profile.name.into_string(),
            email: account.terms.email.into_string(),
            phone: account.profile.phone.into_string(),
        }
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Answered {
    let claims = claims(&request, &state).await?;
    let id = policy::customer(&claims)
        .map_err(|reason| AccountError::no_caller(reason, INVALID_CUSTOMER_SESSION))?;
    let (customer, accounts) = match get_customer(&state.ports, id).await {
        Err(Refusal::NotFound(_)) => return Err(CUSTOMER_NOT_FOUND.into()),
        other => other?,
    };
    let accounts: Vec<AccountItem> = accounts.into_iter().map(AccountItem::from).collect();
    Ok(success(CustomerAnswer { customer: customer.into(), accounts_count: accounts.len(), accounts }))
}
