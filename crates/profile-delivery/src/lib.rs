//! Delivery of changes: to webhooks over HTTP, signed and to allowed addresses only.
#![deny(missing_docs)]

mod answer;
mod client;
mod failure;
mod resolver;
mod sender;
mod signature;

pub use client::{ClientError, ClientOptions};
pub use resolver::{Lookup, SystemLookup};
pub use sender::HttpSender;
