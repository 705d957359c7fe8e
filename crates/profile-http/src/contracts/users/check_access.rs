//! `GET /users/{id}/access/{resource_id}` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::users::AccessLevel;
use profile_usecases::users::{Which, check_access};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{
    error::{COMMON, NOT_FOUND, UsersError},
    exchange::Exchange,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

const OPERATION: &str = "check_access";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: OPERATION,
        method: Method::GET,
        paths: &["/users/{id}/access/{resource_id}", "/api/v1/users/{id}/access/{resource_id}"],
        summary: "Ask what a user may do with a business",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(schema),
        bodiless: &[],
        failures: COMMON.into_iter().chain([NOT_FOUND]).collect(),
        handler: |route| route.to(get),
    }
}

fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["has_access", "access_level"],
        "properties": {
            "has_access": { "type": "boolean" },
            "access_level": { "type": "string", "enum": ["no_access", "admin", "customer"] },
        },
    })
}

async fn get(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, UsersError> {
    let exchange = Exchange::begin(&request, &state, OPERATION).await?;
    let (id, resource) = path.into_inner();
    let level = check_access(&state.core, &exchange.credential, &Which::parse(&id), &resource).await;
    exchange.end(level.map(object).map_err(exchange.refused()))
}

fn object(level: AccessLevel) -> Map<String, Value> {
    Map::from_iter([
        ("has_access".to_owned(), json!(level != AccessLevel::None)),
        ("access_level".to_owned(), json!(level.name())),
    ])
}
