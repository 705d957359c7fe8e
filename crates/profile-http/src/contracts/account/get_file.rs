//! `GET /storage/{uuid}` and `GET /storage/{uuid}.{ext}` (section 4.4): the bytes of a public file.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, ETAG, EntityTag,
            Header as _, IfNoneMatch, IfRange, Range, X_CONTENT_TYPE_OPTIONS,
        },
    },
    web,
};
use futures_util::stream;
use profile_domain::media::{FileReference, MediaFile};
use profile_usecases::{Refusal, account::get_file};

use super::error::{AccountError, FILE_NOT_FOUND, TECH_PROBLEM};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

/// A file never changes, so it may be kept for a year by anyone.
const KEEP: &str = "public, max-age=31536000, immutable";
/// A vector image is a document that could run scripts; this one may not do anything.
const HARMLESS: &str = "default-src 'none'; sandbox";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_file",
        method: Method::GET,
        paths: &["/storage/{file}"],
        summary: "Read a public file",
        protected: false,
        request: Body::Empty,
        success: Body::Binary,
        bodiless: &[
            (206, "The part that Range asks for."),
            (304, "The caller has the file already."),
            (416, "The range lies behind the end."),
        ],
        failures: vec![FILE_NOT_FOUND, TECH_PROBLEM],
        handler: |route| route.to(get),
    }
}

async fn get(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, AccountError> {
    let reference = FileReference::parse(&name).ok_or(FILE_NOT_FOUND)?;
    let file = match get_file(&state.core, &reference).await {
        Err(Refusal::NotFound(_)) => return Err(FILE_NOT_FOUND.into()),
        other => other?,
    };
    let tag = EntityTag::new_strong(file.uuid.to_string());
    if is_known(&request, &tag) {
        return Ok(headers(StatusCode::NOT_MODIFIED, &file, &tag).finish());
    }
    match wanted(&request, &tag, file.size) {
        Wanted::Nothing => Ok(headers(StatusCode::RANGE_NOT_SATISFIABLE, &file, &tag)
            .insert_header((CONTENT_RANGE, format!("bytes */{}", file.size)))
            .finish()),
        Wanted::Whole => {
            let answer = headers(StatusCode::OK, &file, &tag);
            send(&request, &state, answer, &file, None).await
        }
        Wanted::Part(first, last) => {
            let mut answer = headers(StatusCode::PARTIAL_CONTENT, &file, &tag);
            answer.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{}", file.size)));
            send(&request, &state, answer, &file, Some(first..last + 1)).await
        }
    }
}

fn headers(status: StatusCode, file: &MediaFile, tag: &EntityTag) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer
        .content_type(file.content_type())
        .insert_header((CACHE_CONTROL, KEEP))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, tag.to_string()));
    if file.is_svg() {
        answer.insert_header((CONTENT_SECURITY_POLICY, HARMLESS));
    }
    answer
}

/// Whether the caller has the file already.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// Which bytes a request is for.
enum Wanted {
    Whole,
    /// From the first to the last, which is included.
    Part(u64, u64),
    /// The range lies behind the end.
    Nothing,
}

/// One range is served; several, or a range of another version, get the whole file, as the standard allows.
fn wanted(request: &HttpRequest, tag: &EntityTag, size: u64) -> Wanted {
    let same = match IfRange::parse(request) {
        Ok(IfRange::EntityTag(wanted)) => wanted.strong_eq(tag),
        Ok(IfRange::Date(_)) => false,
        Err(_) => true,
    };
    match Range::parse(request) {
        Ok(Range::Bytes(ranges)) if same => match ranges.as_slice() {
            [range] => range
                .to_satisfiable_range(size)
                .map_or(Wanted::Nothing, |(first, last)| Wanted::Part(first, last)),
            _ => Wanted::Whole,
        },
        _ => Wanted::Whole,
    }
}

async fn send(
    request: &HttpRequest,
    state: &State,
    mut answer: HttpResponseBuilder,
    file: &MediaFile,
    range: Option<std::ops::Range<u64>>,
) -> Result<HttpResponse, AccountError> {
    let length = range.as_ref().map_or(file.size, |range| range.end - range.start);
    if request.method() == Method::HEAD {
        let nothing = stream::empty::<Result<bytes::Bytes, std::io::Error>>();
        return Ok(answer.body(SizedStream::new(length, nothing)));
    }
    let bytes = state.core.media.read(&file.file_name(), range).await.map_err(Refusal::Unavailable)?;
    Ok(answer.body(SizedStream::new(length, bytes.ok_or(FILE_NOT_FOUND)?)))
}
