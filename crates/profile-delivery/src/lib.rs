//! Delivery of changes: to webhooks over HTTP, signed and to allowed addresses only, and to a stream of NATS.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod answer;
mod client;
mod failure;
mod nats;
mod resolver;
mod sender;
mod signature;

pub use client::{ClientError, ClientOptions};
pub use nats::{NatsAddress, NatsAddressError, NatsStream};
pub use resolver::{Lookup, SystemLookup};
pub use sender::HttpSender;
