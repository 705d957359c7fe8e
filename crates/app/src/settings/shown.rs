//! Settings as they may be shown: without secrets.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret as _;

use super::{Effective, Kind, Settings};

pub(super) fn shown(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Plain => text.to_owned(),
        Kind::Url => shown_url(text),
        Kind::Secret => "(set)".to_owned(),
    }
}

/// Whether what stands before the place can be a password, or a token, without a user.
fn is_user_secret(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    scheme.starts_with("http") || matches!(scheme.as_str(), "nats" | "tls")
}

/// Scheme, user and place. A password can stand before the place or behind the question mark; of a web address and of NATS the
/// user alone can be one.
pub(super) fn shown_url(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (credentials, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let place = place.split(['?', '#']).next().unwrap_or_default();
    match credentials.split_once(':') {
        _ if is_user_secret(scheme) && !credentials.is_empty() => {
            format!("{scheme}://***@{place}")
        }
        Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
        None if credentials.is_empty() => format!("{scheme}://{place}"),
        None => format!("{scheme}://{credentials}@{place}"),
    }
}

/// Whether a URL holds a password, before its place or among its parameters, or a token of NATS.
pub(super) fn has_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_nats = matches!(scheme.to_ascii_lowercase().as_str(), "nats" | "tls");
    let before = rest.rsplit_once('@').is_some_and(|(credentials, _)| is_nats || credentials.contains(':'));
    before || rest.split_once('?').is_some_and(|(_, query)| query.to_lowercase().contains("password="))
}

/// Returns the address of a database without its password, for messages.
pub(crate) fn shown_database(url: &str) -> String {
    if url.contains("://") { shown_url(url) } else { "(not a URL)".to_owned() }
}

impl Settings {
    /// The database's address without its password, for messages.
    #[must_use]
    pub fn shown_database_url(&self) -> String {
        shown_database(self.general.database_url.expose_secret())
    }

    /// The media store's address without its password, for messages.
    #[must_use]
    pub fn shown_media_url(&self) -> String {
        shown_url(&self.general.media_url)
    }

    /// The file of the embedded database, if it is one.
    #[must_use]
    pub fn embedded_path(&self) -> Option<PathBuf> {
        let path = self.general.database_url.expose_secret().strip_prefix("sqlite://")?;
        (!path.is_empty()).then(|| Path::new(path).to_owned())
    }
}

/// What is set, without secrets.
impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |Effective { name, value, default }: &Effective| {
            (name.clone(), value.as_ref().map_or_else(|| format!("({default})"), |(value, _)| value.clone()))
        };
        out.debug_map().entries(self.effective.iter().map(shown)).finish()
    }
}
