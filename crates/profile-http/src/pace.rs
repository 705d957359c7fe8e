//! Bodies that come too slowly or are too large are cut before anything reads them.

use std::time::Duration;

use actix_web::{error::PayloadError, web::Payload};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

/// How long a whole body may take, and each piece of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) whole: Duration,
    pub(crate) piece: Duration,
}

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

/// The pieces of `payload`, as long as they keep the pace and are at most `limit` bytes together.
pub(crate) fn paced(payload: Payload, pace: Pace, limit: u64) -> impl Stream<Item = Result<Bytes, Cut>> {
    let end = Instant::now() + pace.whole;
    stream::unfold((Some(payload), 0u64), move |(payload, taken)| async move {
        let mut payload = payload?;
        let next = timeout_at(end.min(Instant::now() + pace.piece), payload.next()).await;
        let piece = match next {
            Err(_) => Err(Cut::Slow),
            Ok(None) => return None,
            Ok(Some(Err(_))) => Err(Cut::Broken),
            Ok(Some(Ok(piece))) if taken.saturating_add(piece.len() as u64) > limit => Err(Cut::TooLarge),
            Ok(Some(Ok(piece))) => Ok(piece),
        };
        match piece {
            Ok(piece) => {
                let taken = taken + piece.len() as u64;
                Some((Ok(piece), (Some(payload), taken)))
            }
            Err(cut) => Some((Err(cut), (None, taken))),
        }
    })
    // A form asks once more behind its end.
    .fuse()
}
