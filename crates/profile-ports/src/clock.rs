//! The time.

use chrono::{DateTime, Utc};

/// Tells the time; the only place that does, so that tests can fix it.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> DateTime<Utc>;
}
