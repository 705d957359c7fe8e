//! The file object before and since the date that gave it a new shape (section 8).

use profile_domain::users::{Upload, UploadStatus, VersionDate, Visibility, fields};
use profile_ports::Purpose;
use profile_usecases::Ports;
use schemars::JsonSchema;
use serde::Serialize;

use super::{get_content::content_url, parameter::file_id, response::moment};

/// The first date of the newer shape, in which files are also private unless the request says otherwise.
const NEWER_SINCE: &str = "2026-08-21-1";

/// The media types of pictures, and some of other files: an upload may have any that an extension stands for.
pub(super) const MEDIA_TYPES: [&str; 7] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "text/plain",
    "application/pdf",
    "application/octet-stream",
];

fn is_newer(version: VersionDate) -> bool {
    version.is_since(NEWER_SINCE)
}

/// Returns who may read a file if the request does not say.
pub(super) fn default_visibility(version: VersionDate) -> Visibility {
    if is_newer(version) { Visibility::Private } else { Visibility::Public }
}

/// A file, in the shape of the version.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "UserFile")]
pub(super) enum File {
    Newer(NewerFile),
    Older(OlderFile),
}

/// At Api-Version-Date 2026-08-21-1 or later.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserFile_2026_08_21_1")]
pub(super) struct NewerFile {
    #[schemars(schema_with = "file_id")]
    id: String,
    #[schemars(extend("enum" = ["file"]))]
    object: &'static str,
    /// Names the file at its first attachment; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    direct_upload_id: Option<String>,
    #[schemars(length(min = 1, max = fields::FILENAME.max_chars()))]
    filename: String,
    content_type: String,
    /// Bytes; null until the file is ready.
    size: Option<u64>,
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
    #[schemars(extend("enum" = STATUSES))]
    upload_status: &'static str,
    #[schemars(extend("enum" = VISIBILITIES))]
    visibility: &'static str,
    /// Where its bytes are; null until the file is ready.
    #[schemars(extend("format" = "uri"))]
    url: Option<String>,
    /// Always false.
    removed_by_moderation: bool,
    blurhash: (),
    width: (),
    height: (),
    duration_seconds: (),
    waveform_url: (),
    multipart_chunk_size: (),
    multipart_upload_id: (),
    multipart_upload_urls: (),
    /// Where its bytes are sent to, by PUT; null but in the answer to its creation.
    #[schemars(extend("format" = "uri"))]
    upload_url: Option<String>,
    /// What is sent along with the bytes; null but in the answer to its creation.
    upload_headers: Option<UploadHeaders>,
}

/// Before Api-Version-Date 2026-08-21-1.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserFile_2025_01_01")]
pub(super) struct OlderFile {
    #[schemars(schema_with = "file_id")]
    id: String,
    /// Names the file at its first attachment; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    direct_upload_id: Option<String>,
    #[schemars(extend("enum" = STATUSES))]
    upload_status: &'static str,
    #[schemars(length(min = 1, max = fields::FILENAME.max_chars()))]
    filename: String,
    content_type: String,
    /// Bytes, as text; null until the file is ready.
    #[schemars(regex(pattern = "^[0-9]+$"))]
    size: Option<String>,
    /// Where its bytes are; null until the file is ready.
    #[schemars(extend("format" = "uri"))]
    url: Option<String>,
    #[schemars(extend("enum" = VISIBILITIES))]
    visibility: &'static str,
    /// Where its bytes are sent to, by PUT; null but in the answer to its creation.
    #[schemars(extend("format" = "uri"))]
    upload_url: Option<String>,
    /// What is sent along with the bytes; null but in the answer to its creation.
    upload_headers: Option<UploadHeaders>,
}

/// The headers of the request that sends the bytes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserFileUploadHeaders")]
struct UploadHeaders {
    #[serde(rename = "Content-Type")]
    content_type: String,
}

/// The states that are shown; a removed file is not.
const STATUSES: [&str; 4] = [
    UploadStatus::Pending.name(),
    UploadStatus::Processing.name(),
    UploadStatus::Ready.name(),
    UploadStatus::Failed.name(),
];
const VISIBILITIES: [&str; 2] = [Visibility::Public.name(), Visibility::Private.name()];

impl File {
    /// The file as `version` shows it; `is_new` adds what only the answer to its creation has.
    pub(super) fn new(
        upload: &Upload,
        version: VersionDate,
        ports: &Ports,
        public_url: &str,
        is_new: bool,
    ) -> Self {
        let status = upload.status_at(ports.clock.now());
        let is_ready = status == UploadStatus::Ready;
        let token = upload.token.as_str();
        let id = upload.id.as_str().to_owned();
        let direct_upload_id = is_new.then(|| token.to_owned());
        let filename = upload.filename.as_str().to_owned();
        let content_type = upload.content_type.clone();
        let size = upload.size.filter(|_| is_ready);
        let url = is_ready.then(|| content_url(upload, ports, public_url));
        let (upload_status, visibility) = (status.name(), upload.visibility.name());
        let upload_url = is_new.then(|| {
            let seal = ports.keyed_hash.hash(Purpose::UploadAddress, token);
            format!("{public_url}/uploads/{token}?sig={seal}")
        });
        let upload_headers = is_new.then(|| UploadHeaders { content_type: content_type.clone() });
        if !is_newer(version) {
            return Self::Older(OlderFile {
                id,
                direct_upload_id,
                upload_status,
                filename,
                content_type,
                size: size.map(|size| size.to_string()),
                url,
                visibility,
                upload_url,
                upload_headers,
            });
        }
        Self::Newer(NewerFile {
            id,
            object: "file",
            direct_upload_id,
            filename,
            content_type,
            size,
            created_at: moment(upload.created_at),
            upload_status,
            visibility,
            url,
            removed_by_moderation: false,
            blurhash: (),
            width: (),
            height: (),
            duration_seconds: (),
            waveform_url: (),
            multipart_chunk_size: (),
            multipart_upload_id: (),
            multipart_upload_urls: (),
            upload_url,
            upload_headers,
        })
    }
}
