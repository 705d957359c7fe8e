//! The file object before and since the date that gave it a new shape (section 8).

use chrono::SecondsFormat;
use profile_domain::users::{Upload, UploadStatus, VersionDate, Visibility};
use profile_ports::Purpose;
use profile_usecases::Core;
use serde_json::{Map, Value, json};

use super::get_content::content_url;

/// The first date of the newer shape, in which files are also private where nothing else is asked for.
const NEWER_SINCE: &str = "2026-08-21-1";

pub(super) fn is_newer(version: VersionDate) -> bool {
    version.is_since(NEWER_SINCE)
}

/// Who may read a file where the request does not say.
pub(super) fn default_visibility(version: VersionDate) -> Visibility {
    if is_newer(version) { Visibility::Private } else { Visibility::Public }
}

/// The file as `version` shows it; `is_new` adds what only its creation answers.
pub(super) fn file(
    upload: &Upload,
    version: VersionDate,
    core: &Core,
    public_url: &str,
    is_new: bool,
) -> Map<String, Value> {
    let status = upload.status_at(core.clock.now());
    let ready = status == UploadStatus::Ready;
    let size = upload.size.filter(|_| ready);
    let url = ready.then(|| content_url(upload, core, public_url));
    let token = upload.token.as_str();
    let seal = || core.keyed_hash.hash(Purpose::UploadAddress, token);
    let address = || format!("{public_url}/uploads/{token}?sig={}", seal());
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("id", json!(upload.id.as_str()));
    if is_newer(version) {
        put("object", json!("file"));
    }
    if is_new {
        put("direct_upload_id", json!(token));
    }
    if is_newer(version) {
        put("filename", json!(upload.filename.as_str()));
        put("content_type", json!(upload.content_type));
        put("size", json!(size));
        put("created_at", json!(upload.created_at.to_rfc3339_opts(SecondsFormat::Millis, true)));
        put("upload_status", json!(status.name()));
        put("visibility", json!(upload.visibility.name()));
        put("url", json!(url));
        put("removed_by_moderation", json!(false));
        for unknown in ["blurhash", "width", "height", "duration_seconds", "waveform_url"] {
            put(unknown, Value::Null);
        }
        for unused in ["multipart_chunk_size", "multipart_upload_id", "multipart_upload_urls"] {
            put(unused, Value::Null);
        }
    } else {
        put("upload_status", json!(status.name()));
        put("filename", json!(upload.filename.as_str()));
        put("content_type", json!(upload.content_type));
        put("size", json!(size.map(|size| size.to_string())));
        put("url", json!(url));
        put("visibility", json!(upload.visibility.name()));
    }
    put("upload_url", is_new.then(address).map_or(Value::Null, Value::from));
    let headers = json!({ "Content-Type": upload.content_type });
    put("upload_headers", if is_new { headers } else { Value::Null });
    object
}
