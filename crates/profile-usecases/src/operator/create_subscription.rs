//! An administrator has changes sent to a target (operator API page, section 10).

use profile_domain::{
    Text,
    operator::{Subscription, SubscriptionStatus, SubscriptionValues},
};
use uuid::Uuid;

use super::{
    OperatorRefusal, SubscriptionAnswer, SubscriptionCall, SubscriptionPatch, subscription::new_secret,
};
use crate::{Ports, write::WriteError};

/// Where a new subscription begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SubscriptionStart {
    /// At the first change of all.
    Beginning,
    /// Behind this position.
    Behind(Uuid),
    /// Behind everything that is there.
    #[default]
    Latest,
}

/// Makes a subscription; `what` names its target.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn create_subscription(
    ports: &Ports,
    what: &SubscriptionPatch,
    start: SubscriptionStart,
    call: &SubscriptionCall<'_>,
) -> Result<SubscriptionAnswer, OperatorRefusal> {
    let id = ports.ids.subscription();
    let (secret, sealed) = new_secret(ports, &id)?;
    let mut subscription = Subscription {
        id,
        name: None,
        url: Text::default(),
        headers: Vec::new(),
        kinds: Vec::new(),
        fields: Vec::new(),
        not_actor: None,
        values: SubscriptionValues::default(),
        secret: sealed,
        old_secrets: Vec::new(),
        created_at: ports.clock.now(),
        revision: 0,
        status: SubscriptionStatus::Active,
        position: match start {
            SubscriptionStart::Beginning => None,
            SubscriptionStart::Behind(position) => Some(position),
            SubscriptionStart::Latest => ports.store.closed_position().await?,
        },
        failing_since: None,
    };
    what.apply(ports, &mut subscription)?;
    let (answer, reply) = call.answer(ports, 201, &subscription, Some(&secret))?;
    if ports.store.add_subscription(&subscription, reply.as_ref()).await.map_err(WriteError::from)? {
        Ok(answer)
    } else {
        Err(OperatorRefusal::Repeated)
    }
}
