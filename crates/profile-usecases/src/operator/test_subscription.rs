//! An administrator tests a subscription (operator API page, section 10).

use profile_domain::operator::SubscriptionId;
use profile_ports::WebhookAttempt;

use super::OperatorRefusal;
use crate::delivery::Delivery;

/// Sends a test to a subscription's target, whatever its status; returns what has come of it. Where deliveries are switched off,
/// nothing is sent.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn test_subscription(
    delivery: &Delivery,
    id: &SubscriptionId,
) -> Result<WebhookAttempt, OperatorRefusal> {
    let found = delivery.store.find_subscription(id).await?.ok_or(OperatorRefusal::NotFound)?;
    if !delivery.is_on {
        return Err(OperatorRefusal::DeliveryOff);
    }
    Ok(delivery.test(&found).await?)
}
