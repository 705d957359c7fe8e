//! `GET /files/{id}` (section 8): how far an upload has come, for who made it.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::users::UploadId;
use profile_usecases::users::{UserRefusal, get_upload};
use serde_json::{Map, Value};

use super::{
    create_upload,
    error::{COMMON, FILE_NOT_FOUND, UsersError},
    exchange::Exchange,
    file_shape::file,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

const OPERATION: &str = "get_upload";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: OPERATION,
        method: Method::GET,
        paths: &["/files/{id}", "/api/v1/files/{id}"],
        summary: "Read how far an upload has come",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(create_upload::schema),
        bodiless: &[],
        failures: COMMON.into_iter().chain([FILE_NOT_FOUND]).collect(),
        handler: |route| route.to(get),
    }
}

async fn get(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, UsersError> {
    let exchange = Exchange::begin(&request, &state, OPERATION).await?;
    exchange.end(read(&id, &state, &exchange).await)
}

async fn read(id: &str, state: &State, exchange: &Exchange) -> Result<Map<String, Value>, UsersError> {
    let id = UploadId::try_from(id).map_err(|_| FILE_NOT_FOUND)?;
    match get_upload(&state.core, &exchange.credential, &id).await {
        Ok(upload) => Ok(file(&upload, exchange.version, &state.core, &state.public_url, false)),
        Err(UserRefusal::NotFound) => Err(FILE_NOT_FOUND.into()),
        Err(other) => Err(UsersError::refused(other, exchange.version)),
    }
}
