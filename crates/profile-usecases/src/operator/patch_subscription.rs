//! An administrator changes a subscription (operator API page, section 10).

use profile_domain::operator::{Subscription, SubscriptionId};

use super::{
    OperatorRefusal, SubscriptionAnswer, SubscriptionCall, SubscriptionPatch,
    subscription::{Changed, change},
};
use crate::Ports;

/// Changes a subscription.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn patch_subscription(
    ports: &Ports,
    id: &SubscriptionId,
    patch: &SubscriptionPatch,
    call: &SubscriptionCall<'_>,
) -> Result<SubscriptionAnswer, OperatorRefusal> {
    let decide = |mut next: Subscription| {
        let deliveries = patch.apply(ports, &mut next)?;
        Ok(Changed { next, deliveries, secret: None })
    };
    change(ports, id, call, decide).await
}
