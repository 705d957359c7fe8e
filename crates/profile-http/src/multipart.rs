//! Forms: read part by part, at the pace of uploads and within a limit.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpRequest, error::PayloadError, http::header::CONTENT_DISPOSITION, web::Payload};
use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::{
    body_deadline::paced_upload,
    headers::{content_length, media_type},
};

/// Why a form cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    /// The content type is another one.
    MediaType,
    /// The whole body is larger than the limit.
    TooLarge,
    /// The body did not arrive in time, or not to its end.
    Slow,
    /// The body is not a form.
    Damaged,
}

impl From<MultipartError> for FormError {
    fn from(error: MultipartError) -> Self {
        match error {
            MultipartError::Payload(PayloadError::Overflow) => Self::TooLarge,
            MultipartError::Payload(PayloadError::Incomplete(None)) => Self::Slow,
            _ => Self::Damaged,
        }
    }
}

/// Rejects a form by its headers, before any of its body is read.
pub(crate) fn check_headers(request: &HttpRequest, limit: u64) -> Result<(), FormError> {
    if content_length(request.headers()).is_some_and(|length| length > limit) {
        return Err(FormError::TooLarge);
    }
    if media_type(request.headers()).as_deref() != Some("multipart/form-data") {
        return Err(FormError::MediaType);
    }
    Ok(())
}

/// A form that is being read.
pub(crate) struct Form(Multipart);

impl Form {
    /// Begins to read a form whose body has at most `limit` bytes.
    pub(crate) fn read(request: &HttpRequest, payload: Payload, limit: u64) -> Self {
        Self(Multipart::new(request.headers(), paced_upload(payload, limit)))
    }

    /// Returns the next part, whose bytes must be read before the one after it.
    pub(crate) async fn next_part(&mut self) -> Result<Option<Part>, FormError> {
        Ok(self.0.next().await.transpose()?.map(Part))
    }
}

/// A part of a form.
pub(crate) struct Part(Field);

impl Part {
    pub(crate) fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// Returns the next bytes of the part.
    pub(crate) async fn next_piece(&mut self) -> Result<Option<Bytes>, FormError> {
        Ok(self.0.next().await.transpose()?)
    }

    /// Returns the name that the client gives the file, as it was sent: a backslash belongs to the name, unless a quote is
    /// behind it. (The framework drops every backslash, and with it the border between folder and file.)
    pub(crate) fn file_name(&self) -> Option<String> {
        let header = self.0.headers().get(CONTENT_DISPOSITION)?;
        if let Some(name) = parameter(std::str::from_utf8(header.as_bytes()).ok()?, "filename") {
            return Some(name);
        }
        let extended = self.0.content_disposition()?.get_filename_ext()?;
        Some(String::from_utf8_lossy(&extended.value).into_owned())
    }
}

/// A parameter of a header: `; name=token` or `; name="text"`.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, value) = rest.split_once('=')?;
        let (value, behind) = match value.trim_start().strip_prefix('"') {
            Some(text) => quoted(text),
            None => match value.split_once(';') {
                Some((token, behind)) => (token.trim().to_owned(), behind),
                None => (value.trim().to_owned(), ""),
            },
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = behind;
    }
}

/// The text up to its closing quote, and what stands behind the next semicolon.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '"' => break,
            '\\' if rest.as_str().starts_with('"') => {
                value.push('"');
                rest.next();
            }
            letter => value.push(letter),
        }
    }
    (value, rest.as_str().split_once(';').map_or("", |(_, behind)| behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_read_as_they_were_sent() {
        for (header, name) in [
            (r#"form-data; name="file"; filename="a.png""#, Some("a.png")),
            (r#"form-data; name="file"; filename="C:\Users\me\a.png""#, Some(r"C:\Users\me\a.png")),
            (r#"form-data; name="file"; filename="..\..\a.png""#, Some(r"..\..\a.png")),
            (r#"form-data; filename="a \"b\".png"; name="file""#, Some(r#"a "b".png"#)),
            (r#"form-data; name="a; filename=b"; filename="c;d.png""#, Some("c;d.png")),
            ("form-data; name=file; FileName=a.png", Some("a.png")),
            (r#"form-data; name="file"; filename="""#, Some("")),
            (r#"form-data; name="file"; filename="é.png"#, Some("é.png")),
            (r#"form-data; name="file"; filename*=UTF-8''a.png"#, None),
            (r#"form-data; name="file""#, None),
            ("form-data", None),
        ] {
            assert_eq!(parameter(header, "filename").as_deref(), name, "{header}");
        }
    }
}
