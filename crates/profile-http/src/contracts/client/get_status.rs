//! `GET /client/status` (section 4): rows of the client's statuses.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_usecases::client::find_client;

use super::{
    error::{ClientError, and_common},
    imported::{StatusItem, statuses},
    request::RequestContext,
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint::read(
        "get_status",
        &["/client/status", "/v1/client/status"],
        "Read the statuses",
        items::<StatusItem>(),
        and_common(&[]),
        |route| route.to(get),
    )
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, read(&request, &state).await)
}

async fn read(request: &HttpRequest, state: &State) -> Result<Vec<StatusItem>, ClientError> {
    let caller = RequestContext::begin(request, state).await?.caller;
    let client = find_client(&state.ports, &caller).await?;
    Ok(client.as_ref().map(statuses).transpose()?.unwrap_or_default())
}
