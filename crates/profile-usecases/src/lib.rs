//! What the service does, one story per file: find, decide, apply, commit.
#![deny(missing_docs)]

pub mod account;
pub mod client;
mod collect;
mod media;
pub mod operator;
mod picture_queue;
mod ports;
mod refusal;
mod search_follower;
pub mod sweep;
pub mod tenant;
mod tries;
mod turns;
mod upload_limits;
pub mod users;
mod verify;
mod verify_media;
mod write;

pub use collect::{Collected, collect_media};
pub use media::rendition_file;
pub use ports::{IMPORT, Ports, RequestOrigin};
pub use refusal::Refusal;
pub use search_follower::{Followed, SearchFollower, rebuild_search};
pub use turns::Turns;
pub use upload_limits::{UploadLimits, UploadRefused, UploadSlot, begin_upload};
pub use verify::{Finding, Problem, Verified, verify};
pub use verify_media::verify_media;
pub use write::{Next, OnceError, Seen, WriteError, Written};
