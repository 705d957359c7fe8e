//! Media bytes on a local disk or in an S3 bucket, through `object_store`, and renditions of pictures.

mod images;
mod location;
mod store;

pub use images::ImageRenderer;
pub use location::{Location, LocationError};
pub use store::ObjectMedia;
