//! A picture on a profile, and why an upload may be none (contract users, section 8).

use super::UploadId;
use crate::change::Value;

/// A picture on a profile: the upload it came from, and what is shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The upload.
    pub upload: UploadId,
    /// The name of its rendition, by which anyone may read it.
    pub rendition: String,
}

impl Picture {
    /// As change records keep it.
    pub(super) fn value(picture: Option<&Self>) -> Value {
        let object = |one: &Self| {
            Value::object([
                ("id", Value::word(one.upload.as_str())),
                ("rendition", Value::word(&one.rendition)),
            ])
        };
        picture.map_or(Value::Null, object)
    }
}

/// Why an upload cannot be a picture (contract users, section 10, rows 25 to 27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// There is none, it is somebody else's, or its one use is over; not said which.
    #[error("there is no such file")]
    NotFound,
    /// Its bytes are still waited for or looked at.
    #[error("the file is not ready yet")]
    NotReady,
    /// Its bytes or pixels were too many, or could not be read.
    #[error(
        "the file could not be processed: it is damaged, or it has more than 10 MiB or 50 megapixels, or takes more than \
         100 MiB of memory to be read"
    )]
    Failed,
    /// Its bytes are no JPEG, PNG, GIF or WebP.
    #[error("the file is not a JPEG, PNG, GIF or WebP image")]
    Unsupported,
    /// Its bytes did not come in time.
    #[error("the upload has expired")]
    Expired,
}
