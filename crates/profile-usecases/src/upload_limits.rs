//! How much of uploads there may be at once, for all callers together and for each of them.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use profile_domain::users::UploadId;
use profile_ports::{Held, Unavailable};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Ports, picture_queue::PictureQueue};

const MIB: u64 = 1024 * 1024;
/// Memory of all uploads that are under way.
const MEMORY: u64 = 96 * MIB;
/// Memory that an upload counts with at least, so that there are at most 96 of them.
const LEAST: u64 = MIB;
/// Uploads of one holder, user or client that may be under way.
const MOST_OF_ONE: u32 = 16;
/// Memory that those may take together, so that a few callers cannot take all of it; a larger upload goes alone.
const MEMORY_OF_ONE: u32 = 20;

/// Why an upload is not taken now.
#[derive(Debug, thiserror::Error)]
pub enum UploadRefused {
    /// There are too many of them, of this caller or of all.
    #[error("too many uploads are under way; try again in a few seconds")]
    Busy,
    /// The disk is nearly full.
    #[error("there is no room for uploads now; try again later")]
    NoRoom,
    /// The caller has stored too much that nothing shows.
    #[error("files that no profile shows take too much room; attach them, or try again in a day")]
    Quota,
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Counts uploads that are under way in this process.
pub struct UploadLimits {
    quota: u64,
    memory: Arc<Semaphore>,
    open: Mutex<Open>,
    /// Whose picture is looked at next.
    pub(crate) pictures: PictureQueue,
}

#[derive(Default)]
struct Open {
    by_caller: HashMap<String, Share>,
    /// Addresses to which bytes are being sent.
    addresses: HashSet<String>,
    /// Uploads whose bytes are looked at, or wait for it.
    in_hand: HashSet<UploadId>,
}

/// What one caller has under way.
#[derive(Default)]
struct Share {
    uploads: u32,
    weight: u32,
}

/// An upload that is under way, until this is dropped.
pub struct UploadSlot {
    limits: Arc<UploadLimits>,
    caller: String,
    weight: u32,
    _memory: OwnedSemaphorePermit,
}

/// The right to send bytes to an address, until this is dropped.
pub(crate) struct Address {
    limits: Arc<UploadLimits>,
    token: String,
}

/// An upload that this process looks at, until this is dropped.
pub(crate) struct InHand {
    limits: Arc<UploadLimits>,
    id: UploadId,
}

impl UploadLimits {
    /// Limits under which one caller may have `quota` bytes stored that nothing shows.
    #[must_use]
    pub fn new(quota: u64) -> Self {
        let permits = usize::try_from(MEMORY / LEAST).unwrap_or(Semaphore::MAX_PERMITS);
        let memory = Arc::new(Semaphore::new(permits));
        Self { quota, memory, open: Mutex::default(), pictures: PictureQueue::default() }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an upload of `caller` that may hold `bytes` in memory.
    fn enter(self: &Arc<Self>, caller: &str, bytes: u64) -> Result<UploadSlot, UploadRefused> {
        let weight = u32::try_from(bytes.div_ceil(LEAST).max(1)).map_err(|_| UploadRefused::Busy)?;
        let memory =
            Arc::clone(&self.memory).try_acquire_many_owned(weight).map_err(|_| UploadRefused::Busy)?;
        let mut open = self.open();
        let share = open.by_caller.entry(caller.to_owned()).or_default();
        if share.uploads >= MOST_OF_ONE || share.uploads > 0 && share.weight + weight > MEMORY_OF_ONE {
            return Err(UploadRefused::Busy);
        }
        share.uploads += 1;
        share.weight += weight;
        drop(open);
        Ok(UploadSlot { limits: Arc::clone(self), caller: caller.to_owned(), weight, _memory: memory })
    }

    /// Reserves an address; none if bytes are being sent to it.
    pub(crate) fn reserve_address(self: &Arc<Self>, token: &str) -> Option<Address> {
        let free = self.open().addresses.insert(token.to_owned());
        free.then(|| Address { limits: Arc::clone(self), token: token.to_owned() })
    }

    /// Takes an upload in hand; none if this process has it in hand already.
    pub(crate) fn take_in_hand(self: &Arc<Self>, id: &UploadId) -> Option<InHand> {
        let free = self.open().in_hand.insert(id.clone());
        free.then(|| InHand { limits: Arc::clone(self), id: id.clone() })
    }

    /// Whether this process looks at the upload, or will.
    pub(crate) fn has_in_hand(&self, id: &UploadId) -> bool {
        self.open().in_hand.contains(id)
    }

    /// Bytes that a caller who holds so much may still store.
    ///
    /// # Errors
    /// [`UploadRefused::Quota`] if those are fewer than `more`, or none.
    pub(crate) fn allowance(&self, held: Held, more: u64) -> Result<u64, UploadRefused> {
        let left = self.quota.saturating_sub(held.bytes);
        if held.files >= Held::MOST_FILES || left == 0 || more > left {
            return Err(UploadRefused::Quota);
        }
        Ok(left)
    }
}

/// Begins an upload of `caller` that may hold `bytes` in memory, if there is room for it.
///
/// # Errors
/// [`UploadRefused::Busy`] and [`UploadRefused::NoRoom`].
pub async fn begin_upload(ports: &Ports, caller: &str, bytes: u64) -> Result<UploadSlot, UploadRefused> {
    let slot = ports.upload_limits.enter(caller, bytes)?;
    if ports.media.has_room().await { Ok(slot) } else { Err(UploadRefused::NoRoom) }
}

impl Drop for UploadSlot {
    fn drop(&mut self) {
        let mut open = self.limits.open();
        if let Some(share) = open.by_caller.get_mut(&self.caller) {
            share.uploads -= 1;
            share.weight -= self.weight;
            if share.uploads == 0 {
                open.by_caller.remove(&self.caller);
            }
        }
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        self.limits.open().addresses.remove(&self.token);
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.limits.open().in_hand.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_cannot_take_every_place() {
        let limits = Arc::new(UploadLimits::new(100));
        let mut slots: Vec<_> = (0..MOST_OF_ONE).map(|_| limits.enter("a", 0).unwrap()).collect();
        assert!(matches!(limits.enter("a", 0), Err(UploadRefused::Busy)));
        assert!(limits.enter("b", 0).is_ok());
        slots.pop();
        assert!(limits.enter("a", 0).is_ok());
    }

    #[test]
    fn one_caller_cannot_take_all_memory() {
        let limits = Arc::new(UploadLimits::new(100));
        let slots: Vec<_> = (0..4).map(|_| limits.enter("a", 5 * MIB).unwrap()).collect();
        assert!(matches!(limits.enter("a", 0), Err(UploadRefused::Busy)));
        assert!(limits.enter("b", 30 * MIB).is_ok(), "a larger one goes alone");
        drop(slots);
        assert!(limits.enter("a", 5 * MIB).is_ok());
    }

    #[test]
    fn memory_is_shared_by_all() {
        let limits = Arc::new(UploadLimits::new(100));
        let slots: Vec<_> = (0..12).map(|n| limits.enter(&n.to_string(), 8 * MIB).unwrap()).collect();
        assert!(matches!(limits.enter("late", 1), Err(UploadRefused::Busy)));
        drop(slots);
        assert!(limits.enter("late", 1).is_ok());
    }

    #[test]
    fn an_address_takes_bytes_once_at_a_time() {
        let limits = Arc::new(UploadLimits::new(100));
        let first = limits.reserve_address("du_1").unwrap();
        assert!(limits.reserve_address("du_1").is_none());
        assert!(limits.reserve_address("du_2").is_some());
        drop(first);
        assert!(limits.reserve_address("du_1").is_some());
    }

    #[test]
    fn the_quota_is_exact() {
        let limits = UploadLimits::new(100);
        let held = |bytes| Held { bytes, files: 1 };
        assert_eq!(limits.allowance(held(40), 60).unwrap(), 60);
        for (bytes, more) in [(40, 61), (100, 0), (500, 0)] {
            assert!(
                matches!(limits.allowance(held(bytes), more), Err(UploadRefused::Quota)),
                "{bytes} {more}"
            );
        }
        let many = Held { bytes: 0, files: Held::MOST_FILES };
        assert!(matches!(limits.allowance(many, 0), Err(UploadRefused::Quota)));
    }
}
