//! `POST /client/tnc` (section 4): accepts the current terms; the body is ignored.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::accept_terms;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{CONFLICT, ClientError, and_common},
    request::{ChangeContext, RequestContext},
    response::{Moment, items, respond},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        success: items::<AcceptedTerms>(),
        failures: and_common(&[CONFLICT]),
        ..Endpoint::new(
            Method::POST,
            "accept_terms",
            &["/client/tnc", "/v1/client/tnc"],
            "Accept the current terms",
            |route| route.to(post),
        )
    }
}

/// Accepted terms.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientTerms")]
struct AcceptedTerms {
    #[schemars(range(min = 1))]
    client_id: i64,
    /// The version of the terms.
    #[schemars(range(min = 1))]
    version_id: i32,
    created_time: Moment,
    updated_time: (),
}

async fn post(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, accept(&request, &state).await)
}

async fn accept(request: &HttpRequest, state: &State) -> Result<Vec<AcceptedTerms>, ClientError> {
    let context = RequestContext::begin(request, state).await?;
    let ChangeContext { admitted, origin } = context.admit_change(state).await?;
    let client = accept_terms(&state.ports, admitted, &origin).await?;
    let accepted = client.terms.into_iter().map(|terms| AcceptedTerms {
        client_id: client.client_id,
        version_id: terms.version,
        created_time: terms.accepted.into(),
        updated_time: (),
    });
    Ok(accepted.collect())
}
