//! What the header of a token may say.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Header;

use crate::members;

/// The types of OAuth access tokens (RFC 9068), with and without the part that media types may leave out.
const ACCESS_TOKEN: [&str; 2] = ["at+jwt", "application/at+jwt"];

/// Reads the header of `token`; `None` if it asks for anything that is not done here.
pub(crate) fn read(token: &str, access_token_types: bool) -> Option<Header> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    let accepted = match header.typ.as_deref() {
        None => true,
        Some(kind) if kind.eq_ignore_ascii_case("JWT") => true,
        Some(kind) => {
            access_token_types && ACCESS_TOKEN.iter().any(|accepted| kind.eq_ignore_ascii_case(accepted))
        }
    };
    (accepted && !is_critical(token)?).then_some(header)
}

/// Whether the header has a `crit`. The library reads `"crit": null` as if it were not there; but no extension is known
/// here, and an empty list is not allowed, so that the name alone says that the token must be refused (RFC 7515, 4.1.11).
fn is_critical(token: &str) -> Option<bool> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    Some(members::literals(std::str::from_utf8(&header).ok()?)?.contains_key("crit"))
}
