//! `GET /users/{id}`, where the id may be a username or `me` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::users::{
    Scopes, UserView,
    policy::{BALANCE_READ, EMAIL_READ},
};
use profile_usecases::{
    Core,
    users::{Which, get_balances, get_user},
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    account_parameter::in_query,
    error::{COMMON, NOT_FOUND, UsersError},
    exchange::Exchange,
    shape::{self, Private},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::pairs,
};

/// The steps of a balance history that the contract knows (section 9).
const INTERVALS: [&str; 4] = ["hour", "day", "week", "month"];

const OPERATION: &str = "get_user";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: OPERATION,
        method: Method::GET,
        paths: &["/users/{id}", "/api/v1/users/{id}"],
        summary: "Read a user by id, username, or as the user of the credential",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(schema),
        bodiless: &[],
        failures: COMMON.into_iter().chain([NOT_FOUND]).collect(),
        handler: |route| route.to(get),
    }
}

/// What every family has.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["id", "username", "name", "bio", "created_at", "profile_picture"],
        "properties": {
            "id": { "type": "string" },
            "username": { "type": "string" },
            "name": { "type": ["string", "null"] },
            "bio": { "type": ["string", "null"] },
            "created_at": { "type": "string", "format": "date-time" },
            "profile_picture": { "type": ["object", "null"] },
        },
    })
}

async fn get(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, UsersError> {
    let exchange = Exchange::begin(&request, &state, OPERATION).await?;
    exchange.end(read(&request, &Which::parse(&id), &state, &exchange).await)
}

async fn read(
    request: &HttpRequest,
    which: &Which,
    state: &State,
    exchange: &Exchange,
) -> Result<Map<String, Value>, UsersError> {
    let pairs = pairs(request);
    let asked = in_query(&pairs, exchange.family())?;
    let mut intervals = pairs.iter().filter(|(name, _)| name == "interval");
    if intervals.any(|(_, value)| !INTERVALS.contains(&value.as_str())) {
        return Err(UsersError::invalid("interval", "must be hour, day, week or month"));
    }
    let view = get_user(&state.core, &exchange.credential, which, asked.as_ref())
        .await
        .map_err(exchange.refused())?;
    let private = private(&state.core, which, &view, exchange.credential.scopes(), &pairs).await;
    Ok(shape::user(&view, &private, exchange.version, &state.public_url))
}

/// What `me` shows beyond the public profile: each part with its own scope.
async fn private(
    core: &Core,
    which: &Which,
    view: &UserView,
    scopes: &Scopes,
    pairs: &[(String, String)],
) -> Private {
    if *which != Which::Me {
        return Private::default();
    }
    let unwanted = pairs.iter().any(|(name, value)| name == "include_balance" && value == "false");
    let holdings =
        if scopes.has(BALANCE_READ) && !unwanted { get_balances(core, &view.user).await } else { None };
    Private { email: view.user.email.clone().filter(|_| scopes.has(EMAIL_READ)), holdings }
}
