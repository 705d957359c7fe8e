//! `Idempotency-Key` (section 6): a repeated request gets the response to the first one, byte for byte.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{StatusCode, header::HeaderName},
};
use chrono::{DateTime, Utc};
use profile_domain::users::VersionDate;
use profile_ports::{Chain, IdempotencyKey, KeyedHash, KeyedResponse, Purpose, StoredResponse};
use schemars::json_schema;

use super::{
    error::{BAD_REQUEST, UNAVAILABLE, UsersError},
    request::RequestContext,
    response::{Answered, begin},
};
use crate::{State, parameter::Parameter};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const MAX_KEY_BYTES: usize = 255;

/// The header, for the API document.
pub(super) const PARAMETER: Parameter = Parameter::header(
    "Idempotency-Key",
    "The same request with the same key gets the stored response for 24 hours, with `Idempotent-Replayed: true`.",
    |_| json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_KEY_BYTES }),
);

/// A request with a key, which may be repeated.
pub(super) struct KeyedRequest {
    key: IdempotencyKey,
    /// The same for the same method, path, query, version and body.
    fingerprint: String,
}

impl KeyedRequest {
    /// Returns the request, if it has a key.
    pub(super) fn read(
        request: &HttpRequest,
        context: &RequestContext,
        body: &[u8],
        hash: &dyn KeyedHash,
    ) -> Result<Option<Self>, UsersError> {
        let mut values = request.headers().get_all(KEY);
        let Some(value) = values.next() else { return Ok(None) };
        let key = value.to_str().ok().filter(|key| (1..=MAX_KEY_BYTES).contains(&key.len()));
        let (Some(key), None) = (key, values.next()) else {
            let message = format!("Idempotency-Key must be 1 to {MAX_KEY_BYTES} bytes, once");
            let error = UsersError::parameter("parameter_invalid", "Idempotency-Key", message);
            return Err(error.at(context.version));
        };
        let path = request.path();
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let (method, query, date) = (request.method(), request.query_string(), context.version.as_str());
        // The store gets a hash of the body, not the body.
        let text = format!("{method}\n{path}\n{query}\n{date}\n{}", String::from_utf8_lossy(body));
        let fingerprint = hash.hash(Purpose::Request, &text);
        let caller = context.credential.actor();
        Ok(Some(Self { key: IdempotencyKey { caller, key: key.to_owned() }, fingerprint }))
    }

    /// Returns what is stored of a response to the request.
    pub(super) fn response(&self, status: StatusCode, body: String, at: DateTime<Utc>) -> KeyedResponse {
        KeyedResponse {
            key: self.key.clone(),
            fingerprint: self.fingerprint.clone(),
            reply: StoredResponse { status: status.as_u16(), body },
            at,
            // With the erasure of a user goes whatever was answered to the user.
            about: None,
        }
    }

    /// Returns the stored response to the same request; rejects another request with the same key.
    async fn replay(&self, state: &State, version: VersionDate) -> Result<Option<HttpResponse>, UsersError> {
        let found = state.ports.store.find_response(&self.key).await;
        match found.map_err(|error| UsersError::unexpected(UNAVAILABLE, &error).at(version))? {
            None => Ok(None),
            Some(stored) if stored.fingerprint == self.fingerprint => {
                let StoredResponse { status, body } = stored.reply;
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let mut response = begin(status, version);
                Ok(Some(
                    response.content_type("application/json").insert_header((REPLAYED, "true")).body(body),
                ))
            }
            Some(_) => {
                let message = "The Idempotency-Key was used for another request.";
                Err(UsersError::coded(BAD_REQUEST, "idempotency_key_reused", message).at(version))
            }
        }
    }
}

/// Returns the stored response to the same request, or else the body that `run` returns.
///
/// The commit that `run` makes stores the response, so that of several requests at the same time one writes, and the others
/// find its response. A refusal is stored as well, unless another attempt may end otherwise.
pub(super) async fn answer_once(
    state: &State,
    keyed: Option<KeyedRequest>,
    version: VersionDate,
    run: impl AsyncFnOnce(Option<&KeyedRequest>) -> Result<String, UsersError>,
) -> Answered {
    let ok = |body| begin(StatusCode::OK, version).content_type("application/json").body(body);
    let Some(request) = keyed else {
        return run(None).await.map(ok).map_err(|error| error.at(version));
    };
    if let Some(replayed) = request.replay(state, version).await? {
        return Ok(replayed);
    }
    let error = match run(Some(&request)).await {
        Ok(body) => return Ok(ok(body)),
        Err(error) => error.at(version),
    };
    // Of several requests at the same time, another one may have been faster, and may have taken what this one was refused.
    if let Some(replayed) = request.replay(state, version).await? {
        return Ok(replayed);
    }
    let status = error.status_code();
    if matches!(status.as_u16(), 401 | 429 | 500..) {
        return Err(error);
    }
    let body = serde_json::to_string(&error.body()).unwrap_or_default();
    let stored =
        state.ports.store.store_response(&request.response(status, body, state.ports.clock.now())).await;
    if let Err(fault) = stored {
        tracing::warn!(error = %Chain(&fault), "a response was not stored");
    }
    Err(error)
}
