//! `GET /operator/v1/`: the caller's key, and which rules let it pass (operator API page, section 13).

use actix_web::HttpRequest;
use profile_domain::{change::moment, operator::Rule};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    endpoint::{Answered, answering, without_body},
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Root>(
        "get_root",
        &["/operator/v1/", "/operator/v1"],
        "Show the caller's own key and which rules let it pass",
        Vec::new(),
        |route| without_body(route, show),
    )
}

/// The caller's key and its rights.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorRoot")]
struct Root {
    key: OwnKey,
    rules: Vec<RuleAllowed>,
    /// The version of the service.
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnOperatorKey")]
struct OwnKey {
    id: String,
    name: String,
    role: &'static str,
    allow_cidrs: Vec<String>,
    expires_at: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct RuleAllowed {
    rule: &'static str,
    allowed: bool,
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    let RequestContext { key, .. } = RequestContext::begin_plain(request, state, None).await?;
    let rule = |rule: Rule| RuleAllowed { rule: rule.name(), allowed: rule.allows(key.role) };
    let root = Root {
        rules: Rule::OF_ROLES.map(rule).into(),
        key: OwnKey {
            id: key.id.to_string(),
            name: key.name,
            role: key.role.name(),
            allow_cidrs: key.allow_cidrs.iter().map(ToString::to_string).collect(),
            expires_at: key.expires_at.map(moment),
        },
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(json(&root))
}
