//! An administrator has changes sent again (operator API page, section 10).

use profile_domain::operator::{Subscription, SubscriptionId};
use profile_ports::DeliveryChange;
use uuid::Uuid;

use super::{
    OperatorRefusal, SubscriptionAnswer, SubscriptionCall,
    subscription::{Changed, change},
};
use crate::Ports;

/// Sends again what is behind a position.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn replay_subscription(
    ports: &Ports,
    id: &SubscriptionId,
    after: Uuid,
    call: &SubscriptionCall<'_>,
) -> Result<SubscriptionAnswer, OperatorRefusal> {
    let decide = |before: Subscription| {
        let position = before.position.map(|position| position.min(after));
        let next = Subscription { position, ..before };
        Ok(Changed { next, deliveries: DeliveryChange::Replay(Some(after)), secret: None })
    };
    change(ports, id, call, decide).await
}
