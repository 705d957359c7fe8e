//! What the profile service asks of the outside world, as traits; adapters implement them, use cases call them.
//!
//! Each promise is written where it is made, and `profile-testkit` has a test for it that every adapter runs.
#![deny(missing_docs)]

pub mod change_log;
mod clock;
pub mod columns;
mod commit;
mod database;
mod error;
mod identity;
mod ids;
mod media;
mod repositories;

pub use clock::Clock;
pub use commit::Commit;
pub use database::{Database, NotDurable};
pub use error::{CommitError, Source, Unavailable};
pub use identity::{AccountIdentity, ApiKeyHash, TokenRefused, UsersIdentity};
pub use ids::Ids;
pub use media::{ByteRange, Media, MediaStream, MediaWriter};
pub use repositories::{Accounts, Businesses, Changes, Customers, Files, Persons, Pool, Store, Users};
