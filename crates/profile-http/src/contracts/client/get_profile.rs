//! `GET /client/profile` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::{get_client, open_profile};
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
        id: "get_profile",
        method: Method::GET,
        paths: &["/client/profile", "/v1/client/profile"],
        summary: "Read the profile",
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
    let read = |client| Ok(open_profile(core, &client)?.map(|opened| shape::profile(&client, &opened)));
    Ok(vec![get_client(core, &acting, "client profile", read).await?])
}
