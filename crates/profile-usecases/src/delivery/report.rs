//! What operators see of deliveries: a line for each turn of a subscription's status, and metrics by its id.

use chrono::{DateTime, Utc};
use profile_domain::{
    operator::{Subscription, SubscriptionStatus},
    position::time_of,
};
use profile_ports::{Chain, StreamError};
use uuid::Uuid;

use super::target::origin;

/// Writes the line of a turn.
pub(crate) fn status_turned(subscription: &Subscription, status: SubscriptionStatus) {
    let (id, target) = (subscription.id.as_str(), origin(&subscription.url));
    match status {
        SubscriptionStatus::Active => {
            tracing::warn!(subscription = id, target, "deliveries to a subscription succeed again");
        }
        SubscriptionStatus::Failing => {
            tracing::warn!(
                subscription = id,
                target,
                "deliveries to a subscription fail and are tried again"
            );
        }
        SubscriptionStatus::Disabled => {
            tracing::warn!(subscription = id, target, "a subscription is disabled");
        }
    }
}

/// Writes the line that says since when events wait, and why.
pub(super) fn stream_fails(error: &StreamError) {
    tracing::warn!(error = %Chain(error), "changes are not published on NATS for now, and are tried again");
}

/// Writes the line that ends that.
pub(super) fn stream_goes_on() {
    tracing::warn!("changes are published on NATS again");
}

/// Sets the metrics of a subscription's status; `None`, if it was removed.
pub(super) fn status(id: &str, is: Option<SubscriptionStatus>) {
    for status in SubscriptionStatus::ALL {
        let is_so = f64::from(u8::from(is == Some(status)));
        metrics::gauge!("profile_subscription_status", "subscription" => id.to_owned(), "status" => status.name())
            .set(is_so);
    }
}

/// Sets the metrics of a subscription that is no more, or to which another server delivers, to nothing.
pub(super) fn no_backlog(id: &str) {
    backlog(id, 0, None, DateTime::UNIX_EPOCH);
}

/// Sets the metrics of what is not delivered yet; `first` is the first change of it.
pub(super) fn backlog(id: &str, waiting: usize, first: Option<Uuid>, now: DateTime<Utc>) {
    let lag = first.map_or(0.0, |first| age(first, now));
    let waiting = f64::from(u32::try_from(waiting).unwrap_or(u32::MAX));
    metrics::gauge!("profile_subscription_waiting", "subscription" => id.to_owned()).set(waiting);
    metrics::gauge!("profile_subscription_lag_seconds", "subscription" => id.to_owned()).set(lag);
}

/// Counts an attempt; `error` names why it failed.
pub(super) fn attempt(id: &str, error: Option<&'static str>) {
    let error = error.unwrap_or("none");
    metrics::counter!("profile_subscription_attempts_total", "subscription" => id.to_owned(), "error" => error)
        .increment(1);
}

/// Returns how many seconds ago the change at a position was made.
fn age(position: Uuid, now: DateTime<Utc>) -> f64 {
    time_of(position).map_or(0.0, |at| now.signed_duration_since(at).as_seconds_f64().max(0.0))
}
