//! `Idempotency-Key` (section 6): a repeated request gets the reply of the first one, byte for byte.

use std::{future::Future, pin::pin, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderName},
    },
    web,
};
use profile_domain::users::VersionDate;
use profile_ports::{Chain, KeyedHash, Purpose, Reply, ReplyKey, Reserved, Unavailable};
use serde_json::{Map, Value};
use tokio::time::{Instant, interval_at};

use super::{
    error::{BAD_REQUEST, CONFLICT, UNAVAILABLE, UsersError},
    exchange::{Exchange, VERSION_HEADER, success},
};
use crate::State;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Most bytes of a key.
const MOST_BYTES: usize = 255;
/// How often, and after which pause, it is asked whether the first request has been answered.
const ATTEMPTS: u32 = 100;
/// How often a request that runs says so; a sweep takes it for lost after a minute without.
const RENEWAL: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(50);

/// A request that may be repeated.
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

/// Answers `repeated` once by `run`, and then with what that answered; without a key, `run` runs every time.
pub(super) async fn answer_once(
    state: web::Data<State>,
    repeated: Option<Request>,
    version: VersionDate,
    run: impl Future<Output = Result<Map<String, Value>, UsersError>> + Send + 'static,
) -> Result<HttpResponse, UsersError> {
    let Some(Request { key, fingerprint }) = repeated else {
        return run.await.map(|body| success(version, &body)).map_err(|error| error.at(version));
    };
    let unavailable = |error: Unavailable| UsersError::unexpected(UNAVAILABLE, &error).at(version);
    for _ in 0..ATTEMPTS {
        let at = state.core.clock.now();
        let reserved = state.core.store.reserve_reply(&key, &fingerprint, at).await.map_err(unavailable)?;
        match reserved {
            Reserved::Fresh => {
                // In a task of its own: a caller who hangs up must not keep the reply from the record.
                let answered = tokio::spawn(run_and_keep(state, key, version, run));
                let reply = answered.await.map_err(|error| unavailable(Unavailable::database(error)))?;
                return Ok(response(version, reply, false));
            }
            Reserved::Answered(reply) => return Ok(response(version, reply, true)),
            Reserved::Other => {
                let message = "The Idempotency-Key was used for another request.";
                let error = UsersError::coded(BAD_REQUEST, "idempotency_key_reused", message);
                return Err(error.at(version));
            }
            Reserved::Running => tokio::time::sleep(PAUSE).await,
        }
    }
    Err(UsersError::from(CONFLICT).at(version))
}

async fn run_and_keep(
    state: web::Data<State>,
    key: ReplyKey,
    version: VersionDate,
    run: impl Future<Output = Result<Map<String, Value>, UsersError>>,
) -> Reply {
    let reply = match renewing(&state, &key, run).await {
        Ok(body) => Reply { status: 200, body: Value::Object(body).to_string() },
        Err(error) => {
            let error = error.at(version);
            Reply { status: error.status_code().as_u16(), body: error.body() }
        }
    };
    let store = &state.core.store;
    let kept = match reply.status {
        401 | 429 | 500.. => store.release_reply(&key).await,
        _ => store.keep_reply(&key, &reply).await,
    };
    if let Err(error) = kept {
        // The reply itself says what was written; another one would deny it.
        tracing::warn!(error = %Chain(&error), "a reply was not kept");
    }
    reply
}

/// Runs `run`, and says meanwhile that it still runs, so that its key is not given to another request.
async fn renewing<T>(state: &State, key: &ReplyKey, run: impl Future<Output = T>) -> T {
    let mut run = pin!(run);
    let mut ticks = interval_at(Instant::now() + RENEWAL, RENEWAL);
    loop {
        tokio::select! {
            done = &mut run => return done,
            _ = ticks.tick() => {
                let renewed = state.core.store.renew_reply(key, state.core.clock.now()).await;
                if let Err(error) = renewed {
                    tracing::warn!(error = %Chain(&error), "a reservation was not renewed");
                }
            }
        }
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
