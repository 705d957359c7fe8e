//! Who asks for a page: the key behind the session, checked at each request as the operator API checks it.

use actix_web::{HttpMessage as _, HttpRequest, http::header::COOKIE};
use profile_domain::{
    PersonId, Text,
    change::{Cause, RecordKind},
    operator::{OperatorKey, Role, Rule},
};
use profile_usecases::{
    Ports, RequestOrigin,
    console::{CONSOLE, find_console_session},
    operator::{Actor, NotAdmitted, RecordName, is_canonical, note_key_use},
};
use uuid::Uuid;

use crate::{Console, error::PageError};

/// The `__Host-` prefix has browsers refuse the cookie from other hosts and without https.
const COOKIE_NAME: &str = "__Host-profile-console";

/// Returns the cookie of a session; it goes with the browser, and with the session in the store.
pub(crate) fn session_cookie(token: &str) -> String {
    format!("{COOKIE_NAME}={token}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// Returns the cookie that removes the session's.
pub(crate) fn no_session_cookie() -> String {
    format!("{}; Max-Age=0", session_cookie(""))
}

/// Returns the token of the session that a browser shows.
pub(crate) fn session_token(request: &HttpRequest) -> Option<&str> {
    let values = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let mut cookies =
        values.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, _)| *name == COOKIE_NAME).map(|(_, token)| token)
}

/// The key behind the session of a request, for the frame of a page that says why there is no other.
pub(crate) struct SignedIn(pub(crate) OperatorKey);

/// Whoever is signed in.
pub(crate) struct Visitor {
    pub(crate) key: OperatorKey,
    pub(crate) actor: Actor,
    origin: RequestOrigin,
}

impl Visitor {
    /// Returns who asks, if the session and its key still open.
    pub(crate) async fn of(request: &HttpRequest, console: &Console) -> Result<Self, PageError> {
        let next =
            || PageError::SignedOut(request.uri().path_and_query().map_or("", |to| to.as_str()).to_owned());
        let facts = (console.facts)(request);
        let token = session_token(request).ok_or_else(next)?;
        let key = match find_console_session(&console.ports, token, facts.address).await {
            Ok(key) => key,
            Err(NotAdmitted::Refused) => return Err(next()),
            Err(other) => return Err(other.into()),
        };
        (console.note)(request, &key);
        request.extensions_mut().insert(SignedIn(key.clone()));
        (console.count)(key.id.clone()).await.map_err(PageError::TooMany)?;
        note_key_use(&console.ports, &key).await;
        let origin = RequestOrigin { contract: CONSOLE, request_id: facts.request_id };
        Ok(Self { actor: Actor::of(&key), key, origin })
    }

    /// Returns who asks for a page that as a whole needs the right of `rule`.
    pub(crate) async fn admitted(
        request: &HttpRequest,
        console: &Console,
        rule: Rule,
    ) -> Result<Self, PageError> {
        let visitor = Self::of(request, console).await?;
        rule.check(visitor.role()).map_err(PageError::Forbidden)?;
        Ok(visitor)
    }

    /// Returns what the visitor may do.
    pub(crate) const fn role(&self) -> Role {
        self.key.role
    }

    /// Returns what changes of this request remember.
    pub(crate) fn cause(&self, reason: Option<Text>) -> Cause {
        self.origin.cause(self.actor.name.clone(), reason)
    }

    /// Returns the id of this request, as accesses remember it.
    pub(crate) fn request_id(&self) -> &str {
        &self.origin.request_id
    }

    /// Returns ports whose writes keep nothing.
    pub(crate) fn rehearsal(console: &Console) -> Ports {
        profile_import::without_effect(console.ports.clone())
    }
}

/// Returns the record that the path names, whether or not there is one.
pub(crate) fn record_name(request: &HttpRequest) -> Result<RecordName, PageError> {
    let part = |name| request.match_info().get(name).unwrap_or_default();
    named_record(part("kind"), part("key")).ok_or(PageError::NotFound)
}

/// Returns the record of this kind and key, whether or not there is one; `None` if there can be none.
pub(crate) fn named_record(kind: &str, key: &str) -> Option<RecordName> {
    let kind = RecordKind::from_name(kind)?;
    is_canonical(kind, key).then(|| RecordName { kind, key: key.to_owned() })
}

/// Returns the person that the path names, whether or not there is one.
pub(crate) fn person_in_path(request: &HttpRequest) -> Result<PersonId, PageError> {
    let id = request.match_info().get("person").unwrap_or_default();
    let parsed = Uuid::parse_str(id).ok().filter(|parsed| parsed.to_string() == id);
    Ok(PersonId(parsed.ok_or(PageError::NotFound)?))
}
