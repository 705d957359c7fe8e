//! `GET /files/{id}` (section 8): how far an upload has come, for its owner.

use actix_web::{HttpRequest, web};
use profile_domain::users::UploadId;
use profile_usecases::users::{UserRefusal, get_upload};

use super::{
    error::{COMMON, FILE_NOT_FOUND, UsersError},
    file::File,
    parameter::file_id,
    request::RequestContext,
    response::{Answered, answer},
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

const OPERATION: &str = "get_upload";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![Parameter::path("id", "The id of the file.", file_id)],
        ..Endpoint::read_as::<File>(
            OPERATION,
            &["/files/{id}", "/api/v1/files/{id}"],
            "Read how far an upload has come",
            COMMON.into_iter().chain([FILE_NOT_FOUND]).collect(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Answered {
    let context = RequestContext::begin(&request, &state, OPERATION).await?;
    answer(context.version, read(&id, &state, &context).await)
}

async fn read(id: &str, state: &State, context: &RequestContext) -> Result<File, UsersError> {
    let id = UploadId::try_from(id).map_err(|_| FILE_NOT_FOUND)?;
    match get_upload(&state.ports, &context.credential, &id).await {
        Ok(upload) => Ok(File::new(&upload, context.version, &state.ports, &state.public_url, false)),
        Err(UserRefusal::NotFound) => Err(FILE_NOT_FOUND.into()),
        Err(other) => Err(UsersError::refused(other, context.version)),
    }
}
