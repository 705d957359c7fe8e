//! What requests of the contract begin with, in the order of section 3: size and type, token, rate, system status, JSON.

use actix_web::{HttpRequest, http::header::HeaderName, web};
use profile_domain::{client::policy::Caller, field::Field};
use profile_ports::Purpose;
use profile_usecases::{
    RequestOrigin,
    client::{Admitted, ClientRefusal, admit_change},
};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value};

use super::{
    NAME,
    error::{ClientError, UNAUTHORIZED},
};
use crate::{
    State,
    body::{check_announced, parse_object, read_json},
    field_schema,
    headers::{authorization, origin},
};

const EXCLUSION_KEY: HeaderName = HeaderName::from_static("x-client-id");
/// Most requests a minute of one client or member of staff (section 2).
const MAX_PER_MINUTE: u32 = 60;

/// A request of a known caller.
pub(super) struct RequestContext {
    pub(super) caller: Caller,
    origin: RequestOrigin,
}

/// A request of a caller who may change the client's records.
pub(super) struct ChangeContext {
    pub(super) admitted: Admitted,
    pub(super) origin: RequestOrigin,
}

impl RequestContext {
    /// Verifies the token and counts the request.
    pub(super) async fn begin(request: &HttpRequest, state: &State) -> Result<Self, ClientError> {
        let token = authorization(request.headers()).and_then(token).ok_or(UNAUTHORIZED)?;
        let claims = state.client.identity.verify(token).await?;
        if !is_exempt(request, state) {
            state.rate_limit.count(NAME, &claims.rate_limit_key(), MAX_PER_MINUTE).await?;
        }
        let caller = claims.caller().map_err(ClientRefusal::from)?;
        Ok(Self { caller, origin: origin(request, NAME) })
    }

    /// Rejects the request if the client's status does not allow changes.
    pub(super) async fn admit_change(self, state: &State) -> Result<ChangeContext, ClientError> {
        let admitted = admit_change(&state.ports, self.caller).await?;
        Ok(ChangeContext { admitted, origin: self.origin })
    }
}

/// Begins a change by a JSON object, and returns its members.
pub(super) async fn begin_change(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<(ChangeContext, Map<String, Value>), ClientError> {
    check_announced(request)?;
    let body = read_json(request, payload).await?;
    let context = RequestContext::begin(request, state).await?.admit_change(state).await?;
    Ok((context, parse_object(&body)?.0))
}

/// Returns the token, which stands alone, or behind `Bearer` and one space.
fn token(value: &str) -> Option<&str> {
    let token = match value.split_once(' ') {
        None => value,
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
        Some(_) => return None,
    };
    (!token.is_empty() && !token.contains(' ')).then_some(token)
}

/// Returns whether the caller has the key that lifts the limit; the header counts for nothing else.
fn is_exempt(request: &HttpRequest, state: &State) -> bool {
    let mut keys = request.headers().get_all(EXCLUSION_KEY);
    let (Some(key), None, Some(known)) = (keys.next(), keys.next(), &state.client.exclusion_key_hash) else {
        return false;
    };
    key.to_str().is_ok_and(|key| state.ports.keyed_hash.seals(Purpose::ExclusionKey, key, known))
}

/// The schema of a body of texts, from the field catalogue; all but the `optional` ones are required.
pub(super) fn texts(catalogue: &[Field], optional: &[&str]) -> Schema {
    let is_optional = |field: &Field| optional.contains(&field.name);
    let property = |field: &Field| {
        let schema =
            if is_optional(field) { field_schema::optional_text(field) } else { required_text(field) };
        (field.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = catalogue.iter().map(property).collect();
    let required: Vec<&str> =
        catalogue.iter().filter(|field| !is_optional(field)).map(|field| field.name).collect();
    json_schema!({ "type": "object", "required": required, "properties": properties })
}

/// The schema of a text that may not be empty.
pub(super) fn required_text(field: &Field) -> Value {
    let mut schema = field_schema::text(field);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("minLength".to_owned(), 1.into());
    }
    schema
}
