//! The HTTP side: one folder per contract, one file per endpoint, and what all of them share.
//!
#![doc = include_str!("../README.md")]

mod body;
mod body_deadline;
mod connection;
pub mod contracts;
mod cors;
mod download;
mod endpoint;
mod failure;
mod field_schema;
mod headers;
mod links;
mod multipart;
mod not_ready;
mod observe;
mod open_calls;
mod openapi;
mod parameter;
mod proxies;
mod rate;
mod server;
mod service;
mod sockets;
mod state;
mod traffic;

pub use actix_server::{Server, ServerHandle};
pub use body_deadline::{Upload, paced_upload};
pub use contracts::operator::{ArchivePlace, CloudEvents};
pub use endpoint::Contract;
pub use not_ready::bind_not_ready;
pub use observe::{caller_address, note_key, request_id};
pub use open_calls::OpenCalls;
pub use openapi::document;
pub use proxies::TrustedProxies;
pub use rate::{RateLimit, SharedCounts, Wait};
pub use server::{Bound, Limits, Listen, Pages, bind};
pub use sockets::Sockets;
pub use state::{ClientSettings, Documents, OperatorSettings, State, Webhooks};
pub use traffic::{Calls, SLOT_SECONDS, Traffic};
