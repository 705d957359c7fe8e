//! Tokens of sessions and links, and what is stored under them.
//!
//! It is stored with the responses of idempotent requests: all servers of a database see it at once, of several that store
//! the same one only the first succeeds, and it is removed after a day, which is longer than any session.

use chrono::{DateTime, Utc};
use profile_domain::operator::OperatorKeyId;
use profile_ports::{IdempotencyKey, KeyedResponse, Purpose, StoredResponse, Unavailable};
use serde_json::{Value as Json, json};

use crate::{Ports, operator::damaged};

/// What a token stands for, and what has become of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fact {
    Session,
    SessionEnded,
    Link,
    LinkSpent,
}

impl Fact {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "console:session",
            Self::SessionEnded => "console:session-ended",
            Self::Link => "console:link",
            Self::LinkSpent => "console:link-spent",
        }
    }

    /// Tokens of sessions and of links differ in how they begin, and both from operator keys, whose hash they share.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session | Self::SessionEnded => "pcs_",
            Self::Link | Self::LinkSpent => "pcl_",
        }
    }

    /// Returns a new token, and stores that it opens what `key` opens until `ends_at`.
    pub(super) async fn grant(
        self,
        ports: &Ports,
        key: &OperatorKeyId,
        ends_at: DateTime<Utc>,
    ) -> Result<String, Unavailable> {
        let token = format!("{}{}", self.prefix(), ports.ids.api_key_secret());
        let grant = json!({ "key": key.as_str(), "ends_at": ends_at.timestamp_micros() });
        self.store(ports, &token, &grant).await?;
        Ok(token)
    }

    /// Returns the key that a token stands for, if it still does.
    pub(super) async fn find(self, ports: &Ports, token: &str) -> Result<Option<OperatorKeyId>, Unavailable> {
        let Some(stored) = ports.store.find_response(&self.key(ports, token)).await? else { return Ok(None) };
        let grant: Json = serde_json::from_str(&stored.reply.body).map_err(|_| damaged())?;
        let ends_at = grant.get("ends_at").and_then(Json::as_i64).ok_or_else(damaged)?;
        let key = grant.get("key").and_then(Json::as_str).unwrap_or_default();
        let key = OperatorKeyId::try_from(key).map_err(|_| damaged())?;
        Ok(Some(key).filter(|_| ports.clock.now().timestamp_micros() < ends_at))
    }

    /// Stores that this has happened to a token; returns whether it had not yet.
    pub(super) async fn note(self, ports: &Ports, token: &str) -> Result<bool, Unavailable> {
        self.store(ports, token, &Json::Null).await
    }

    /// Returns whether this has happened to a token.
    pub(super) async fn has_happened(self, ports: &Ports, token: &str) -> Result<bool, Unavailable> {
        Ok(ports.store.find_response(&self.key(ports, token)).await?.is_some())
    }

    async fn store(self, ports: &Ports, token: &str, body: &Json) -> Result<bool, Unavailable> {
        let fact = KeyedResponse {
            key: self.key(ports, token),
            fingerprint: String::new(),
            reply: StoredResponse { status: 200, body: body.to_string() },
            at: ports.clock.now(),
            about: None,
        };
        ports.store.store_response(&fact).await
    }

    fn key(self, ports: &Ports, token: &str) -> IdempotencyKey {
        let key = ports.keyed_hash.hash(Purpose::OperatorKey, token);
        IdempotencyKey { caller: self.name().to_owned(), key }
    }
}
