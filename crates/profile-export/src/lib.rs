//! Exports a person or everything as a zip archive.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod archive;
mod contents;
mod error;
mod manifest;
mod person_changes;

pub use contents::{Exported, export};
pub use error::ExportError;
