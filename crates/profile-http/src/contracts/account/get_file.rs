//! `GET /storage/{uuid}` and `GET /storage/{uuid}.{ext}` (section 4.4): the bytes of a public file.

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::media::FileReference;
use profile_usecases::{Refusal, account::get_file};

use super::{
    error::{FILE_NOT_FOUND, TECH_PROBLEM, UNAVAILABLE},
    request::Answered,
};
use crate::{
    State,
    download::{Download, KEPT_BY_ANYONE},
    endpoint::{Body, Endpoint},
    parameter::{Parameter, any_text},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        parameters: vec![Parameter::path(
            "file",
            "The file's id, which may have its extension behind it: `UUID` or `UUID.png`.",
            any_text,
        )],
        success: Body::Binary(&["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]),
        bodiless: &Download::BODILESS,
        failures: vec![FILE_NOT_FOUND, TECH_PROBLEM, UNAVAILABLE],
        ..Endpoint::new(Method::GET, "get_file", &["/storage/{file}"], "Read a public file", |route| {
            route.to(get)
        })
    }
}

async fn get(request: HttpRequest, name: web::Path<String>, state: web::Data<State>) -> Answered {
    let reference = FileReference::parse(&name).ok_or(FILE_NOT_FOUND)?;
    let file = match get_file(&state.ports, &reference).await {
        Err(Refusal::NotFound(_)) => return Err(FILE_NOT_FOUND.into()),
        other => other?,
    };
    let download = Download {
        name: &file.file_name(),
        content_type: file.content_type(),
        size: file.size,
        tag: &file.uuid.to_string(),
        cache: KEPT_BY_ANYONE,
        is_document: file.is_svg(),
    };
    let answer = download.answer(&request, &*state.ports.media).await.map_err(Refusal::Unavailable)?;
    Ok(answer.ok_or(FILE_NOT_FOUND)?)
}
