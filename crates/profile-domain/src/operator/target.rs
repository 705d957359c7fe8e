//! What the target of a subscription and the headers of its requests may be (operator API page, section 10).

use std::net::IpAddr;

use url::{Host, Url};

use crate::outbound::AllowedTargets;

/// Most characters of a URL.
pub const MAX_URL_CHARS: usize = 2048;
/// Most headers of a subscription.
pub const MAX_HEADERS: usize = 10;
/// Most characters of a header's value.
pub const MAX_HEADER_CHARS: usize = 1024;
/// Most characters of a header's name.
const MAX_HEADER_NAME_CHARS: usize = 1024;

/// Headers that the service, or the connection, sets.
const RESERVED: [&str; 11] = [
    "host",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
const RESERVED_PREFIXES: [&str; 2] = ["content-", "webhook-"];

/// Why a URL or a header is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It has too many characters.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// It is no `https` URL of a host without user and fragment, or no header of HTTP.
    #[error("is malformed")]
    Malformed,
    /// It is an address that the service may not connect to, or a header that the service sets itself.
    #[error("is not allowed")]
    Forbidden,
}

/// Checks what a URL itself tells; where a name leads to is checked at each attempt.
///
/// # Errors
/// [`TargetError`].
///
/// # Examples
/// ```
/// use profile_domain::{operator::{TargetError, check_url}, outbound::AllowedTargets};
///
/// let check = |url| check_url(url, &AllowedTargets::Public);
/// assert_eq!(check("https://hook.example/changes?token=a"), Ok(()));
/// assert_eq!(check("https://hook.example/#part"), Err(TargetError::Malformed));
/// assert_eq!(check("https://127.0.0.1/"), Err(TargetError::Forbidden));
/// ```
pub fn check_url(text: &str, targets: &AllowedTargets) -> Result<(), TargetError> {
    if text.chars().count() > MAX_URL_CHARS {
        return Err(TargetError::TooLong(MAX_URL_CHARS));
    }
    // The parser drops these without a word.
    if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err(TargetError::Malformed);
    }
    let url = Url::parse(text).map_err(|_| TargetError::Malformed)?;
    let is_scheme = url.scheme() == "https" || (url.scheme() == "http" && targets.allow_plain_http());
    if !is_scheme || has_user(text) || url.fragment().is_some() {
        return Err(TargetError::Malformed);
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
        Some(Host::Domain(name)) if !name.is_empty() => None,
        Some(Host::Domain(_)) | None => return Err(TargetError::Malformed),
    };
    let is_allowed = literal.is_none_or(|address| targets.allow_address(address));
    if is_allowed { Ok(()) } else { Err(TargetError::Forbidden) }
}

/// Returns whether a URL names a user, be it the empty one.
fn has_user(url: &str) -> bool {
    let authority = url.split_once(':').map_or("", |(_, rest)| rest.trim_start_matches(['/', '\\']));
    let end = authority.find(['/', '\\', '?', '#']).unwrap_or(authority.len());
    authority.find('@').is_some_and(|at| at < end)
}

/// Checks the name of a header that a subscription adds to its requests.
///
/// # Errors
/// [`TargetError`].
///
/// # Examples
/// ```
/// use profile_domain::operator::{TargetError, check_header_name};
///
/// assert_eq!(check_header_name("X-Token"), Ok(()));
/// assert_eq!(check_header_name("Content-Type"), Err(TargetError::Forbidden));
/// ```
pub fn check_header_name(name: &str) -> Result<(), TargetError> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(TargetError::Malformed);
    }
    if name.len() > MAX_HEADER_NAME_CHARS {
        return Err(TargetError::TooLong(MAX_HEADER_NAME_CHARS));
    }
    let name = name.to_ascii_lowercase();
    let is_reserved =
        RESERVED.contains(&name.as_str()) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    if is_reserved { Err(TargetError::Forbidden) } else { Ok(()) }
}

/// Checks the value of such a header: visible ASCII, with spaces between.
///
/// # Errors
/// [`TargetError`].
pub fn check_header_value(value: &str) -> Result<(), TargetError> {
    if value.chars().count() > MAX_HEADER_CHARS {
        return Err(TargetError::TooLong(MAX_HEADER_CHARS));
    }
    let is_visible = value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && value.trim() == value;
    if is_visible { Ok(()) } else { Err(TargetError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MALFORMED: Result<(), TargetError> = Err(TargetError::Malformed);
    const FORBIDDEN: Result<(), TargetError> = Err(TargetError::Forbidden);

    #[test]
    fn targets_are_https_urls_without_user_and_fragment() {
        let long = format!("https://hook.example/{}", "a".repeat(MAX_URL_CHARS - 21));
        for url in ["https://hook.example", "HTTPS://Hook.Example:8443/a@b?c=@", "https://8.8.8.8/", &long] {
            assert_eq!(check_url(url, &AllowedTargets::Public), Ok(()), "{url}");
        }
        for url in [
            "",
            "hook.example",
            "http://hook.example/",
            "ftp://hook.example/",
            "https://",
            "https://user@hook.example/",
            "https://user:word@hook.example/",
            "https://@hook.example/",
            "https:\\\\user@hook.example/",
            "https://hook.example/#",
            "https://hook.example/#part",
            " https://hook.example/",
            "https://hook.example/\n",
            "https://hook.example/a b",
        ] {
            assert_eq!(check_url(url, &AllowedTargets::Public), MALFORMED, "{url}");
        }
        let longer = format!("{long}a");
        assert_eq!(check_url(&longer, &AllowedTargets::Public), Err(TargetError::TooLong(MAX_URL_CHARS)));
        assert_eq!(check_url("http://hook.example/", &AllowedTargets::Any), Ok(()));
    }

    #[test]
    fn addresses_are_checked_in_every_form_that_is_resolved_by_nobody() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f000001",
            "2130706433",
            "169.254.169.254",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::a00:1]",
            "100.64.0.1",
        ] {
            let url = format!("https://{host}/");
            assert_eq!(check_url(&url, &AllowedTargets::Public), FORBIDDEN, "{host}");
            assert_eq!(check_url(&url, &AllowedTargets::Any), Ok(()), "{host}");
        }
        let some = AllowedTargets::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(check_url("https://10.0.0.1/", &some), Ok(()));
        assert_eq!(check_url("http://10.0.0.1/", &some), MALFORMED);
        assert_eq!(check_url("https://192.168.0.1/", &some), FORBIDDEN);
    }

    #[test]
    fn headers_are_those_that_nobody_else_sets() {
        for name in ["X-Token", "Authorization", "contentment", "webhook", "x"] {
            assert_eq!(check_header_name(name), Ok(()), "{name}");
        }
        for name in ["Host", "USER-AGENT", "content-length", "Webhook-Id", "TE", "Connection", "upgrade"] {
            assert_eq!(check_header_name(name), FORBIDDEN, "{name}");
        }
        for name in ["", "a b", "a:b", "é", "a\n"] {
            assert_eq!(check_header_name(name), MALFORMED, "{name}");
        }
        assert_eq!(check_header_value(&"v".repeat(MAX_HEADER_CHARS)), Ok(()));
        let long = "v".repeat(MAX_HEADER_CHARS + 1);
        assert_eq!(check_header_value(&long), Err(TargetError::TooLong(MAX_HEADER_CHARS)));
        for value in ["a\r\nb: c", "é", " a", "a\t"] {
            assert_eq!(check_header_value(value), MALFORMED, "{value:?}");
        }
    }
}
