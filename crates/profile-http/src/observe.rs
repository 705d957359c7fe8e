//! Every request gets an id, a log line and a measurement, none of which holds anything personal.

use std::{net::IpAddr, sync::Arc, time::Instant};

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use profile_domain::operator::OperatorKey;
use profile_ports::Ids;
use tracing::{Instrument as _, Span, field::Empty, record_all};

use crate::{State, connection::Connection};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_ID_CHARS: usize = 128;
/// The route of what no route matches; the path itself could hold anything.
const UNMATCHED: &str = "unmatched";
/// The contract of the service's own endpoints.
const SERVICE: &str = "service";

/// When the head of a request had been read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Started(pub(crate) Instant);

/// The id of a request, as answered.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The caller's address, as far as it is known.
#[derive(Debug, Clone, Copy)]
struct CallerAddress(Option<IpAddr>);

/// Returns the id of `request`, as it is answered.
#[must_use]
pub fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// The address of the caller of `request`, who may stand behind trusted proxies; `None` if it cannot be known.
#[must_use]
pub fn caller_address(request: &HttpRequest) -> Option<IpAddr> {
    request.extensions().get::<CallerAddress>().and_then(|caller| caller.0)
}

/// Adds to the log line of the request whose key asks for what (operator page, section 4).
pub fn note_key(request: &HttpRequest, key: &OperatorKey) {
    let [kind, record, person] = ["kind", "key", "person"].map(|part| request.match_info().get(part));
    // In one step: each one makes the text of the span anew.
    record_all!(Span::current(), operator = key.id.as_str(), kind, key = record, person);
}

/// The caller's id, if it is 1…128 of `[A-Za-z0-9._-]` (operator page, section 4).
fn usable(value: &HeaderValue) -> Option<String> {
    let id = value.to_str().ok()?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    ((1..=MAX_ID_CHARS).contains(&id.len()) && id.bytes().all(allowed)).then(|| id.to_owned())
}

/// Gives the request an id, and returns it with the header that tells it.
pub(crate) fn identify(request: &ServiceRequest, ids: &dyn Ids) -> (HeaderName, String) {
    let own = request.headers().get(REQUEST_ID).and_then(usable);
    let id = own.unwrap_or_else(|| ids.request().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    (REQUEST_ID, id)
}

pub(crate) async fn observe(
    state: web::Data<State>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    // The head is complete: from here on, whoever reads the body watches its pace.
    let _handling = request.conn_data::<Arc<Connection>>().map(Connection::handle);
    let peer = request.peer_addr().map(|peer| peer.ip());
    let caller = peer.and_then(|peer| state.trusted_proxies.caller(peer, request.headers()));
    let (_, id) = identify(&request, &*state.ports.ids);
    let method = request.method().as_str().to_owned();
    let route = request.match_pattern().unwrap_or_else(|| UNMATCHED.to_owned());
    request.extensions_mut().insert(Started(started));
    request.extensions_mut().insert(CallerAddress(caller));
    let span = tracing::info_span!(
        "request", request_id = %id, method, route, operator = Empty, kind = Empty, key = Empty, person = Empty
    );

    let answered = async {
        let mut response = next.call(request).await?;
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        let status = response.status().as_u16();
        let caller = caller.map(tracing::field::display);
        tracing::info!(status, caller, micros = started.elapsed().as_micros(), "answered");
        Ok(response)
    };
    let answered: Result<_, Error> = answered.instrument(span).await;
    let status = answered.as_ref().map_or(500, |response| response.status().as_u16());
    measure(&state, method, route, status, started);
    answered
}

fn measure(state: &State, method: String, route: String, status: u16, started: Instant) {
    let contract = state.documents.contract_of.get(&route).copied().unwrap_or(SERVICE);
    state.traffic.count(contract, matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS"), started);
    // The method is the caller's own word; only the usual ones become labels.
    let method = match method.as_str() {
        "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "OTHER".to_owned(),
    };
    let labels = [
        ("contract", contract.to_owned()),
        ("route", route),
        ("method", method),
        ("status", status.to_string()),
    ];
    metrics::counter!("profile_http_requests_total", &labels).increment(1);
    metrics::histogram!("profile_http_request_duration_seconds", &labels)
        .record(started.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_plain_ids_are_taken_over() {
        let taken = |id: &str| HeaderValue::from_str(id).ok().as_ref().and_then(usable);
        for id in ["a", "A-b_c.9", &"x".repeat(128)] {
            assert_eq!(taken(id).as_deref(), Some(id));
        }
        for id in ["", "a b", "a/b", "ä", &"x".repeat(129)] {
            assert_eq!(taken(id), None, "{id}");
        }
    }
}
