//! What every request of the contract begins and ends with: the version, the credential, the reply's headers.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, HeaderName},
};
use profile_domain::users::{Credential, Family, UnknownVersion, VersionDate};
use profile_usecases::users::{UserRefusal, authenticate};
use serde_json::{Map, Value};

use super::error::{BAD_REQUEST, UNAUTHORIZED, UsersError};
use crate::{State, headers::bearer, observe::caller_address};

/// Most requests a minute, of one credential for one operation (section 6).
pub(super) const MOST_PER_MINUTE: u32 = 600;

pub(super) const VERSION_HEADER: HeaderName = HeaderName::from_static("api-version-date");

/// A request whose version and credential are fine.
pub(super) struct Exchange {
    pub(super) version: VersionDate,
    pub(super) credential: Credential,
}

impl Exchange {
    /// Checks the date, then the credential, then the rate (section 6, order of checks).
    pub(super) async fn begin(
        request: &HttpRequest,
        state: &State,
        operation: &str,
    ) -> Result<Self, UsersError> {
        let requested = requested_version(request)
            .map_err(|unknown| UsersError::because(BAD_REQUEST, unknown.to_string()))?;
        let version = requested.unwrap_or(VersionDate::OLDEST);
        let credential =
            bearer(request.headers()).ok_or_else(|| UsersError::from(UNAUTHORIZED).at(version))?;
        let address = caller_address(request);
        let authenticated = authenticate(&state.core, &*state.users, credential, address)
            .await
            .map_err(|fault| UsersError::from(fault).at(version))?;
        let version = requested.or(authenticated.pin).unwrap_or(VersionDate::OLDEST);
        let counted = state.rate_limit.count(operation, credential, MOST_PER_MINUTE);
        counted.map_err(|wait| UsersError::too_many(wait).at(version))?;
        Ok(Self { version, credential: authenticated.credential })
    }

    pub(super) fn family(&self) -> Family {
        self.version.family()
    }

    pub(super) fn refused(&self) -> impl Fn(UserRefusal) -> UsersError {
        let version = self.version;
        move |refusal| UsersError::refused(refusal, version)
    }

    /// The reply, with the version that was used.
    pub(super) fn end(
        &self,
        outcome: Result<Map<String, Value>, UsersError>,
    ) -> Result<HttpResponse, UsersError> {
        let body = outcome.map_err(|error| error.at(self.version))?;
        Ok(success(self.version, &body))
    }
}

/// The reply of a request that did what it should.
pub(super) fn success(version: VersionDate, body: &Map<String, Value>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((VERSION_HEADER, version.as_str()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body)
}

/// The version that the request names, if it does; several lines must say the same.
fn requested_version(request: &HttpRequest) -> Result<Option<VersionDate>, UnknownVersion> {
    let mut values = request.headers().get_all(VERSION_HEADER);
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|other| other != first) {
        return Err(UnknownVersion);
    }
    let text = first.to_str().map_err(|_| UnknownVersion)?;
    VersionDate::try_from(text.trim()).map(Some)
}
