//! What answers of the contract have in common: the version that was used, no storing by caches, and the form of moments.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderName},
    },
};
use chrono::{DateTime, SecondsFormat, Utc};
use profile_domain::users::VersionDate;
use serde::Serialize;

use super::error::UsersError;

pub(super) const VERSION_HEADER: HeaderName = HeaderName::from_static("api-version-date");

/// What a request comes to.
pub(super) type Answered = Result<HttpResponse, UsersError>;

/// Returns the answer of a request: what it asked for, or the error in the form of its version.
pub(super) fn answer(version: VersionDate, outcome: Result<impl Serialize, UsersError>) -> Answered {
    let body = outcome.map_err(|error| error.at(version))?;
    Ok(begin(StatusCode::OK, version).json(body))
}

/// Begins an answer: status and headers.
pub(super) fn begin(status: StatusCode, version: VersionDate) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((VERSION_HEADER, version.as_str())).insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// Writes a moment as the contract does (section 1, times).
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
