//! `POST /operator/v1/subscriptions/{id}/test`: sends one event now (operator API page, section 10).

use actix_web::{HttpRequest, http::Method};
use profile_domain::operator::Rule;
use profile_ports::{WebhookAttempt, WebhookError};
use profile_usecases::operator::{FieldError, test_subscription};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    endpoint::{Answered, answering, without_body},
    parameter::SUBSCRIPTION_ID,
    query::Query,
    request::RequestContext,
    response::json,
    subscription::id_in_path,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        method: Method::POST,
        ..answering::<Tested>(
            "test_subscription",
            &["/operator/v1/subscriptions/{id}/test"],
            "Send one event of the type `profile.test` now, whatever the status",
            vec![SUBSCRIPTION_ID],
            |route| without_body(route, test),
        )
    }
}

/// What has come of the attempt.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorSubscriptionTest")]
struct Tested {
    /// The status of the target's answer, if there was one.
    status: Option<u16>,
    /// Null where it succeeded.
    error: Option<&'static str>,
    /// How many milliseconds it took.
    ms: u64,
}

impl From<WebhookAttempt> for Tested {
    fn from(attempt: WebhookAttempt) -> Self {
        Self {
            status: attempt.status,
            error: attempt.error.map(WebhookError::name),
            ms: attempt.duration.as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}

async fn test(request: &HttpRequest, state: &State) -> Answered {
    let id = id_in_path(request)?;
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    // What is sent cannot be taken back or kept, so there is neither a dry run nor a copy of the answer.
    let mut query = Query::read(request, &[]);
    if request.headers().contains_key("idempotency-key") {
        query.faults.add(FieldError::header("Idempotency-Key", "unknown"));
    }
    query.check()?;
    let attempt = test_subscription(&state.delivery, &id).await?;
    Ok(json(&Tested::from(attempt)))
}
