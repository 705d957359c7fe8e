//! `DELETE /operator/v1/subscriptions/{id}`: removes a subscription with all that is stored of it (operator API page,
//! section 10).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, remove_subscription};
use schemars::SchemaGenerator;

use super::{
    error::{IDEMPOTENCY_REUSED, IN_FLIGHT, OUTCOME_UNKNOWN, OperatorError, READS},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    query::Query,
    request::{RequestContext, ports_of},
    response::answer,
    subscription::{Shown, carried_out, id_in_path, printer},
    write::keyed,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
        success: Body::Json(SchemaGenerator::subschema_for::<Shown>),
        failures: READS.into_iter().chain([IN_FLIGHT, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN]).collect(),
        ..Endpoint::new(
            Method::DELETE,
            "remove_subscription",
            &["/operator/v1/subscriptions/{id}"],
            "Remove a subscription",
            |route| route.to(delete),
        )
    }
}

async fn delete(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, remove(&request, &state)).await
}

async fn remove(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    let id = id_in_path(request)?;
    let context = RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["dry_run"]);
    let dry_run = query.flag("dry_run");
    let keyed = keyed(request, state, &mut query, &context, &[], dry_run);
    query.check()?;
    let (ports, print) = (ports_of(state, dry_run), printer(dry_run));
    let call = SubscriptionCall { keyed: keyed.as_ref(), dry_run, print: &print };
    let work = remove_subscription(&ports, &id, &call);
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), work).await
}
