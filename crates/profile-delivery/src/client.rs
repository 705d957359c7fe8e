//! The HTTP client of webhooks: where its connections lead, and whom it trusts.

use std::{io, sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, Uri, body::Incoming, header::HeaderValue};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        self, Client,
        connect::{HttpConnector, dns::GaiResolver, proxy::Tunnel},
    },
    rt::{TokioExecutor, TokioTimer},
};
use percent_encoding::percent_decode_str;
use profile_domain::outbound::AllowedTargets;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use url::Url;

use crate::{resolver::CheckedResolver, sender::MAX_DURATION};

/// How long a connection without a request stays open.
const IDLE: Duration = Duration::from_secs(20);
/// Most idle connections to one target: as many as a subscription has requests open.
const MAX_IDLE: usize = 64;
/// Most bytes of an answer that are kept at once, its head among them.
const MAX_BUFFER: usize = 64 * 1024;

/// How targets are reached.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// Which targets are allowed.
    pub targets: AllowedTargets,
    /// Certificates in PEM that are trusted beside those of the machine.
    pub extra_roots: Option<Vec<u8>>,
    /// A proxy that opens a tunnel to every target, and then resolves names itself.
    pub proxy: Option<Url>,
}

/// The options are of no use.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The certificates cannot be read.
    #[error("the certificates cannot be read: {0}")]
    Certificates(String),
    /// The proxy is no http URL with a host.
    #[error("the proxy must be an http URL, such as http://proxy.internal:3128")]
    Proxy,
    /// The system has no thread for it.
    #[error("no thread for deliveries can be started")]
    Thread(#[from] io::Error),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

type Body = Full<Bytes>;

/// A client that connects by itself or through a proxy.
pub(crate) enum Connections {
    Direct(Client<HttpsConnector<HttpConnector<CheckedResolver>>, Body>),
    Tunnelled(Client<HttpsConnector<Tunnel<HttpConnector<GaiResolver>>>, Body>),
}

impl Connections {
    pub(crate) fn open(options: &ClientOptions, resolver: CheckedResolver) -> Result<Self, ClientError> {
        let tls = tls(options.extra_roots.as_deref())?;
        Ok(match &options.proxy {
            None => {
                let connector = plain(HttpConnector::new_with_resolver(resolver));
                Self::Direct(client(tls, connector))
            }
            Some(proxy) => Self::Tunnelled(client(tls, tunnel(proxy)?)),
        })
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, legacy::Error> {
        match self {
            Self::Direct(client) => client.request(request).await,
            Self::Tunnelled(client) => client.request(request).await,
        }
    }
}

/// Trusts the machine's certificates and the extra ones. A machine that has none is no error: every attempt says so.
fn tls(extra_roots: Option<&[u8]>) -> Result<ClientConfig, ClientError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = extra_roots {
        let certificates: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let certificates = certificates.map_err(|error| ClientError::Certificates(error.to_string()))?;
        if certificates.is_empty() {
            return Err(ClientError::Certificates("there is none in the file".to_owned()));
        }
        for certificate in certificates {
            roots.add(certificate).map_err(|error| ClientError::Certificates(error.to_string()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

fn plain<R>(mut connector: HttpConnector<R>) -> HttpConnector<R> {
    connector.enforce_http(false);
    connector.set_nodelay(true);
    // Shared by all addresses of a name, so that each of them has its turn.
    connector.set_connect_timeout(Some(MAX_DURATION));
    connector
}

fn tunnel(proxy: &Url) -> Result<Tunnel<HttpConnector<GaiResolver>>, ClientError> {
    if proxy.scheme() != "http" {
        return Err(ClientError::Proxy);
    }
    let host = proxy.host_str().ok_or(ClientError::Proxy)?;
    let port = proxy.port_or_known_default().unwrap_or(80);
    let address = format!("http://{host}:{port}").parse().map_err(|_| ClientError::Proxy)?;
    let tunnel = Tunnel::new(address, plain(HttpConnector::new()));
    if proxy.username().is_empty() {
        return Ok(tunnel);
    }
    Ok(tunnel.with_auth(proxy_login(proxy)?))
}

/// Returns the credentials of a proxy, which its URL holds percent-encoded.
fn proxy_login(proxy: &Url) -> Result<HeaderValue, ClientError> {
    let mut login: Vec<u8> = percent_decode_str(proxy.username()).collect();
    login.push(b':');
    login.extend(percent_decode_str(proxy.password().unwrap_or_default()));
    let credentials = format!("Basic {}", BASE64_STANDARD.encode(login));
    HeaderValue::try_from(credentials).map_err(|_| ClientError::Proxy)
}

fn client<C>(tls: ClientConfig, connector: C) -> Client<HttpsConnector<C>, Body>
where
    HttpsConnector<C>: legacy::connect::Connect + Clone,
{
    let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(MAX_IDLE)
        .http1_max_buf_size(MAX_BUFFER)
        .build(https.wrap_connector(connector))
}

/// Returns the target as the client takes it. A tunnel to a target without TLS needs its port.
pub(crate) fn uri(url: &Url) -> Result<Uri, io::Error> {
    let text = url.as_str();
    let with_port = match (url.scheme(), url.port(), text.split_once("://")) {
        ("http", None, Some((scheme, rest))) => {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            format!("{scheme}://{host}:80{path}")
        }
        _ => text.to_owned(),
    };
    with_port.parse().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credentials_of_a_proxy_are_percent_decoded() {
        for (url, expected) in [
            ("http://profile:s%40cret%3A%2F@proxy.internal:3128", "profile:s@cret:/"),
            ("http://na%C3%AFve@proxy.internal", "na\u{ef}ve:"),
        ] {
            let expected = format!("Basic {}", BASE64_STANDARD.encode(expected));
            assert_eq!(proxy_login(&Url::parse(url).unwrap()).unwrap(), expected, "{url}");
        }
    }
}
