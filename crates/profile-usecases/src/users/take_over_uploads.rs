//! Uploads whose bytes nobody looks at any more: their server has gone, or could not.

use chrono::TimeDelta;
use profile_domain::{Saved, users::Upload};
use profile_ports::{Chain, Unavailable};
use uuid::Uuid;

use super::{ProcessFault, process_upload};
use crate::{Ports, RequestOrigin, ports::SWEEP};

/// After which time bytes that were looked at in vain are looked at again.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);
/// Uploads that are asked for at once: more than all living servers have in hand.
const MOST_ASKED: u32 = 2_000;

/// What has become of uploads.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct TakenOver {
    /// Those whose bytes were looked at.
    pub processed: usize,
    /// Those that must be tried again later.
    pub failed: usize,
}

/// Looks at the bytes of those uploads whose server has gone.
///
/// # Errors
/// [`Unavailable`], if the database or the media store cannot be asked.
pub async fn take_over_uploads(ports: &Ports) -> Result<TakenOver, Unavailable> {
    process(ports, |_, server| server.is_some_and(|server| !ports.peers.is_living(server))).await
}

/// Looks again at the bytes of uploads that wait for long, but for those that another living server has in hand.
pub(crate) async fn retry_uploads(ports: &Ports) -> Result<TakenOver, Unavailable> {
    let now = ports.clock.now();
    let before = now.checked_sub_signed(AGAIN_AFTER).unwrap_or(now);
    let peers = &ports.peers;
    let is_others = |server| server != peers.own() && peers.is_living(server);
    process(ports, |upload, server| upload.head.at < before && !server.is_some_and(is_others)).await
}

async fn process(
    ports: &Ports,
    is_due: impl Fn(&Saved<Upload>, Option<Uuid>) -> bool + Send,
) -> Result<TakenOver, Unavailable> {
    let mut waiting = ports.store.unprocessed_uploads(MOST_ASKED).await?;
    waiting
        .retain(|(upload, server)| is_due(upload, *server) && !ports.upload_limits.has_in_hand(&upload.id));
    if waiting.is_empty() {
        return Ok(TakenOver::default());
    }
    // Nobody's fault, and so nobody's try.
    ports.media.ready().await?;
    let origin = RequestOrigin::fresh(ports, SWEEP);
    let mut taken = TakenOver::default();
    for (upload, server) in waiting {
        match process_upload(ports, upload, server, &origin).await {
            Ok(()) => taken.processed += 1,
            Err(ProcessFault::Full(_)) => break,
            Err(error) => {
                taken.failed += 1;
                tracing::warn!(error = %Chain(&error), "an upload was not looked at");
            }
        }
    }
    Ok(taken)
}
