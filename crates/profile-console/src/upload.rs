//! The form of an import: a file of rows, which goes to a temporary file as it arrives, and the fields beside it.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpRequest, error::PayloadError, http::header::CONTENT_LENGTH, web};
use futures_util::StreamExt as _;
use profile_import::Source;
use profile_ports::Chain;

use crate::{Console, error::PageError, form::Form};

/// Most bytes of a file (operator API page, section 13).
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;
/// Most bytes of everything beside the file.
const MAX_OTHER_BYTES: u64 = 64 * 1024;

/// What somebody wants to import.
pub(crate) struct UploadedRows {
    /// The fields beside the file.
    pub(crate) form: Form,
    /// The rows; `None` if no file was chosen.
    pub(crate) source: Option<Source>,
}

impl UploadedRows {
    /// Reads the form to its end.
    pub(crate) async fn receive(
        request: &HttpRequest,
        payload: web::Payload,
        console: &Console,
    ) -> Result<Self, PageError> {
        let most = MAX_FILE_BYTES + MAX_OTHER_BYTES;
        let length =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > most) {
            return Err(PageError::FileTooLarge);
        }
        let mut parts = Multipart::new(request.headers(), (console.upload)(payload, most));
        let (mut fields, mut source) = (Vec::new(), None);
        while let Some(part) = parts.next().await {
            let mut part = part.map_err(|error| fault(&error))?;
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                source = rows(&mut part).await?;
            } else {
                fields.push((name, text(&mut part).await?));
            }
        }
        Ok(Self { form: Form::of_pairs(fields), source })
    }
}

/// Copies the rows to a file, as they are read several times; `None` if there are none.
async fn rows(part: &mut Field) -> Result<Option<Source>, PageError> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        tracing::error!(error = %Chain(error), "the rows of an import cannot be stored");
        PageError::Unavailable
    };
    let mut arriving = Source::arriving().map_err(|error| failed(&error))?;
    let mut arrived = 0_u64;
    while let Some(piece) = part.next().await {
        let piece = piece.map_err(|error| fault(&error))?;
        arrived += piece.len() as u64;
        if arrived > MAX_FILE_BYTES {
            return Err(PageError::FileTooLarge);
        }
        // Pieces are small, and go to the memory of the system first.
        arriving.write(&piece).map_err(|error| failed(&error))?;
    }
    let source = arriving.finish().map_err(|error| failed(&error))?;
    Ok((arrived > 0).then_some(source))
}

async fn text(part: &mut Field) -> Result<String, PageError> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.next().await {
        bytes.extend_from_slice(&piece.map_err(|error| fault(&error))?);
        if bytes.len() as u64 > MAX_OTHER_BYTES {
            return Err(PageError::TooLarge);
        }
    }
    String::from_utf8(bytes).map_err(|_| PageError::Form)
}

fn fault(error: &MultipartError) -> PageError {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => PageError::FileTooLarge,
        _ => PageError::Form,
    }
}
