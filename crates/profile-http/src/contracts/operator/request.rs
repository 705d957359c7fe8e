//! What calls begin with: path, key, rate, role (operator API page, section 3, order of checks), and their bodies.

use actix_web::{HttpMessage as _, HttpRequest, http::header::CONTENT_TYPE, web};
use profile_domain::{
    change::{Cause, RecordKind},
    operator::{OperatorKey, Rule},
};
use profile_usecases::{
    Ports, RequestOrigin,
    operator::{Actor, FieldError, Members, Place, RecordName, authenticate_operator, is_canonical},
};

use super::{
    NAME,
    error::{NOT_FOUND, OperatorError, UNAUTHORIZED, UNSUPPORTED_MEDIA_TYPE},
    list_person_changes::person_in_path,
    query::Query,
};
use crate::{
    State,
    body::{Ordered, read_bytes_within},
    headers::{bearer, media_type, origin},
    observe::{caller_address, note_key},
};

/// Most bytes of a body (section 13).
const BODY_LIMIT: u64 = 1024 * 1024;

pub(super) const JSON: &str = "application/json";
pub(super) const MERGE_PATCH: &str = "application/merge-patch+json";

/// The key of a call, whose use is noted once the call is carried out.
#[derive(Clone)]
pub(super) struct UsedKey(pub(super) OperatorKey);

/// A call whose caller is known and may make it.
pub(super) struct RequestContext {
    pub(super) key: OperatorKey,
    pub(super) actor: Actor,
    pub(super) origin: RequestOrigin,
}

impl RequestContext {
    /// Checks the key, the rate, and that the key's role passes `rule`, if the call has one.
    pub(super) async fn begin(
        request: &HttpRequest,
        state: &State,
        rule: Option<Rule>,
    ) -> Result<Self, OperatorError> {
        let secret = bearer(request.headers()).ok_or(UNAUTHORIZED)?;
        let key = authenticate_operator(&state.ports, secret, caller_address(request)).await?;
        note_key(request, &key);
        state.count_operator_call(&key.id).await.map_err(OperatorError::too_many)?;
        if let Some(rule) = rule {
            rule.check(key.role).map_err(OperatorError::forbidden)?;
        }
        request.extensions_mut().insert(UsedKey(key.clone()));
        Ok(Self { actor: Actor::of(&key), key, origin: origin(request, NAME) })
    }

    /// The same for a call that takes no parameter in its query.
    pub(super) async fn begin_plain(
        request: &HttpRequest,
        state: &State,
        rule: Option<Rule>,
    ) -> Result<Self, OperatorError> {
        let context = Self::begin(request, state, rule).await?;
        Query::read(request, &[]).check()?;
        Ok(context)
    }

    /// Returns what changes of this call remember.
    pub(super) fn cause(&self, reason: Option<profile_domain::Text>) -> Cause {
        self.origin.cause(self.actor.name.clone(), reason)
    }
}

/// Checks that the path can be that of something: the kind, key and person in it, where it has them.
pub(super) fn check_path(request: &HttpRequest) -> Result<(), OperatorError> {
    let has = |part| request.match_info().get(part).is_some();
    if has("kind") {
        kind(request)?;
    }
    if has("key") {
        record_name(request)?;
    }
    if has("person") {
        person_in_path(request)?;
    }
    Ok(())
}

/// Returns the kind in the path.
pub(super) fn kind(request: &HttpRequest) -> Result<RecordKind, OperatorError> {
    let name = request.match_info().get("kind").unwrap_or_default();
    RecordKind::from_name(name).ok_or_else(|| NOT_FOUND.into())
}

/// Returns the record that the path names, whether or not there is one.
pub(super) fn record_name(request: &HttpRequest) -> Result<RecordName, OperatorError> {
    let (kind, key) = (kind(request)?, raw_key(request));
    if is_canonical(kind, &key) { Ok(RecordName { kind, key }) } else { Err(NOT_FOUND.into()) }
}

/// Returns the key in the path, in whatever form.
pub(super) fn raw_key(request: &HttpRequest) -> String {
    request.match_info().get("key").unwrap_or_default().to_owned()
}

/// Reads the members of a body of one of these media types.
pub(super) struct JsonBody(Vec<u8>);

impl JsonBody {
    /// Checks type and size, and reads the bytes.
    pub(super) async fn receive(
        request: &HttpRequest,
        payload: web::Payload,
        types: &[&str],
    ) -> Result<Self, OperatorError> {
        let is_single = request.headers().get_all(CONTENT_TYPE).count() == 1;
        let is_accepted = media_type(request.headers()).is_some_and(|of| types.contains(&of.as_str()));
        if !is_single || !is_accepted {
            return Err(UNSUPPORTED_MEDIA_TYPE.into());
        }
        Ok(Self(read_bytes_within(request, payload, BODY_LIMIT).await?))
    }

    /// The bytes as they were sent.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Parses the object.
    pub(super) fn members(&self) -> Result<Members, OperatorError> {
        let Ordered(members) =
            serde_json::from_slice(&self.0).map_err(|_| OperatorError::from(super::error::MALFORMED))?;
        Ok(members)
    }
}

/// Gathers faults of a call in their order, and what is missing behind them.
#[derive(Default)]
pub(super) struct Faults {
    /// With their places in the query, where these are not those of their parameters.
    found: Vec<(Option<usize>, FieldError)>,
    missing: Vec<FieldError>,
}

impl Faults {
    pub(super) fn add(&mut self, fault: FieldError) {
        if fault.rule == "required" { self.missing.push(fault) } else { self.found.push((None, fault)) }
    }

    /// Adds the fault of what stands at a place of the query.
    pub(super) fn add_at(&mut self, place: usize, fault: FieldError) {
        self.found.push((Some(place), fault));
    }

    /// Ends the checks; `place` is the place of a parameter in the request.
    pub(super) fn check_in_order(self, place: impl Fn(&str) -> Option<usize>) -> Result<(), OperatorError> {
        let Self { mut found, missing } = self;
        found.sort_by_key(|(at, fault)| match &fault.place {
            // The one in the path comes first.
            Place::Parameter(name) => at.or_else(|| place(name)).map_or(0, |place| place + 1),
            Place::Pointer(_) | Place::Header(_) => usize::MAX,
        });
        let mut found: Vec<FieldError> = found.into_iter().map(|(_, fault)| fault).collect();
        found.extend(missing);
        if found.is_empty() { Ok(()) } else { Err(OperatorError::invalid(found)) }
    }
}

/// Returns the ports of a call, which keeps nothing if it is a dry run.
pub(super) fn ports_of(state: &State, dry_run: bool) -> Ports {
    if dry_run { profile_import::without_effect(state.ports.clone()) } else { state.ports.clone() }
}
