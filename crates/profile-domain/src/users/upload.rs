//! Files that callers upload, and which of them may serve as a picture (contract users, section 8).

use chrono::{DateTime, TimeDelta, Utc};

use super::{Picture, PictureFault, UploadId, UploadOwner, UploadStatus, Visibility, fields};
use crate::{PersonId, Text, change::Value, field::Field, media::ImageFormat};

/// Most bytes of a picture, and of any upload.
pub const PICTURE_MAX_BYTES: u64 = 10 * 1024 * 1024;
/// How long the bytes of an upload are waited for.
pub const UPLOAD_LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// An uploaded file, or one on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Never reused.
    pub id: UploadId,
    /// Counts from 1.
    pub version: i64,
    /// Whose it is.
    pub owner: UploadOwner,
    /// The person of the user whose it is; nobody, for a business, an app, and a user without a profile.
    pub person: Option<PersonId>,
    /// The unguessable name under which the bytes are sent and under which it is attached the first time.
    pub token: Text,
    /// The client's name for it.
    pub filename: Text,
    /// The media type that its name stands for.
    pub content_type: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// When it was announced.
    pub created_at: DateTime<Utc>,
    /// How far it has come; see [`Upload::status_at`].
    pub status: UploadStatus,
    /// Bytes, once they are there.
    pub size: Option<u64>,
    /// The name of the bytes in the media store.
    pub content: Option<String>,
    /// The name of its rendition, if it is a picture.
    pub rendition: Option<String>,
    /// When it was last attached to a profile.
    pub attached_at: Option<DateTime<Utc>>,
}

impl Upload {
    /// The first moment at which its bytes are no longer taken.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.created_at.checked_add_signed(UPLOAD_LIFETIME).unwrap_or(self.created_at)
    }

    fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.status == UploadStatus::Pending && now >= self.expires_at()
    }

    /// The status as it shows: an upload whose bytes did not come in time has failed.
    #[must_use]
    pub fn status_at(&self, now: DateTime<Utc>) -> UploadStatus {
        if self.is_expired(now) { UploadStatus::Failed } else { self.status }
    }

    /// Whether the file promises, by its name or its first bytes, to be a picture; then it must be one.
    #[must_use]
    pub fn promises_picture(&self, head: &[u8]) -> bool {
        ImageFormat::ALL.iter().any(|format| format.signs(head) || format.content_type() == self.content_type)
    }

    /// The picture that it is for `owner`.
    ///
    /// # Errors
    /// [`PictureFault`].
    pub fn as_picture(&self, owner: &UploadOwner, now: DateTime<Utc>) -> Result<Picture, PictureFault> {
        if self.owner != *owner {
            return Err(PictureFault::NotFound);
        }
        match self.status {
            UploadStatus::Pending if self.is_expired(now) => Err(PictureFault::Expired),
            UploadStatus::Pending | UploadStatus::Processing => Err(PictureFault::NotReady),
            UploadStatus::Failed => Err(PictureFault::Failed),
            UploadStatus::Removed => Err(PictureFault::NotFound),
            UploadStatus::Ready => match &self.rendition {
                Some(rendition) => Ok(Picture { upload: self.id.clone(), rendition: rendition.clone() }),
                None => Err(PictureFault::Unsupported),
            },
        }
    }

    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 11] {
        let Self {
            id: _,
            version: _,
            person: _,
            owner,
            token,
            filename,
            content_type,
            visibility,
            created_at,
            status,
            size,
            content,
            rendition,
            attached_at,
        } = self;
        let optional = |word: &Option<String>| word.as_deref().map_or(Value::Null, Value::word);
        let size = size.and_then(|size| i64::try_from(size).ok());
        [
            (fields::UPLOAD_OWNER, Value::word(owner.as_str())),
            (fields::UPLOAD_TOKEN, Value::Text(token.clone())),
            (fields::FILENAME, Value::Text(filename.clone())),
            (fields::CONTENT_TYPE, Value::word(content_type)),
            (fields::VISIBILITY, Value::word(visibility.name())),
            (fields::UPLOAD_CREATED_AT, Value::moment(*created_at)),
            (fields::UPLOAD_STATUS, Value::word(status.name())),
            (fields::UPLOAD_SIZE, size.map_or(Value::Null, Value::Integer)),
            (fields::CONTENT, optional(content)),
            (fields::RENDITION, optional(rendition)),
            (fields::ATTACHED_AT, attached_at.map_or(Value::Null, Value::moment)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(status: UploadStatus) -> Upload {
        Upload {
            id: UploadId::try_from("file_7dGhJkL3ZxCvB").unwrap(),
            version: 1,
            owner: UploadOwner::parse("biz_9QeRtYu2IoPlKj").unwrap(),
            person: None,
            token: Text::try_from("du_1").unwrap(),
            filename: Text::try_from("nora.png").unwrap(),
            content_type: "image/png".to_owned(),
            visibility: Visibility::Private,
            created_at: DateTime::UNIX_EPOCH,
            status,
            size: None,
            content: None,
            rendition: None,
            attached_at: None,
        }
    }

    #[test]
    fn what_may_be_a_picture() {
        let now = DateTime::UNIX_EPOCH;
        let owner = UploadOwner::parse("biz_9QeRtYu2IoPlKj").unwrap();
        let fault = |upload: Upload, now| upload.as_picture(&owner, now).unwrap_err();
        assert_eq!(fault(upload(UploadStatus::Pending), now), PictureFault::NotReady);
        assert_eq!(fault(upload(UploadStatus::Pending), now + UPLOAD_LIFETIME), PictureFault::Expired);
        assert_eq!(fault(upload(UploadStatus::Processing), now + UPLOAD_LIFETIME), PictureFault::NotReady);
        assert_eq!(fault(upload(UploadStatus::Failed), now), PictureFault::Failed);
        assert_eq!(fault(upload(UploadStatus::Removed), now), PictureFault::NotFound);
        assert_eq!(fault(upload(UploadStatus::Ready), now), PictureFault::Unsupported);
        let ready = Upload { rendition: Some("a.jpg".to_owned()), ..upload(UploadStatus::Ready) };
        assert_eq!(ready.as_picture(&owner, now).unwrap().rendition, "a.jpg");
        let other = UploadOwner::parse("user_4hTq81LmZp0Va").unwrap();
        assert_eq!(ready.as_picture(&other, now), Err(PictureFault::NotFound));
    }

    #[test]
    fn bytes_that_do_not_come_have_failed() {
        let now = DateTime::UNIX_EPOCH + UPLOAD_LIFETIME;
        assert_eq!(upload(UploadStatus::Pending).status_at(now), UploadStatus::Failed);
        assert_eq!(upload(UploadStatus::Ready).status_at(now), UploadStatus::Ready);
    }

    #[test]
    fn a_promise_is_in_the_name_or_in_the_bytes() {
        let named = upload(UploadStatus::Processing);
        let document = Upload { content_type: "application/pdf".to_owned(), ..named.clone() };
        assert!(named.promises_picture(b"anything"));
        assert!(!document.promises_picture(b"%PDF-1.7"));
        assert!(document.promises_picture(b"GIF89a"));
    }
}
