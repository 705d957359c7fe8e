//! Bodies that come too slowly or are too large are cut before anything reads them.

use std::{pin::Pin, time::Duration};

use actix_web::{error::PayloadError, web::Payload};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use tokio::time::{Instant, timeout};

/// Each `bytes` of a body, and what is left of it at the end, must arrive within `window`. Only the time in which the
/// peer was waited for counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) window: Duration,
    pub(crate) bytes: u64,
}

/// 8 kB/s over 30 s, for files in both directions.
pub(crate) const UPLOAD: Pace = Pace { window: Duration::from_secs(30), bytes: 240_000 };

/// Why a body ended early.
#[derive(Debug)]
pub(crate) enum Cut {
    /// It was too slow.
    Slow,
    /// It is larger than allowed.
    TooLarge,
    /// The connection broke, or the transfer coding is damaged.
    Broken,
}

impl From<Cut> for PayloadError {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Slow | Cut::Broken => Self::Incomplete(None),
            Cut::TooLarge => Self::Overflow,
        }
    }
}

/// What has arrived, and how long it was waited for.
struct Progress<P> {
    payload: P,
    taken: u64,
    taken_in_window: u64,
    waited: Duration,
}

impl<P: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Progress<P> {
    /// The next piece, or why there is none; `None` at the end of the body.
    async fn next(&mut self, pace: Pace, limit: u64) -> Option<Result<Bytes, Cut>> {
        let begun = Instant::now();
        let piece = match timeout(pace.window.saturating_sub(self.waited), self.payload.next()).await {
            Err(_) => return Some(Err(Cut::Slow)),
            Ok(None) => return None,
            Ok(Some(Err(_))) => return Some(Err(Cut::Broken)),
            Ok(Some(Ok(piece))) => piece,
        };
        let size = piece.len() as u64;
        self.taken = self.taken.saturating_add(size);
        if self.taken > limit {
            return Some(Err(Cut::TooLarge));
        }
        self.waited += begun.elapsed();
        self.taken_in_window += size;
        if self.taken_in_window >= pace.bytes {
            (self.waited, self.taken_in_window) = (Duration::ZERO, 0);
        }
        Some(Ok(piece))
    }
}

/// The pieces of `payload`, as long as they keep the pace and are at most `limit` bytes together.
pub(crate) fn paced(payload: Payload, pace: Pace, limit: u64) -> impl Stream<Item = Result<Bytes, Cut>> {
    paced_stream(payload, pace, limit)
}

/// The pieces of a body that is read as a form.
pub type Upload = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

/// Returns the pieces of a file or a form of at most `limit` bytes, which ends with an error where it comes too slowly.
#[must_use]
pub fn paced_upload(payload: Payload, limit: u64) -> Upload {
    Box::pin(paced(payload, UPLOAD, limit).map_err(PayloadError::from))
}

fn paced_stream<P: Stream<Item = Result<Bytes, PayloadError>> + Unpin>(
    payload: P,
    pace: Pace,
    limit: u64,
) -> impl Stream<Item = Result<Bytes, Cut>> {
    let progress = Progress { payload, taken: 0, taken_in_window: 0, waited: Duration::ZERO };
    stream::unfold(Some(progress), move |progress| async move {
        let mut progress = progress?;
        match progress.next(pace, limit).await? {
            Ok(piece) => Some((Ok(piece), Some(progress))),
            Err(cut) => Some((Err(cut), None)),
        }
    })
    // A form asks once more behind its end.
    .fuse()
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::time::sleep;

    use super::*;

    const PACE: Pace = Pace { window: Duration::from_secs(3), bytes: 100 };

    /// How many bytes of pieces of `size` that come every `millis` are taken, and how it ends.
    async fn taken(size: usize, millis: u64, pieces: usize) -> (usize, Option<Cut>) {
        let payload = stream::iter(0..pieces).then(move |_| async move {
            sleep(Duration::from_millis(millis)).await;
            Ok(Bytes::from(vec![0; size]))
        });
        let mut pieces = pin!(paced_stream(Box::pin(payload), PACE, 1_000_000));
        let mut taken = 0;
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => taken += piece.len(),
                Err(cut) => return (taken, Some(cut)),
            }
        }
        (taken, None)
    }

    #[tokio::test]
    async fn a_steady_body_may_take_longer_than_the_window() {
        let begun = Instant::now();
        assert!(matches!(taken(60, 200, 20).await, (1200, None)));
        assert!(begun.elapsed() > PACE.window);
    }

    #[tokio::test]
    async fn a_drip_is_cut_after_the_window() {
        assert!(matches!(taken(1, 100, 1000).await, (1..=30, Some(Cut::Slow))));
        assert!(matches!(taken(1000, 60_000, 1).await, (0, Some(Cut::Slow))));
    }
}
