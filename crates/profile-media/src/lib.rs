//! Media bytes on a local disk or in an S3 bucket, through `object_store`.

mod location;
mod store;

pub use location::{Location, LocationError};
pub use store::ObjectMedia;
