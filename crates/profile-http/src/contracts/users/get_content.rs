//! `GET /content/{id}`: the bytes of an upload, for anyone if it is public, else for whoever has a signed address.

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{CONTENT_DISPOSITION, HeaderValue},
    },
    web,
};
use chrono::TimeDelta;
use profile_domain::users::{Upload, UploadId, Visibility};
use profile_ports::Purpose;
use profile_usecases::{Ports, users::get_content};
use schemars::json_schema;

use super::{
    error::{FILE_NOT_FOUND, INTERNAL, UNAVAILABLE, UsersError},
    file::MEDIA_TYPES,
    parameter::file_id,
    response::Answered,
};
use crate::{
    State,
    download::{Download, KEPT_BY_ANYONE},
    endpoint::{Body, Endpoint},
    headers::pairs,
    parameter::{Parameter, any_text},
};

/// The time for which a signed address is valid.
const SIGNED_FOR: TimeDelta = TimeDelta::hours(1);

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        parameters: [
            Parameter::path("id", "The id of the file.", file_id),
            Parameter::query(
                "expires",
                "The end of a signed address, in Unix seconds.",
                |_| json_schema!({ "type": "integer", "format": "int64" }),
            ),
            Parameter::query("sig", "The seal of a signed address.", any_text),
        ]
        .into_iter()
        .chain(Download::PARAMETERS)
        .collect(),
        success: Body::Binary(&MEDIA_TYPES),
        bodiless: &Download::BODILESS,
        failures: vec![FILE_NOT_FOUND, INTERNAL, UNAVAILABLE],
        ..Endpoint::new(
            Method::GET,
            "get_content",
            &["/content/{id}"],
            "Read the bytes of an upload, at the address that its url says",
            |route| route.to(get),
        )
    }
}

fn sealed(id: &UploadId, expires: i64) -> String {
    format!("{id}\n{expires}")
}

/// Returns the address of the bytes of a ready upload.
pub(super) fn content_url(upload: &Upload, ports: &Ports, public_url: &str) -> String {
    let id = &upload.id;
    match upload.visibility {
        Visibility::Public => format!("{public_url}/content/{id}"),
        Visibility::Private => {
            let now = ports.clock.now();
            let expires = now.checked_add_signed(SIGNED_FOR).unwrap_or(now).timestamp();
            let seal = ports.keyed_hash.hash(Purpose::ContentAddress, &sealed(id, expires));
            format!("{public_url}/content/{id}?expires={expires}&sig={seal}")
        }
    }
}

async fn get(request: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Answered {
    let ports = &state.ports;
    let unavailable = |error| UsersError::unexpected(UNAVAILABLE, &error);
    let id = UploadId::try_from(id.as_str()).map_err(|_| FILE_NOT_FOUND)?;
    let found = get_content(ports, &id).await.map_err(unavailable)?;
    let upload = found.filter(|upload| may_read(upload, &request, ports)).ok_or(FILE_NOT_FOUND)?;
    let name = upload.content.as_deref().unwrap_or_default();
    let download = Download {
        name,
        content_type: &upload.content_type,
        size: upload.size.unwrap_or_default(),
        tag: name,
        cache: match upload.visibility {
            Visibility::Public => KEPT_BY_ANYONE,
            Visibility::Private => "private, no-store",
        },
        is_document: true,
    };
    let mut answer =
        download.answer(&request, &*ports.media).await.map_err(unavailable)?.ok_or(FILE_NOT_FOUND)?;
    // A browser must save what somebody uploaded, and not show it as a page of this service.
    answer.headers_mut().insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(answer)
}

fn may_read(upload: &Upload, request: &HttpRequest, ports: &Ports) -> bool {
    if upload.visibility == Visibility::Public {
        return true;
    }
    let pairs = pairs(request);
    let given = |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    let (Some(expires), Some(seal)) = (given("expires").and_then(|text| text.parse().ok()), given("sig"))
    else {
        return false;
    };
    ports.clock.now().timestamp() < expires
        && ports.keyed_hash.seals(Purpose::ContentAddress, &sealed(&upload.id, expires), seal)
}
