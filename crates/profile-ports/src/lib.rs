//! What the profile service asks of the outside world, as traits; adapters implement them, use cases call them.
//!
//! Each promise is written where it is made, and `profile-testkit` has a test for it that every adapter runs.
#![deny(missing_docs)]

mod balances;
pub mod change_log;
mod clock;
pub mod columns;
mod commit;
mod database;
mod error;
mod identity;
mod ids;
mod images;
mod media;
mod replies;
mod repositories;

pub use balances::Balances;
pub use clock::Clock;
pub use commit::Commit;
pub use database::{Database, NotDurable};
pub use error::{CommitError, Source, Unavailable};
pub use identity::{AccountIdentity, KeyedHash, TokenRefused, UsersIdentity};
pub use ids::Ids;
pub use images::{ImageFault, Images, Rendition};
pub use media::{ByteRange, Media, MediaStream, MediaWriter};
pub use replies::{Replies, Reply, ReplyKey, Reserved};
pub use repositories::{
    Accounts, Businesses, Changes, Customers, Files, Persons, Pool, Store, Uploads, Users,
};
