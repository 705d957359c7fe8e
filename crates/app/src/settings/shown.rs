//! Settings as they may be shown: without secrets.

use std::fmt;

use secrecy::ExposeSecret as _;

use super::Settings;

impl Settings {
    /// The database's address without its password, for messages.
    #[must_use]
    pub fn shown_database_url(&self) -> String {
        let url = self.database_url.expose_secret();
        let Some((scheme, rest)) = url.split_once("://") else { return "(not a URL)".to_owned() };
        let (credentials, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        // A password can also stand behind the question mark.
        let place = place.split('?').next().unwrap_or_default();
        match credentials.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
            None if credentials.is_empty() => format!("{scheme}://{place}"),
            None => format!("{scheme}://{credentials}@{place}"),
        }
    }
}

/// Without secrets.
impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings")
            .field("bind", &self.bind)
            .field("public_url", &self.public_url)
            .field("database_url", &self.shown_database_url())
            .field("database_max_connections", &self.database_max_connections)
            .field("media_url", &self.media_url)
            .field("jwt_secret", &self.jwt_secret.as_ref().map_or("generated", |_| "***"))
            .field("account_jwks", &self.account_jwks)
            .field("account_issuer", &self.account_issuer)
            .field("account_audience", &self.account_audience)
            .field("users_jwks", &self.users_jwks)
            .field("users_issuer", &self.users_issuer)
            .field("users_audience", &self.users_audience)
            .field("client_jwks", &self.client_jwks)
            .field("client_issuer", &self.client_issuer)
            .field("client_audience", &self.client_audience)
            .field("tenant_jwks", &self.tenant_jwks)
            .field("tenant_issuer", &self.tenant_issuer)
            .field("tenant_audience", &self.tenant_audience)
            .field("master_key", &self.master_key.as_ref().map_or("generated", |_| "***"))
            .field("client_rl_exclusion_key", &self.client_rl_exclusion_key.as_ref().map(|_| "***"))
            .field("client_restricted_countries", &self.client_restricted_countries)
            .field("balances_url", &self.balances_url.as_ref().map(|_| "set"))
            .field("rate_limit", &self.rate_limit)
            .field("log", &self.log)
            .field("log_format", &self.log_format)
            .field("clock", &self.clock)
            .finish()
    }
}
