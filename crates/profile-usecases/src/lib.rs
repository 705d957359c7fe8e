//! What the service does, one story per file: find, decide, apply, commit.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod account;
mod checkpointer;
pub mod client;
mod collect;
pub mod console;
mod copy_media;
mod copy_store;
pub mod delivery;
mod expire_changes;
mod feed_hub;
mod feed_watcher;
mod media;
pub mod operator;
mod peers;
mod picture_queue;
mod ports;
mod record_media;
mod refusal;
mod search_changes;
mod search_follower;
pub mod sweep;
pub mod tenant;
mod tries;
mod turns;
mod upload_limits;
pub mod users;
mod verify;
mod verify_checkpoints;
mod verify_media;
mod write;

pub use checkpointer::{Checkpointed, Checkpointer};
pub use collect::{Collected, collect_media};
pub use copy_media::{MediaCopied, copy_media};
pub use copy_store::{CopyError, StoreCopied, copy_store};
pub use expire_changes::{Expired, ExpiryWalk};
pub use feed_hub::FeedHub;
pub use feed_watcher::watch_feed;
pub use media::rendition_file;
pub use peers::Peers;
pub use ports::{IMPORT, Ports, RequestOrigin};
pub use record_media::{RecordMedium, record_media};
pub use refusal::Refusal;
pub use search_follower::{Followed, SearchFollower, rebuild_search};
pub use turns::Turns;
pub use upload_limits::{UploadLimits, UploadRefused, UploadSlot, begin_upload};
pub use verify::{Finding, Problem, Verified, verify};
pub use verify_checkpoints::{CheckpointFault, verify_checkpoints, verify_stored_checkpoints};
pub use verify_media::verify_media;
pub use write::{Next, OnceError, Seen, WriteError, Written};
