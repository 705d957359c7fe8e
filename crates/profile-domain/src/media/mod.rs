//! Stored media files: formats, records, references to them, and which of them may serve as an account's avatar.

mod client_name;
mod edit;
mod file;
mod format;
mod reference;

pub use client_name::{base_name, extension_of};
pub use file::{AVATAR_MAX_BYTES, AVATAR_PURPOSE, MediaFile, Scope, fields};
pub use format::ImageFormat;
pub use reference::FileReference;
