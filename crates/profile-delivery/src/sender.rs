//! Sends one signed request to a subscription's target, and reports what has come of it.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT},
};
use profile_domain::outbound::AllowedTargets;
use profile_ports::{Clock, WebhookAttempt, WebhookError, WebhookRequest, WebhookSender};
use profile_workers::LowPriorityRuntime;
use tokio::time::timeout;
use url::{Host, Url};

use crate::{
    answer::{retry_after, status_error},
    client::{ClientError, ClientOptions, Connections, uri},
    failure::webhook_error,
    resolver::{CheckedResolver, Lookup},
    signature::signatures,
};

/// How long an attempt may take, from the look-up of the name to the status of the answer.
pub(crate) const MAX_DURATION: Duration = Duration::from_secs(10);
/// Most bytes of an answer that are read.
const MAX_ANSWER: usize = 64 * 1024;
/// How long the rest of an answer is waited for, so that its connection can be used again.
const MAX_REST: Duration = Duration::from_secs(1);
pub(crate) const CLOUD_EVENT: &str = "application/cloudevents+json; charset=utf-8";
const AGENT: &str = concat!("profile/", env!("CARGO_PKG_VERSION"));

/// Sends over HTTP/1.1, to allowed targets only, on a thread that whoever is served goes before.
pub struct HttpSender {
    client: Arc<CheckedClient>,
    runtime: LowPriorityRuntime,
}

/// What a request is sent with.
struct CheckedClient {
    connections: Connections,
    targets: Arc<AllowedTargets>,
    resolver: Option<CheckedResolver>,
    clock: Arc<dyn Clock>,
}

impl HttpSender {
    /// Returns a sender; `clock` tells the real time, and `lookup` the addresses of names.
    ///
    /// # Errors
    /// [`ClientError`], if the options are of no use.
    pub fn new(
        options: &ClientOptions,
        clock: Arc<dyn Clock>,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, ClientError> {
        let targets = Arc::new(options.targets.clone());
        let resolver = CheckedResolver::new(lookup, Arc::clone(&targets));
        let connections = Connections::open(options, resolver.clone())?;
        // A proxy resolves names itself.
        let resolver = options.proxy.is_none().then_some(resolver);
        let client = Arc::new(CheckedClient { connections, targets, resolver, clock });
        Ok(Self { client, runtime: LowPriorityRuntime::start("deliveries")? })
    }
}

impl CheckedClient {
    async fn try_send(&self, request: &WebhookRequest) -> Result<Response<Incoming>, WebhookError> {
        let url = Url::parse(request.url.as_str()).map_err(|_| WebhookError::Connect)?;
        self.check(&url)?;
        if let (Some(resolver), Some(Host::Domain(name))) = (&self.resolver, url.host()) {
            resolver.check(name).await?;
        }
        let request = http_request(&url, request).map_err(|_| WebhookError::Connect)?;
        self.connections.send(request).await.map_err(|error| {
            tracing::debug!(error = %profile_ports::Chain(&error), "a delivery has failed");
            webhook_error(&error)
        })
    }

    /// Checks what can be told without resolving; an address is never resolved, so nothing else would check it.
    fn check(&self, url: &Url) -> Result<(), WebhookError> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(WebhookError::Connect),
        };
        let is_literal_allowed = literal.is_none_or(|address| self.targets.allow_address(address));
        let is_scheme_allowed = match url.scheme() {
            "https" => true,
            "http" => self.targets.allow_plain_http(),
            _ => false,
        };
        if !is_literal_allowed {
            return Err(WebhookError::PrivateAddress);
        }
        if is_scheme_allowed { Ok(()) } else { Err(WebhookError::Tls) }
    }
    async fn send(&self, request: &WebhookRequest) -> WebhookAttempt {
        let begun = Instant::now();
        let answer =
            timeout(MAX_DURATION, self.try_send(request)).await.unwrap_or(Err(WebhookError::Timeout));
        let duration = begun.elapsed();
        match answer {
            Err(error) => WebhookAttempt { status: None, error: Some(error), duration, retry_after: None },
            Ok(answer) => {
                let status: StatusCode = answer.status();
                let retry_after = retry_after(answer.headers(), self.clock.now());
                let rest = Limited::new(answer.into_body(), MAX_ANSWER).collect();
                // What is not read ends the connection.
                timeout(MAX_REST, rest).await.ok();
                let error = status_error(status);
                WebhookAttempt { status: Some(status.as_u16()), error, duration, retry_after }
            }
        }
    }
}

#[async_trait]
impl WebhookSender for HttpSender {
    async fn send(&self, request: WebhookRequest) -> WebhookAttempt {
        let client = Arc::clone(&self.client);
        let sent = self.runtime.run(async move { client.send(&request).await }).await;
        sent.unwrap_or(WebhookAttempt {
            status: None,
            error: Some(WebhookError::Connect),
            duration: Duration::ZERO,
            retry_after: None,
        })
    }
}

/// The request with the headers of the subscription, of Standard Webhooks, and our own, which win.
fn http_request(url: &Url, request: &WebhookRequest) -> Result<Request<Full<bytes::Bytes>>, Unsendable> {
    let WebhookRequest { headers, id, timestamp, secrets, body, .. } = request;
    let mut http = Request::post(uri(url)?).body(Full::new(body.clone()))?;
    let signatures = signatures(secrets, id, *timestamp, body);
    let own = [
        ("webhook-id", id.as_str()),
        ("webhook-timestamp", &timestamp.to_string()),
        ("webhook-signature", &signatures),
    ];
    let map = http.headers_mut();
    for (name, value) in headers {
        map.insert(HeaderName::try_from(name.as_str())?, HeaderValue::try_from(value.as_str())?);
    }
    map.insert(CONTENT_TYPE, HeaderValue::from_static(CLOUD_EVENT));
    map.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    for (name, value) in own {
        map.insert(HeaderName::from_static(name), HeaderValue::try_from(value)?);
    }
    Ok(http)
}

/// The request cannot be written as HTTP.
#[derive(Debug, thiserror::Error)]
enum Unsendable {
    #[error(transparent)]
    Uri(#[from] std::io::Error),
    #[error(transparent)]
    Request(#[from] hyper::http::Error),
    #[error(transparent)]
    Name(#[from] hyper::header::InvalidHeaderName),
    #[error(transparent)]
    Value(#[from] hyper::header::InvalidHeaderValue),
}
