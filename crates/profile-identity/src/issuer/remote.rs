//! Keys behind a URL: what is asked, which redirects are followed, and how long an answer is fresh.

use std::{net::IpAddr, time::Duration};

use reqwest::{
    Client, Url,
    header::{AGE, CACHE_CONTROL, HeaderMap, HeaderName},
    redirect::Policy,
};

use super::{IssuerError, fetch::MAX_BYTES};
use crate::key_set::KeySet;

/// Most redirects that are followed.
const MAX_REDIRECTS: usize = 3;
/// How long it may take to connect.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// A key that is withdrawn may be accepted for so long where the issuer does not say how long its keys are fresh, or says
/// less.
const SHORTEST_AGE: Duration = Duration::from_mins(1);
/// However long the issuer says that its keys are fresh.
const LONGEST_AGE: Duration = Duration::from_hours(1);

/// A URL and how it is asked.
pub(super) struct Remote {
    client: Client,
    url: Url,
}

impl Remote {
    pub(super) fn new(url: &str, limit: Duration) -> Result<Self, IssuerError> {
        let url = Url::parse(url).ok().filter(is_protected).ok_or(IssuerError::Insecure)?;
        let redirects = Policy::custom(|attempt| {
            if attempt.previous().len() > MAX_REDIRECTS {
                attempt.error("too many redirects")
            } else if is_protected(attempt.url()) {
                attempt.follow()
            } else {
                attempt.error("a redirect to an address that is neither https nor on this machine")
            }
        });
        let client = Client::builder()
            .timeout(limit)
            .connect_timeout(CONNECT_LIMIT)
            .redirect(redirects)
            .referer(false)
            .build()?;
        Ok(Self { client, url })
    }

    /// The keys, and how long they are fresh.
    pub(super) async fn fetch(&self) -> Result<(KeySet, Duration), IssuerError> {
        let mut answer = self.client.get(self.url.clone()).send().await?;
        if !answer.status().is_success() {
            return Err(IssuerError::Status(answer.status().as_u16()));
        }
        let age = fresh_for(answer.headers());
        let mut document = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if document.len() + piece.len() > MAX_BYTES {
                return Err(IssuerError::TooLong);
            }
            document.extend_from_slice(&piece);
        }
        Ok((KeySet::parse(&document)?, age))
    }
}

/// Whether nobody on the way can change the answer.
fn is_protected(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) | ("http", Some("localhost")) => true,
        ("http", Some(host)) => {
            let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            address.is_ok_and(|address| address.to_canonical().is_loopback())
        }
        _ => false,
    }
}

/// The age that `Cache-Control` gives, less the time that caches on the way had the answer, within the bounds.
fn fresh_for(headers: &HeaderMap) -> Duration {
    let values = |name: HeaderName| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<_> = values(CACHE_CONTROL)
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    let refused = directives.iter().any(|directive| directive == "no-store" || directive == "no-cache");
    let max_age = directives.iter().find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        (name.trim() == "max-age").then(|| seconds.trim().trim_matches('"').parse::<u64>().ok())?
    });
    let spent = values(AGE).next().and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    let seconds = max_age.filter(|_| !refused).unwrap_or(0).saturating_sub(spent);
    Duration::from_secs(seconds).clamp(SHORTEST_AGE, LONGEST_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_fresh_for_a_minute_to_an_hour() {
        for (headers, seconds) in [
            (&[][..], 60),
            (&[("cache-control", "public")], 60),
            (&[("cache-control", "max-age=0")], 60),
            (&[("cache-control", "max-age=59")], 60),
            (&[("cache-control", "max-age=90")], 90),
            (&[("cache-control", "public, Max-Age=\"120\", must-revalidate")], 120),
            (&[("cache-control", "public"), ("cache-control", "max-age=120")], 120),
            (&[("cache-control", "max-age=600, no-cache")], 60),
            (&[("cache-control", "no-store, max-age=600")], 60),
            (&[("cache-control", "s-maxage=600")], 60),
            (&[("cache-control", "max-age=600"), ("age", "500")], 100),
            (&[("cache-control", "max-age=600"), ("age", "700")], 60),
            (&[("cache-control", "max-age=86400")], 3600),
            (&[("cache-control", "max-age=99999999999999999999")], 60),
            (&[("cache-control", "max-age=soon")], 60),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            assert_eq!(fresh_for(&map).as_secs(), seconds, "{headers:?}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (url, protected) in [
            ("https://issuer.example.test/jwks", true),
            ("http://localhost:80/jwks", true),
            ("http://127.0.0.1/jwks", true),
            ("http://127.9.9.9:1/jwks", true),
            ("http://[::1]:1/jwks", true),
            ("http://issuer.example.test/jwks", false),
            ("http://localhost.example.test/jwks", false),
            ("http://10.0.0.1/jwks", false),
            ("http://0.0.0.0/jwks", false),
            ("http://127.0.0.1@issuer.example.test/jwks", false),
            ("ftp://localhost/jwks", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_protected(&Url::parse(url).unwrap()), protected, "{url}");
        }
    }
}
