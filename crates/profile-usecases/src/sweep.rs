//! What tidies up behind the callers, from time to time.

use chrono::TimeDelta;
use profile_domain::{
    change::Facet,
    users::{Upload, UploadStatus},
};
use profile_ports::{CommitError, Unavailable};

use crate::{
    Core, Origin,
    commit::counted,
    users::{process_upload, rendition_file},
};

/// How long an upload is kept that no profile shows, counted from its last change.
const UNUSED_FOR: TimeDelta = TimeDelta::hours(24);
/// After which time bytes that nobody looked at are looked at again: whoever should have is gone.
const UNPROCESSED_FOR: TimeDelta = TimeDelta::minutes(1);
/// How long a reply is kept (contract users, section 6, idempotency).
const REPLY_KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// After which time a request that was begun is taken for lost.
const REPLY_RUNNING_FOR: TimeDelta = TimeDelta::minutes(1);
/// Uploads that are asked for at once.
const BATCH: u32 = 100;

/// What one sweep has done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Uploads whose bytes were removed.
    pub removed: usize,
    /// Uploads that were looked at in place of a server that has gone.
    pub processed: usize,
    /// Replies and abandoned requests that were forgotten.
    pub forgotten: usize,
}

/// Removes what nobody uses, finishes what was left lying, and forgets old replies. Several servers may do it at once.
///
/// # Errors
/// [`Unavailable`]; the next sweep goes on.
pub async fn sweep(core: &Core) -> Result<Swept, Unavailable> {
    let now = core.clock.now();
    let origin = Origin { contract: "sweep", request_id: core.ids.request().to_string() };
    let ago = |time| now.checked_sub_signed(time).unwrap_or(now);
    let mut swept = Swept::default();
    for upload in core.store.unprocessed_uploads(ago(UNPROCESSED_FOR), BATCH).await? {
        process_upload(core, upload, &origin).await?;
        swept.processed += 1;
    }
    loop {
        let unused = core.store.unused_uploads(ago(UNUSED_FOR), BATCH).await?;
        let found = unused.len();
        for upload in unused {
            swept.removed += usize::from(remove(core, upload, &origin).await?);
        }
        if found < BATCH as usize {
            break;
        }
    }
    swept.forgotten = core.store.forget_replies(ago(REPLY_KEPT_FOR), ago(REPLY_RUNNING_FOR)).await?;
    for (what, count) in
        [("removed", swept.removed), ("processed", swept.processed), ("forgotten", swept.forgotten)]
    {
        metrics::counter!("profile_swept_total", "what" => what).increment(count as u64);
    }
    Ok(swept)
}

/// The record first: whoever attaches the upload at this moment changes it, and then it stays.
async fn remove(core: &Core, upload: Upload, origin: &Origin) -> Result<bool, Unavailable> {
    let next = Upload {
        version: upload.version + 1,
        status: UploadStatus::Removed,
        content: None,
        rendition: None,
        ..upload.clone()
    };
    let commit = core.commit_of(Some(&upload), next, origin.cause("sweep".to_owned(), None));
    match counted(Facet::Upload, core.store.commit_upload(commit).await) {
        Ok(()) => {}
        Err(CommitError::Unavailable(error)) => return Err(error),
        // The bytes stay; the next sweep sees whether the record still names them.
        Err(CommitError::Unknown(error)) => return Err(Unavailable::database(error)),
        Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => return Ok(false),
    }
    if let Some(content) = &upload.content {
        core.media.delete(content).await?;
    }
    if let Some(rendition) = &upload.rendition {
        core.media.delete(&rendition_file(rendition)).await?;
    }
    Ok(true)
}
