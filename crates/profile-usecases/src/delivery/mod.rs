//! Delivers changes to the targets of subscriptions and to the stream of a broker: in the order of each record, at least once
//! (operator API page, section 10, delivery).

mod crew;
mod event;
mod flush;
mod launch;
mod lease;
mod outage;
mod queue;
pub(crate) mod report;
mod schedule;
mod stream;
mod target;
mod worker;

use std::sync::Arc;

use profile_domain::operator::Subscription;
use profile_ports::{
    Clock, EventStream, Follower, Ids, ServiceVault, Store, Unavailable, WebhookAttempt, WebhookSender,
};
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
    /// Whether anything is delivered at all.
    pub is_on: bool,
    /// Sends requests.
    pub sender: Arc<dyn WebhookSender>,
    /// Where every change is published, if the settings name a broker.
    pub stream: Option<Arc<dyn EventStream>>,
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
    /// Notes that the stream begins with the next change, unless it has begun before. Where there is no stream, nothing is done.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn begin_stream(&self) -> Result<(), Unavailable> {
        if self.stream.is_some() {
            let latest = self.store.closed_position().await?;
            self.store.add_follower(stream::FOLLOWER, latest).await?;
        }
        Ok(())
    }

    /// Returns a follower, if it still is this server that delivers.
    async fn own_follower(&self, id: &str, server: Uuid) -> Result<Option<Follower>, Unavailable> {
        let followers = self.store.list_followers().await?;
        Ok(followers.into_iter().find(|one| one.id == id && one.server == Some(server)))
    }

    /// Sends a test to a subscription's target, whatever its status; nothing of it is stored.
    ///
    /// # Errors
    /// [`Unavailable`] if the subscription's seals cannot be opened.
    pub async fn test(&self, subscription: &Subscription) -> Result<WebhookAttempt, Unavailable> {
        let target = Target::open(&*self.vault, subscription)?;
        let (id, now, real_now) = (self.ids.request(), self.clock.now(), self.real_clock.now());
        let request = target.request(id, self.events.test(id, now), now, real_now);
        Ok(self.sender.send(request).await)
    }
}
