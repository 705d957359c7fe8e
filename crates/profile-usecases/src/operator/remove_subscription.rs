//! An administrator removes a subscription with all that is stored of it (operator API page, section 10).

use profile_domain::operator::SubscriptionId;

use super::{OperatorRefusal, SubscriptionAnswer, SubscriptionCall, replay::check_first};
use crate::{Ports, write::WriteError};

/// Removes a subscription; answers it as it was.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn remove_subscription(
    ports: &Ports,
    id: &SubscriptionId,
    call: &SubscriptionCall<'_>,
) -> Result<SubscriptionAnswer, OperatorRefusal> {
    let mut tries = ports.tries_of("subscription", id.to_string()).await;
    while tries.more().await {
        let found = ports.store.find_subscription(id).await?.ok_or(OperatorRefusal::NotFound)?;
        let (answer, reply) = call.answer(ports, 200, &found, None)?;
        if ports.store.remove_subscription(&found, reply.as_ref()).await.map_err(WriteError::from)? {
            return Ok(answer);
        }
        check_first(ports, call.keyed).await?;
    }
    Err(OperatorRefusal::Contended)
}
