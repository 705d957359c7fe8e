//! Delivers changes to the targets of subscriptions: signed, in the order of each record, at least once (operator API page,
//! section 10, delivery).

mod crew;
mod event;
mod flush;
mod launch;
mod lease;
mod queue;
pub(crate) mod report;
mod schedule;
mod target;
mod worker;

use std::sync::Arc;

use profile_domain::operator::{Subscription, SubscriptionId};
use profile_ports::{Clock, Follower, Ids, ServiceVault, Store, Unavailable, WebhookAttempt, WebhookSender};
use uuid::Uuid;

pub use crew::deliver;
pub use event::{EventFormat, EventKind};
pub use target::{Target, header_context, secret_context};

/// What deliveries are made with.
#[derive(Clone)]
pub struct Delivery {
    /// The records, the log, the subscriptions and what is stored of deliveries.
    pub store: Arc<dyn Store>,
    /// Opens the secrets and headers of subscriptions.
    pub vault: Arc<dyn ServiceVault>,
    /// Sends requests.
    pub sender: Arc<dyn WebhookSender>,
    /// Writes the bodies of requests.
    pub events: Arc<dyn EventFormat>,
    /// The time of the service, by which secrets expire.
    pub clock: Arc<dyn Clock>,
    /// The time of the machine, by which deliveries wait.
    pub real_clock: Arc<dyn Clock>,
    /// Fresh identifiers.
    pub ids: Arc<dyn Ids>,
}

impl Delivery {
    /// Returns the follower of a subscription, if it still is this server that delivers.
    async fn own_follower(&self, id: &SubscriptionId, server: Uuid) -> Result<Option<Follower>, Unavailable> {
        let followers = self.store.list_followers().await?;
        Ok(followers.into_iter().find(|one| one.id == id.as_str() && one.server == Some(server)))
    }

    /// Sends a test to a subscription's target, whatever its status; nothing of it is stored.
    ///
    /// # Errors
    /// [`Unavailable`] if the subscription's seals cannot be opened.
    pub async fn test(&self, subscription: &Subscription) -> Result<WebhookAttempt, Unavailable> {
        let target = Target::open(&*self.vault, subscription)?;
        let (id, now, real_now) = (self.ids.request(), self.clock.now(), self.real_clock.now());
        let request = target.request(id, self.events.test(id, now), now, real_now);
        Ok(self.sender.send(&request).await)
    }
}
