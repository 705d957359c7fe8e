//! The addresses of media that answers of several contracts show.

/// Returns the address at which anyone can read a rendition.
pub(crate) fn picture_url(rendition: &str, public_url: &str) -> String {
    format!("{public_url}/pictures/{rendition}")
}
