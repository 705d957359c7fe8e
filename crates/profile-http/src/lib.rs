//! The HTTP side: one folder per contract, one file per endpoint, and what all of them share.

mod body;
pub mod contracts;
mod download;
mod endpoint;
mod form;
mod headers;
mod observe;
mod openapi;
mod pace;
mod rate;
mod server;
mod service;
mod state;

pub use actix_web::dev::ServerHandle;
pub use endpoint::Contract;
pub use openapi::document;
pub use rate::RateLimit;
pub use server::{Limits, bind};
pub use state::{ClientSettings, Documents, State};
