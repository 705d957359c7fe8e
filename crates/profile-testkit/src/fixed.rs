//! A clock that stands still until it is moved, and ids that count.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId,
    change::Salt,
    operator::{OperatorKeyId, SubscriptionId},
    users::{KeyId, UploadId},
};
use profile_ports::{Clock, Ids};
use tokio::time::Instant;
use uuid::{Builder, Uuid, Variant, Version};

/// The Unix second at which the clocks of conformance tests stand.
pub const COMMITTED_AT: i64 = 1_780_000_000;

/// The clock of a store in a conformance test.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock::at(COMMITTED_AT))
}

/// The ids of a store beside which others may write to the same database.
#[allow(clippy::disallowed_methods)] // stores of one database must not count alike
pub fn ids() -> Arc<dyn Ids> {
    Arc::new(CountingIds(AtomicU64::new(Uuid::new_v4().as_u64_pair().0)))
}

/// A clock that was at [`COMMITTED_AT`] at this instant and goes as tokio's time does, which a test may let pass at once.
pub struct PausedClock(pub Instant);

impl Clock for PausedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(COMMITTED_AT, 0).expect("a second within the calendar") + self.0.elapsed()
    }
}

/// A clock at a fixed Unix second.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `seconds`.
    pub fn at(seconds: i64) -> Self {
        Self(AtomicI64::new(seconds))
    }

    /// Moves the clock; a negative number turns it back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).expect("a second within the calendar")
    }
}

/// Ids that count from 1, in the versions that the port promises.
#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl CountingIds {
    fn next(&self, version: Version) -> Uuid {
        let count = u128::from(self.0.fetch_add(1, Ordering::SeqCst) + 1);
        Builder::from_u128(count).with_version(version).with_variant(Variant::RFC4122).into_uuid()
    }
}

impl Ids for CountingIds {
    fn person(&self) -> PersonId {
        PersonId(self.next(Version::SortRand))
    }

    fn random(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn salt(&self) -> Salt {
        Salt(self.next(Version::Random).into_bytes())
    }

    fn file(&self) -> Uuid {
        self.next(Version::Random)
    }

    fn api_key(&self) -> KeyId {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        KeyId::try_from(format!("apik_{count:014}").as_str()).expect("14 digits")
    }

    fn operator_key(&self) -> OperatorKeyId {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        OperatorKeyId::try_from(format!("opk_{count:014}").as_str()).expect("14 digits")
    }

    fn subscription(&self) -> SubscriptionId {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        SubscriptionId::try_from(format!("sub_{count:014}").as_str()).expect("14 digits")
    }

    fn webhook_secret(&self) -> [u8; 32] {
        let halves = [self.next(Version::Random), self.next(Version::Random)].map(Uuid::into_bytes);
        halves.concat().try_into().expect("two times 16 bytes")
    }

    fn api_key_secret(&self) -> String {
        format!("profile_{}", self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn upload(&self) -> UploadId {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        UploadId::try_from(format!("file_{count:014}").as_str()).expect("14 digits")
    }

    fn secret_name(&self) -> String {
        format!("secret{}", self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn request(&self) -> Uuid {
        self.next(Version::SortRand)
    }
}
