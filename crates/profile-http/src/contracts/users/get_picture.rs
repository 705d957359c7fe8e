//! `GET /pictures/{name}`: the public rendition of a picture.

use actix_web::{
    HttpResponse,
    http::{
        Method,
        header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    },
    web,
};
use profile_domain::media::{ImageFormat, extension_of};
use profile_usecases::users::get_picture;
use schemars::json_schema;

use super::{
    error::{FILE_NOT_FOUND, UNAVAILABLE, UsersError},
    response::Answered,
};
use crate::{
    State,
    download::KEPT_BY_ANYONE,
    endpoint::{Body, Endpoint},
    parameter::Parameter,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        parameters: vec![Parameter::path(
            "name",
            "The name of the rendition, with its extension.",
            |_| json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9.]+$" }),
        )],
        success: Body::Binary(&["image/jpeg", "image/png"]),
        failures: vec![FILE_NOT_FOUND, UNAVAILABLE],
        ..Endpoint::new(
            Method::GET,
            "get_picture",
            &["/pictures/{name}"],
            "Read a picture or banner, at the address that a profile says",
            |route| route.to(get),
        )
    }
}

async fn get(name: web::Path<String>, state: web::Data<State>) -> Answered {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let format = extension_of(&name).as_deref().and_then(ImageFormat::of_extension);
    let format = format.filter(|_| plain).ok_or(FILE_NOT_FOUND)?;
    let read = get_picture(&state.ports, &name).await;
    let bytes = read.map_err(|error| UsersError::unexpected(UNAVAILABLE, &error))?.ok_or(FILE_NOT_FOUND)?;
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header((CACHE_CONTROL, KEPT_BY_ANYONE))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes))
}
