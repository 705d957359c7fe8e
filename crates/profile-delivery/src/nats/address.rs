//! Where the servers of NATS are, and who logs in there.

use std::{borrow::Cow, fmt, str::Utf8Error};

use async_nats::{ConnectOptions, ServerAddr};
use percent_encoding::percent_decode_str;
use url::Url;

/// The text is no address of NATS. It says nothing of the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT] or tls://…, and further servers behind commas")]
pub struct NatsAddressError;

/// The servers of NATS, and who logs in there.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsAddress {
    /// Without user, password or token.
    servers: Vec<ServerAddr>,
    login: Option<Login>,
}

#[derive(Clone, PartialEq, Eq)]
enum Login {
    User(String, String),
    Token(String),
}

/// Shows the servers alone.
impl fmt::Debug for NatsAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NatsAddress").field("servers", &self.servers).finish_non_exhaustive()
    }
}

impl NatsAddress {
    /// Reads `nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]`, with further servers behind commas; those without a scheme have that of
    /// the first. With `tls`, the connection is encrypted. User, password and token are percent-decoded, and the same everywhere.
    ///
    /// # Errors
    /// [`NatsAddressError`].
    pub fn parse(text: &str) -> Result<Self, NatsAddressError> {
        let (scheme, _) = text.split_once("://").ok_or(NatsAddressError)?;
        let mut address = Self { servers: Vec::new(), login: None };
        for part in text.split(',').map(str::trim) {
            let full: Cow<'_, str> =
                if part.contains("://") { part.into() } else { format!("{scheme}://{part}").into() };
            let mut url = Url::parse(&full).map_err(|_| NatsAddressError)?;
            let login = login_of(&url)?;
            if address.login.is_some() && login.is_some() && address.login != login {
                return Err(NatsAddressError);
            }
            address.login = address.login.or(login);
            url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| NatsAddressError)?;
            let is_plain =
                matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
            if !matches!(url.scheme(), "nats" | "tls") || !is_plain {
                return Err(NatsAddressError);
            }
            address.servers.push(ServerAddr::from_url(url).map_err(|_| NatsAddressError)?);
        }
        Ok(address)
    }

    pub(super) fn servers(&self) -> &[ServerAddr] {
        &self.servers
    }

    pub(super) fn login(&self, options: ConnectOptions) -> ConnectOptions {
        match self.login.clone() {
            None => options,
            Some(Login::User(user, password)) => options.user_and_password(user, password),
            Some(Login::Token(token)) => options.token(token),
        }
    }
}

fn login_of(url: &Url) -> Result<Option<Login>, NatsAddressError> {
    let decoded = |text: &str| -> Result<String, Utf8Error> {
        percent_decode_str(text).decode_utf8().map(Cow::into_owned)
    };
    let user = decoded(url.username()).map_err(|_| NatsAddressError)?;
    let password = url.password().map(decoded).transpose().map_err(|_| NatsAddressError)?;
    Ok(match password {
        Some(password) => Some(Login::User(user, password)),
        None => (!user.is_empty()).then_some(Login::Token(user)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_from_who_logs_in() {
        for (text, servers, login) in [
            ("nats://nats.internal", vec!["nats://nats.internal"], None),
            ("nats://a:4223,b:4224", vec!["nats://a:4223", "nats://b:4224"], None),
            (
                "tls://profile:s%40crEt%2F1@a:4223, tls://b",
                vec!["tls://a:4223", "tls://b"],
                Some(Login::User("profile".to_owned(), "s@crEt/1".to_owned())),
            ),
            ("nats://t0ken@[::1]:4222", vec!["nats://[::1]:4222"], Some(Login::Token("t0ken".to_owned()))),
        ] {
            let address = NatsAddress::parse(text).unwrap();
            let found: Vec<&str> = address.servers.iter().map(ServerAddr::as_url_str).collect();
            assert_eq!(found, servers, "{text}");
            assert!(address.login == login, "{text}");
            assert!(!format!("{address:?}").contains("crEt") && !format!("{address:?}").contains("t0ken"));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "nats.internal:4222",
            "http://a",
            "ws://a",
            "nats://",
            "nats://a,",
            "nats://a/stream",
            "nats://a?tls=1",
            "nats://u:p@a,v:p@b",
            "nats://u:%ff@a",
        ] {
            assert_eq!(NatsAddress::parse(wrong), Err(NatsAddressError), "{wrong}");
        }
    }
}
