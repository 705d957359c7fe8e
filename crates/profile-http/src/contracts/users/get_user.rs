//! `GET /users/{id}`, where the id may be a username or `me` (section 4).

use actix_web::{HttpRequest, web};
use profile_domain::users::{
    Scopes, UserView,
    policy::{BALANCE_READ, EMAIL_READ},
};
use profile_usecases::{
    Ports,
    users::{UserSelector, get_balances, get_user},
};
use schemars::json_schema;

use super::{
    error::{COMMON, NOT_FOUND, UsersError},
    parameter::{ACCOUNTS, USER},
    request::{RequestContext, account_in_query},
    response::{Answered, answer},
    user::{Private, User},
    versions::Shape,
};
use crate::{State, endpoint::Endpoint, headers::pairs, parameter::Parameter};

/// The steps of a balance history (section 9). The answer does not depend on them, but another word is rejected.
const INTERVALS: [&str; 4] = ["hour", "day", "week", "month"];

const OPERATION: &str = "get_user";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: [
            USER,
            Parameter::query(
                "include_balance",
                "`false` leaves total and balances out; any other value is as if it were absent.",
                |_| json_schema!({ "type": ["boolean", "string"] }),
            ),
            Parameter::query(
                "interval",
                "Accepted, without effect.",
                |_| json_schema!({ "type": "string", "enum": INTERVALS }),
            ),
        ]
        .into_iter()
        .chain(ACCOUNTS)
        .collect(),
        ..Endpoint::read_as::<User>(
            OPERATION,
            &["/users/{id}", "/api/v1/users/{id}"],
            "Read a user by id, username, or as the user of the credential",
            COMMON.into_iter().chain([NOT_FOUND]).collect(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Answered {
    let context = RequestContext::begin(&request, &state, OPERATION).await?;
    answer(context.version, read(&request, &UserSelector::parse(&id), &state, &context).await)
}

async fn read(
    request: &HttpRequest,
    which: &UserSelector,
    state: &State,
    context: &RequestContext,
) -> Result<User, UsersError> {
    which.check_own(&context.credential).map_err(|_| UsersError::from(NOT_FOUND))?;
    let pairs = pairs(request);
    let account = account_in_query(&pairs, context.family())?;
    let mut intervals = pairs.iter().filter(|(name, _)| name == "interval");
    if intervals.any(|(_, value)| !INTERVALS.contains(&value.as_str())) {
        return Err(UsersError::invalid("interval", "must be hour, day, week or month"));
    }
    let view = get_user(&state.ports, &context.credential, which, account.as_ref())
        .await
        .map_err(context.refused())?;
    let private = private(&state.ports, which, &view, context.credential.scopes(), &pairs).await;
    Ok(User::new(&view, &private, Shape::of(context.version), &state.public_url))
}

/// What `me` shows beyond the public profile: each part with its own scope.
async fn private(
    ports: &Ports,
    which: &UserSelector,
    view: &UserView,
    scopes: &Scopes,
    pairs: &[(String, String)],
) -> Private {
    if *which != UserSelector::Me {
        return Private::default();
    }
    let unwanted = pairs.iter().any(|(name, value)| name == "include_balance" && value == "false");
    let holdings =
        if scopes.has(BALANCE_READ) && !unwanted { get_balances(ports, &view.user).await } else { None };
    Private { email: view.user.email.clone().filter(|_| scopes.has(EMAIL_READ)), holdings }
}
