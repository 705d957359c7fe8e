//! What every request of the contract begins with, in the order of section 3: size and type, token, rate, system status,
//! JSON.

use actix_web::{HttpRequest, http::header::HeaderName, web};
use profile_domain::client::{ProfileRules, policy::Acting};
use profile_ports::Purpose;
use profile_usecases::{
    Origin,
    client::{Admitted, admit_change},
};
use serde_json::{Map, Value};

use super::{
    NAME,
    error::{ClientFault, UNAUTHORIZED},
};
use crate::{
    State,
    body::{parse_object, read_json},
    headers::{authorization, origin},
};

const EXCLUSION_KEY: HeaderName = HeaderName::from_static("x-client-id");
/// Most requests a minute of one client or member of staff (section 2).
const MOST_PER_MINUTE: u32 = 60;

/// A request to change something, as far as it is known to be fine.
pub(super) struct Change {
    pub(super) admitted: Admitted,
    pub(super) body: Map<String, Value>,
    pub(super) origin: Origin,
}

/// Whose records a request is about.
pub(super) async fn caller(request: &HttpRequest, state: &State) -> Result<Acting, ClientFault> {
    let token = authorization(request.headers()).and_then(token).ok_or(UNAUTHORIZED)?;
    let session = state.client.identity.verify(token).await?;
    if !is_exempt(request, state) {
        state.rate_limit.count(NAME, &session.caller(), MOST_PER_MINUTE)?;
    }
    Ok(session.acting().map_err(profile_usecases::client::ClientRefusal::from)?)
}

/// A request to change something by a JSON object.
pub(super) async fn change(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<Change, ClientFault> {
    let body = read_json(request, payload).await?;
    let acting = caller(request, state).await?;
    let admitted = admit_change(&state.core, acting).await?;
    let body = parse_object(&body)?.0;
    Ok(Change { admitted, body, origin: origin(request, NAME) })
}

/// What a profile is checked against.
pub(super) fn rules(state: &State) -> ProfileRules<'_> {
    ProfileRules { today: state.core.clock.now().date_naive(), restricted: &state.client.restricted }
}

/// The token alone, or behind `Bearer` and one space.
fn token(value: &str) -> Option<&str> {
    let token = match value.split_once(' ') {
        None => value,
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
        Some(_) => return None,
    };
    (!token.is_empty() && !token.contains(' ')).then_some(token)
}

/// Whether the caller has the key that lifts the limit; whatever else the header says is as if it were not there.
fn is_exempt(request: &HttpRequest, state: &State) -> bool {
    let mut keys = request.headers().get_all(EXCLUSION_KEY);
    let (Some(key), None, Some(known)) = (keys.next(), keys.next(), &state.client.exclusion_key_hash) else {
        return false;
    };
    key.to_str().is_ok_and(|key| state.core.keyed_hash.seals(Purpose::ExclusionKey, key, known))
}
