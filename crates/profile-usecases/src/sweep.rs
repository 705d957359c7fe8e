//! What tidies up behind the callers, from time to time.

use chrono::{DateTime, TimeDelta, Utc};
use profile_domain::Saved;
use profile_domain::users::{Upload, UploadStatus};
use profile_ports::Unavailable;

use crate::{
    Ports, RequestOrigin, collect,
    media::rendition_file,
    ports::{SERVICE, SWEEP},
    users::{TakenOver, retry_uploads},
    write::OnceError,
};

/// How long an upload is kept that no profile shows, counted from its last change.
const UNUSED_FOR: TimeDelta = TimeDelta::hours(24);
/// How long a reply is kept (contract users, section 6, idempotency).
const REPLY_KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// Uploads that are asked for at once.
const BATCH: u32 = 100;

/// What one sweep has done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Uploads whose bytes were removed.
    pub removed: usize,
    /// Uploads that were looked at in place of a server that has gone.
    pub processed: usize,
    /// Uploads that could not be dealt with; the next sweep tries again.
    pub failed: usize,
    /// Replies that were forgotten.
    pub forgotten: usize,
    /// Unfinished files of servers that have gone.
    pub leftovers: usize,
}

/// Removes what nobody uses, finishes what was left lying, and forgets old replies. Several servers may do it at once. An
/// upload that fails is counted and told in the log, and keeps no other from its turn.
///
/// # Errors
/// [`Unavailable`], if the database cannot be asked; the next sweep goes on.
pub async fn sweep(ports: &Ports) -> Result<Swept, Unavailable> {
    let now = ports.clock.now();
    let origin = RequestOrigin::fresh(ports, SWEEP);
    let ago = |time| now.checked_sub_signed(time).unwrap_or(now);
    let mut swept =
        Swept { forgotten: ports.store.remove_responses(ago(REPLY_KEPT_FOR)).await?, ..Swept::default() };
    match ports.media.remove_leftovers(false).await {
        Ok(leftovers) => swept.leftovers = leftovers,
        Err(error) => told(&mut swept, &error, "unfinished files were not removed"),
    }
    remove_unused(ports, ago(UNUSED_FOR), &origin, &mut swept).await?;
    // Last, as it takes longest.
    match retry_uploads(ports).await {
        Ok(TakenOver { processed, failed }) => {
            (swept.processed, swept.failed) = (processed, swept.failed + failed);
        }
        Err(error) => told(&mut swept, &error, "uploads were not looked at"),
    }
    for (what, count) in [
        ("removed", swept.removed),
        ("processed", swept.processed),
        ("failed", swept.failed),
        ("forgotten", swept.forgotten),
        ("leftovers", swept.leftovers),
    ] {
        metrics::counter!("profile_swept_total", "what" => what).increment(count as u64);
    }
    Ok(swept)
}

fn told(swept: &mut Swept, error: &(dyn std::error::Error + 'static), what: &'static str) {
    swept.failed += 1;
    tracing::warn!(error = %profile_ports::Chain(error), "{what}");
}

async fn remove_unused(
    ports: &Ports,
    before: DateTime<Utc>,
    origin: &RequestOrigin,
    swept: &mut Swept,
) -> Result<(), Unavailable> {
    loop {
        let unused = ports.store.unused_uploads(before, BATCH).await?;
        let (found, removed) = (unused.len(), swept.removed);
        for upload in unused {
            match remove(ports, &upload, origin).await {
                Ok(gone) => swept.removed += usize::from(gone),
                Err(error) => told(swept, &error, "an upload was not removed"),
            }
        }
        // Where none could be removed, the same would be found again.
        if found < BATCH as usize || swept.removed == removed {
            return Ok(());
        }
    }
}

/// The record first: whoever attaches the upload at this moment changes it, and then it stays. Bytes that cannot be removed
/// behind it are no record's any more, and are collected.
async fn remove(ports: &Ports, upload: &Saved<Upload>, origin: &RequestOrigin) -> Result<bool, Unavailable> {
    let next =
        Upload { status: UploadStatus::Removed, content: None, rendition: None, ..upload.record.clone() };
    match ports.write_once(upload, next, origin.cause(SERVICE.to_owned(), None)).await {
        Ok(_) => {}
        Err(OnceError::Unavailable(error)) => return Err(error),
        // The bytes stay; the next sweep sees whether the record still names them.
        Err(OnceError::Unknown(error)) => return Err(Unavailable::database(error)),
        Err(OnceError::Changed) => return Ok(false),
    }
    if let Some(content) = &upload.content {
        collect::remove(ports, content).await;
    }
    if let Some(rendition) = &upload.rendition {
        collect::remove(ports, &rendition_file(rendition)).await;
    }
    Ok(true)
}
