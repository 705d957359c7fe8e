//! `Idempotency-Key` (section 6): a repeated request gets the reply of the first one, byte for byte.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderName},
    },
};
use chrono::{DateTime, Utc};
use profile_domain::users::VersionDate;
use profile_ports::{Chain, KeptReply, KeyedHash, Purpose, Reply, ReplyKey};
use serde_json::{Map, Value};

use super::{
    error::{BAD_REQUEST, UNAVAILABLE, UsersError},
    exchange::{Exchange, VERSION_HEADER, success},
};
use crate::State;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Most bytes of a key.
const MOST_BYTES: usize = 255;
/// The status of an accepted request.
const ACCEPTED: u16 = 200;

/// A request that may be repeated.
#[derive(Clone)]
pub(super) struct Request {
    key: ReplyKey,
    /// The same for the same method, path, query, version and body.
    fingerprint: String,
}

impl Request {
    /// The request, if it names a key.
    pub(super) fn of(
        request: &HttpRequest,
        exchange: &Exchange,
        body: &[u8],
        hash: &dyn KeyedHash,
    ) -> Result<Option<Self>, UsersError> {
        let mut values = request.headers().get_all(KEY);
        let Some(value) = values.next() else { return Ok(None) };
        let key = value.to_str().ok().filter(|key| (1..=MOST_BYTES).contains(&key.len()));
        let (Some(key), None) = (key, values.next()) else {
            let message = format!("Idempotency-Key must be 1 to {MOST_BYTES} bytes, once");
            let error = UsersError::parameter("parameter_invalid", "Idempotency-Key", message);
            return Err(error.at(exchange.version));
        };
        let path = request.path();
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let (method, query, date) = (request.method(), request.query_string(), exchange.version.as_str());
        // Of the body only the hash goes further.
        let text = format!("{method}\n{path}\n{query}\n{date}\n{}", String::from_utf8_lossy(body));
        let fingerprint = hash.hash(Purpose::Request, &text);
        let caller = exchange.credential.actor();
        Ok(Some(Self { key: ReplyKey { caller, key: key.to_owned() }, fingerprint }))
    }
}

/// Keeps the reply to a request in the same step as what the request writes.
pub(super) struct Keeping(Option<Request>);

impl Keeping {
    /// Returns what is kept of `body`, the answer to an accepted request; nothing, for a request without a key.
    pub(super) fn reply(self, body: &Map<String, Value>, at: DateTime<Utc>) -> Option<KeptReply> {
        Some(self.0?.kept(ACCEPTED, Value::from(body.clone()).to_string(), at))
    }
}

/// Answers a request that may be repeated: by `run`, or with what was answered to the same request before.
///
/// What `run` writes carries the reply, so that of several at the same time one writes, and the others find its reply. A
/// refusal is kept as well, unless another attempt may end otherwise.
pub(super) async fn answer_once(
    state: &State,
    repeated: Option<Request>,
    version: VersionDate,
    run: impl AsyncFnOnce(Keeping) -> Result<Map<String, Value>, UsersError>,
) -> Result<HttpResponse, UsersError> {
    let Some(request) = repeated else {
        let body = run(Keeping(None)).await.map_err(|error| error.at(version))?;
        return Ok(success(version, &body));
    };
    if let Some(replayed) = request.replay(state, version).await? {
        return Ok(replayed);
    }
    let error = match run(Keeping(Some(request.clone()))).await {
        Ok(body) => return Ok(success(version, &body)),
        Err(error) => error.at(version),
    };
    // Of several at the same time, another one may have been faster, and may have taken what this one was refused.
    if let Some(replayed) = request.replay(state, version).await? {
        return Ok(replayed);
    }
    let status = error.status_code().as_u16();
    if matches!(status, 401 | 429 | 500..) {
        return Err(error);
    }
    let kept = request.kept(status, error.body(), state.core.clock.now());
    if let Err(unkept) = state.core.store.keep_reply(&kept).await {
        tracing::warn!(error = %Chain(&unkept), "a reply was not kept");
    }
    Err(error)
}

impl Request {
    /// The answer to the same request before; a refusal if the key was used for another one.
    async fn replay(&self, state: &State, version: VersionDate) -> Result<Option<HttpResponse>, UsersError> {
        let found = state.core.store.find_reply(&self.key).await;
        match found.map_err(|error| UsersError::unexpected(UNAVAILABLE, &error).at(version))? {
            None => Ok(None),
            Some(kept) if kept.fingerprint == self.fingerprint => {
                Ok(Some(response(version, kept.reply, true)))
            }
            Some(_) => {
                let message = "The Idempotency-Key was used for another request.";
                Err(UsersError::coded(BAD_REQUEST, "idempotency_key_reused", message).at(version))
            }
        }
    }

    fn kept(&self, status: u16, body: String, at: DateTime<Utc>) -> KeptReply {
        let (key, fingerprint) = (self.key.clone(), self.fingerprint.clone());
        KeptReply { key, fingerprint, reply: Reply { status, body }, at }
    }
}

fn response(version: VersionDate, reply: Reply, replayed: bool) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer
        .content_type("application/json")
        .insert_header((VERSION_HEADER, version.as_str()))
        .insert_header((CACHE_CONTROL, "no-store"));
    if replayed {
        answer.insert_header((REPLAYED, "true"));
    }
    answer.body(reply.body)
}
