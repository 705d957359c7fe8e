//! `GET /client/tax-information` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::{get_client, open_tax};
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, NOT_FOUND, and_common},
    exchange::caller,
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_tax",
        method: Method::GET,
        paths: &["/client/tax-information", "/v1/client/tax-information"],
        summary: "Read the tax information",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: and_common(&[NOT_FOUND]),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Vec<Value>, ClientFault> {
    let acting = caller(request, state).await?;
    let core = &state.core;
    let read = |client| Ok(open_tax(core, &client)?.map(|opened| shape::tax(&client, &opened)));
    Ok(vec![get_client(core, &acting, "tax information", read).await?])
}
