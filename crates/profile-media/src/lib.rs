//! Media bytes on a local disk or in an S3 bucket, through `object_store`, and renditions of pictures.
//!
#![doc = include_str!("../README.md")]

mod breaker;
mod bucket;
mod folder;
mod images;
mod location;
mod store;
mod writer;

pub use images::ImageRenderer;
pub use location::{Location, LocationError};
pub use store::ObjectMedia;
