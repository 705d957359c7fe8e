//! What requests of the contract begin with: version, credential and rate (section 6, order of checks), the account that
//! they are about (section 2, request names by family), and the JSON object of a body (section 1).

use actix_web::{HttpRequest, web};
use profile_domain::users::{BusinessId, Caller, Family, UnknownVersion, VersionDate};
use profile_usecases::users::{UserRefusal, authenticate};
use serde_json::{Map, Value};

use super::{
    error::{BAD_REQUEST, TOO_LARGE, TOO_SLOW, UNAUTHORIZED, UNSUPPORTED, UsersError},
    response::VERSION_HEADER,
};
use crate::{
    State,
    body::{BodyFault, read_bytes},
    headers::bearer,
    observe::caller_address,
};

/// Requests that one credential may send for one operation in a minute (section 6).
pub(super) const MAX_REQUESTS_PER_MINUTE: u32 = 600;

pub(super) const ACCOUNT: &str = "account_id";
pub(super) const COMPANY: &str = "company_id";

/// Version and caller of a request, whose first checks have passed.
pub(super) struct RequestContext {
    pub(super) version: VersionDate,
    pub(super) credential: Caller,
}

impl RequestContext {
    /// Checks the version, then the credential, then the rate.
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
        let authenticated = authenticate(&state.ports, &*state.users, credential, address)
            .await
            .map_err(|fault| UsersError::from(fault).at(version))?;
        let version = requested.or(authenticated.pin).unwrap_or(VersionDate::OLDEST);
        let counted = state.rate_limit.count(operation, credential, MAX_REQUESTS_PER_MINUTE).await;
        counted.map_err(|wait| UsersError::too_many(wait).at(version))?;
        Ok(Self { version, credential: authenticated.credential })
    }

    pub(super) fn family(&self) -> Family {
        self.version.family()
    }

    /// Returns what makes the refusal of a story an error of the request's version.
    pub(super) fn refused(&self) -> impl Fn(UserRefusal) -> UsersError {
        let version = self.version;
        move |refusal| UsersError::refused(refusal, version)
    }
}

/// Returns the version that the request names, if it does; several lines must name the same.
fn requested_version(request: &HttpRequest) -> Result<Option<VersionDate>, UnknownVersion> {
    let mut values = request.headers().get_all(VERSION_HEADER);
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|other| other != first) {
        return Err(UnknownVersion);
    }
    let text = first.to_str().map_err(|_| UnknownVersion)?;
    VersionDate::try_from(text.trim()).map(Some)
}

/// Returns the account that the query names.
pub(super) fn account_in_query(
    pairs: &[(String, String)],
    family: Family,
) -> Result<Option<BusinessId>, UsersError> {
    let mut account: Option<BusinessId> = None;
    for (name, value) in pairs {
        let param = match name.as_str() {
            ACCOUNT => ACCOUNT,
            COMPANY if family == Family::V2025_01_01 => COMPANY,
            COMPANY => return Err(UsersError::invalid(COMPANY, "is called account_id at this version")),
            _ => continue,
        };
        account = Some(same_account(account, param, value)?);
    }
    Ok(account)
}

/// Returns the account that query and body name together; only the oldest version reads it from the body.
pub(super) fn account_in_body(
    in_query: Option<BusinessId>,
    body: &Map<String, Value>,
    family: Family,
) -> Result<Option<BusinessId>, UsersError> {
    if body.contains_key(ACCOUNT) {
        return Err(UsersError::invalid(ACCOUNT, "belongs into the query"));
    }
    match body.get(COMPANY) {
        None => Ok(in_query),
        Some(_) if family != Family::V2025_01_01 => Err(UsersError::invalid(
            COMPANY,
            "is called account_id at this version, and belongs into the query",
        )),
        Some(Value::String(value)) => same_account(in_query, COMPANY, value).map(Some),
        Some(_) => Err(UsersError::invalid(COMPANY, "must be a string")),
    }
}

fn same_account(
    before: Option<BusinessId>,
    param: &'static str,
    value: &str,
) -> Result<BusinessId, UsersError> {
    let id =
        BusinessId::try_from(value).map_err(|_| UsersError::invalid(param, "is not the id of an account"))?;
    match before {
        Some(other) if other != id => Err(UsersError::invalid(param, "names another account than before")),
        Some(_) | None => Ok(id),
    }
}

/// Reads the bytes of the body, as long as they are few and arrive in time.
pub(super) async fn read_body(request: &HttpRequest, payload: web::Payload) -> Result<Vec<u8>, UsersError> {
    read_bytes(request, payload).await.map_err(|fault| match fault {
        BodyFault::TooLarge => TOO_LARGE.into(),
        BodyFault::Slow => TOO_SLOW.into(),
        BodyFault::MediaType => UNSUPPORTED.into(),
        BodyFault::Syntax => UsersError::invalid_json(),
    })
}

/// Returns the object in `bytes`. An empty body is an empty object, and of two equal names the last one counts.
pub(super) fn parse_object(bytes: &[u8], media_type: Option<&str>) -> Result<Map<String, Value>, UsersError> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    if media_type != Some("application/json") {
        return Err(UNSUPPORTED.into());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(UsersError::invalid_json()),
    }
}
