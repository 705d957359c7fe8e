//! A subscription with its seals opened: where requests go, and what they carry.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    operator::{ChangeFilter, OldSecret, Subscription, SubscriptionId},
};
use profile_ports::{ServiceVault, Unavailable, WebhookRequest};
use uuid::Uuid;

/// Where requests go, and what they carry.
pub struct Target {
    url: Text,
    headers: Vec<(String, Text)>,
    secret: Text,
    /// Secrets before, and until when each signs, too.
    old_secrets: Vec<(Text, DateTime<Utc>)>,
}

/// Returns the context in which secrets of a subscription are sealed.
#[must_use]
pub fn secret_context(id: &SubscriptionId) -> String {
    format!("secret of {id}")
}

/// Returns the context in which values of a subscription's headers are sealed.
#[must_use]
pub fn header_context(id: &SubscriptionId, name: &str) -> String {
    format!("header {name} of {id}")
}

impl Target {
    /// Opens the seals of a subscription.
    ///
    /// # Errors
    /// [`Unavailable`] if one was not made with the key of this service.
    pub fn open(vault: &dyn ServiceVault, subscription: &Subscription) -> Result<Self, Unavailable> {
        let Subscription { id, url, headers, secret, old_secrets, .. } = subscription;
        let context = secret_context(id);
        let header = |header: &profile_domain::operator::SubscriptionHeader| {
            let value = vault.open(&header_context(id, &header.name), &header.value)?;
            Ok((header.name.clone(), value))
        };
        let old = |old: &OldSecret| Ok((vault.open(&context, &old.secret)?, old.until));
        Ok(Self {
            url: url.clone(),
            headers: headers.iter().map(header).collect::<Result<_, Unavailable>>()?,
            secret: vault.open(&context, secret)?,
            old_secrets: old_secrets.iter().map(old).collect::<Result<_, Unavailable>>()?,
        })
    }

    /// Returns a request. Which secrets sign goes by `now`, what it says of its time by `real_now`.
    #[must_use]
    pub fn request(
        &self,
        id: Uuid,
        body: Bytes,
        now: DateTime<Utc>,
        real_now: DateTime<Utc>,
    ) -> WebhookRequest {
        let old = self.old_secrets.iter().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        WebhookRequest {
            url: self.url.clone(),
            headers: self.headers.clone(),
            id: id.to_string(),
            timestamp: real_now.timestamp(),
            secrets: std::iter::once(&self.secret).chain(old).cloned().collect(),
            body,
        }
    }
}

/// Returns which changes a subscription is told of.
pub(super) fn filter_of(subscription: &Subscription) -> ChangeFilter {
    ChangeFilter {
        kinds: subscription.kinds.iter().copied().collect(),
        fields: subscription.fields.iter().cloned().collect(),
        not_actors: subscription.not_actor.iter().cloned().collect(),
        ..ChangeFilter::default()
    }
}

/// Returns what logs show of a target: scheme, host and port.
pub(super) fn origin(url: &Text) -> &str {
    let url = url.as_str();
    let Some((scheme, rest)) = url.split_once("://") else { return "" };
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..scheme.len() + 3 + host).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_show_the_origin_alone() {
        for (url, expected) in [
            ("https://hook.test/token/abc?key=1", "https://hook.test"),
            ("https://hook.test:8443", "https://hook.test:8443"),
            ("https://[2001:db8::1]?key=1", "https://[2001:db8::1]"),
            ("nonsense", ""),
        ] {
            assert_eq!(origin(&Text::try_from(url).unwrap()), expected);
        }
    }
}
