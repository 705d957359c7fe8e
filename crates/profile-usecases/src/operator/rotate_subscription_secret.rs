//! An administrator gives a subscription a new secret (operator API page, section 10).

use chrono::TimeDelta;
use profile_domain::operator::{OldSecret, Subscription, SubscriptionId};
use profile_ports::DeliveryChange;

use super::{
    OperatorRefusal, SubscriptionAnswer, SubscriptionCall,
    subscription::{Changed, change, new_secret},
};
use crate::Ports;

/// Longest time for which an old secret signs, too.
pub const MAX_KEEP_OLD: TimeDelta = TimeDelta::days(7);

/// Gives a subscription a new secret; the one before signs for `keep_old` longer, and older ones as long as they were to.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn rotate_subscription_secret(
    ports: &Ports,
    id: &SubscriptionId,
    keep_old: TimeDelta,
    call: &SubscriptionCall<'_>,
) -> Result<SubscriptionAnswer, OperatorRefusal> {
    let decide = |before: Subscription| {
        let (clear, secret) = new_secret(ports, id)?;
        let now = ports.clock.now();
        let until = now.checked_add_signed(keep_old).unwrap_or(now);
        let replaced = OldSecret { secret: before.secret.clone(), until };
        let all = std::iter::once(replaced).chain(before.old_secrets.iter().cloned());
        let old_secrets = all.filter(|old| now < old.until).collect();
        let next = Subscription { secret, old_secrets, ..before };
        Ok(Changed { next, deliveries: DeliveryChange::Keep, secret: Some(clear) })
    };
    change(ports, id, call, decide).await
}
