//! Style sheet and scripts: their paths name their content, so browsers keep them for good.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    sync::LazyLock,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY},
    web,
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use crate::error::PageError;

/// Bytes of a digest that tell versions of a file apart.
const DIGEST_BYTES: usize = 8;

/// A file that pages name.
struct Asset {
    path: String,
    digest: String,
    media_type: &'static str,
    bytes: &'static [u8],
    /// Not of pages: they have what others have typed beside what nobody else may read, and their size would tell about it.
    gzip: Option<Vec<u8>>,
}

impl Asset {
    fn new(name: &str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        let mut digest = String::new();
        for byte in Sha256::digest(bytes).iter().take(DIGEST_BYTES) {
            // Writing to a text cannot fail.
            write!(digest, "{byte:02x}").ok();
        }
        let path = format!("/console/assets/{digest}/{name}");
        Self { path, digest, media_type, bytes, gzip: compressed(bytes).ok() }
    }
}

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    [
        Asset::new("console.css", "text/css; charset=utf-8", include_bytes!("../assets/console.css")),
        Asset::new("console.js", script, include_bytes!("../assets/console.js")),
        Asset::new("htmx.js", script, include_bytes!("../assets/htmx-2.0.11.min.js")),
    ]
});

/// The paths of the style sheet and the scripts.
#[derive(Clone, Copy)]
pub(crate) struct AssetPaths {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) htmx: &'static str,
}

/// Returns the paths that pages name.
pub(crate) fn paths() -> AssetPaths {
    let [style, script, htmx] = &*ASSETS;
    AssetPaths { style: &style.path, script: &script.path, htmx: &htmx.path }
}

pub(crate) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/assets/{digest}/{name}").route(web::get().to(asset)));
}

async fn asset(request: HttpRequest) -> Result<HttpResponse, PageError> {
    let asset = ASSETS.iter().find(|asset| asset.path == request.path()).ok_or(PageError::NotFound)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.media_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((ETAG, format!("\"{}\"", asset.digest)))
        .insert_header((VARY, "Accept-Encoding"));
    let encodings = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let takes_gzip =
        encodings.is_some_and(|encodings| encodings.split(',').any(|encoding| encoding.trim() == "gzip"));
    Ok(match asset.gzip.as_deref().filter(|_| takes_gzip) {
        Some(gzip) => response.insert_header((CONTENT_ENCODING, "gzip")).body(gzip),
        None => response.body(asset.bytes),
    })
}
