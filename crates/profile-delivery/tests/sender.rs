//! Requests to targets that behave, misbehave and attack.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // a test fails by panicking

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use profile_delivery::{ClientOptions, HttpSender, Lookup, SystemLookup};
use profile_domain::{Text, outbound::AllowedTargets};
use profile_ports::{WebhookAttempt, WebhookError, WebhookRequest, WebhookSender as _};
use profile_testkit::fixed::clock;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls};

const OK: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// A receiver that counts connections and keeps what it was sent.
struct Receiver {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// Gives this answer to each request.
    async fn answering(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::doing(move |mut stream: TcpStream, received| {
            let answer = answer.clone();
            async move {
                while let Ok(request) = read_request(&mut stream).await {
                    keep(&received, request);
                    stream.write_all(answer.as_bytes()).await.ok();
                }
            }
        })
        .await
    }

    async fn doing<F>(serve: impl Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, received) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let (count, kept) = (Arc::clone(&connections), Arc::clone(&received));
        let serve = Arc::new(serve);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (serve, kept) = (Arc::clone(&serve), Arc::clone(&kept));
                tokio::spawn(async move { serve(stream, kept).await });
            }
        });
        Self { address, connections, received }
    }

    fn url(&self) -> String {
        format!("http://{}/hook?x=1", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

fn keep(received: &Mutex<Vec<String>>, request: String) {
    received.lock().unwrap().push(request);
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Ok(text);
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

async fn serve_tls<S: AsyncRead + AsyncWrite + Unpin>(stream: S, acceptor: TlsAcceptor) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    while read_request(&mut stream).await.is_ok() {
        stream.write_all(OK.as_bytes()).await.ok();
    }
}

/// Names as a test wants them, one answer after another; the last one stays.
#[derive(Default)]
struct Names(Mutex<HashMap<&'static str, Vec<Vec<IpAddr>>>>);

impl Names {
    fn of(name: &'static str, answers: &[&[&str]]) -> Arc<Self> {
        let parsed = |texts: &&[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let answers = answers.iter().map(parsed).collect();
        Arc::new(Self(Mutex::new(HashMap::from([(name, answers)]))))
    }
}

#[async_trait]
impl Lookup for Names {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let mut names = self.0.lock().unwrap();
        let answers = names.get_mut(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
    }
}

fn sender(options: &ClientOptions) -> HttpSender {
    HttpSender::new(options, clock(), Arc::new(SystemLookup)).unwrap()
}

fn any() -> ClientOptions {
    ClientOptions { targets: AllowedTargets::Any, ..ClientOptions::default() }
}

fn networks(network: &str) -> ClientOptions {
    let targets = AllowedTargets::Networks(vec![network.parse().unwrap()]);
    ClientOptions { targets, ..ClientOptions::default() }
}

fn request(url: &str) -> WebhookRequest {
    WebhookRequest {
        url: Text::try_from(url).unwrap(),
        headers: vec![("X-Team".to_owned(), Text::try_from("blue").unwrap())],
        id: "019cb73d-3218-71f7-81a2-b3c4d5e6f708".to_owned(),
        timestamp: 1_772_600_000,
        secrets: vec![Text::try_from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()],
        body: "{\"specversion\":\"1.0\"}".into(),
    }
}

async fn send(sender: &HttpSender, url: &str) -> WebhookAttempt {
    sender.send(request(url)).await
}

#[tokio::test]
async fn a_request_has_its_headers_and_its_length() {
    let receiver = Receiver::answering(OK).await;
    let sender = sender(&any());
    for _ in 0..3 {
        let attempt = send(&sender, &receiver.url()).await;
        assert_eq!((attempt.status, attempt.error), (Some(204), None));
    }
    assert_eq!(receiver.connections(), 1, "a connection is used again");
    let received = receiver.received().remove(0);
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "{\"specversion\":\"1.0\"}");
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /hook?x=1 HTTP/1.1");
    lines.sort_unstable();
    let signature = lines.iter().find(|line| line.starts_with("webhook-signature: v1,")).unwrap();
    let host = format!("host: {}", receiver.address);
    assert_eq!(
        lines,
        [
            "content-length: 21",
            "content-type: application/cloudevents+json; charset=utf-8",
            &host,
            concat!("user-agent: profile/", env!("CARGO_PKG_VERSION")),
            "webhook-id: 019cb73d-3218-71f7-81a2-b3c4d5e6f708",
            signature,
            "webhook-timestamp: 1772600000",
            "x-team: blue",
        ]
    );
}

#[tokio::test]
async fn every_answer_but_2xx_fails() {
    let sender = sender(&any());
    for (answer, status, error, retry_after) in [
        ("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n", 500, WebhookError::Status, None),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", 410, WebhookError::Status, None),
        (
            "HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n",
            503,
            WebhookError::Status,
            Some(7),
        ),
    ] {
        let receiver = Receiver::answering(answer).await;
        let attempt = send(&sender, &receiver.url()).await;
        assert_eq!((attempt.status, attempt.error), (Some(status), Some(error)));
        assert_eq!(attempt.retry_after, retry_after.map(Duration::from_secs));
        assert_eq!((attempt.is_gone(), attempt.is_overloaded()), (status == 410, status == 503));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let inner = Receiver::answering(OK).await;
    let answer = format!("HTTP/1.1 307 Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", inner.url());
    let receiver = Receiver::answering(&answer).await;
    let attempt = send(&sender(&any()), &receiver.url()).await;
    assert_eq!((attempt.status, attempt.error), (Some(307), Some(WebhookError::Redirect)));
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn literal_addresses_that_are_not_allowed_get_no_byte() {
    let receiver = Receiver::answering(OK).await;
    let port = receiver.address.port();
    let sender = sender(&ClientOptions::default());
    for host in [
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "[::ffff:10.0.0.1]",
    ] {
        for scheme in ["http", "https"] {
            let attempt = send(&sender, &format!("{scheme}://{host}:{port}/")).await;
            assert_eq!((attempt.status, attempt.error), (None, Some(WebhookError::PrivateAddress)), "{host}");
        }
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_name_that_turns_private_gets_no_byte() {
    let receiver = Receiver::answering(OK).await;
    let port = receiver.address.port();
    // The first answers are allowed, but nobody is there; what comes later is not. An attempt asks before it begins, and again to
    // connect: the second one finds what has turned private in between.
    let names = Names::of(
        "hook.test",
        &[&["127.9.9.9"], &["127.9.9.9"], &["127.9.9.9"], &["10.0.0.1"], &["127.9.9.9", "127.0.0.1"]],
    );
    let sender = HttpSender::new(&networks("127.9.9.9/32"), clock(), names).unwrap();
    let url = format!("https://hook.test:{port}/");
    let mut errors = Vec::new();
    for _ in 0..4 {
        errors.push(send(&sender, &url).await.error.unwrap());
    }
    let private = WebhookError::PrivateAddress;
    assert_eq!(errors, [WebhookError::Connect, private, private, private]);
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn the_addresses_of_a_name_are_tried_in_turn() {
    let receiver = Receiver::answering(OK).await;
    let port = receiver.address.port();
    for addresses in [["127.9.9.9", "127.0.0.1"], ["::1", "127.0.0.1"]] {
        let names = Names::of("hook.test", &[&addresses]);
        let sender = HttpSender::new(&any(), clock(), names).unwrap();
        let attempt = send(&sender, &format!("http://hook.test:{port}/")).await;
        assert_eq!((attempt.status, attempt.error), (Some(204), None), "{addresses:?}");
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_is_no_connection() {
    let sender = HttpSender::new(&any(), clock(), Arc::new(Names::default())).unwrap();
    assert_eq!(send(&sender, "https://nobody.test/").await.error, Some(WebhookError::Connect));
}

#[tokio::test]
async fn without_the_setting_nothing_goes_without_tls() {
    let receiver = Receiver::answering(OK).await;
    let attempt = send(&sender(&networks("127.0.0.0/8")), &receiver.url()).await;
    assert_eq!(attempt.error, Some(WebhookError::Tls));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn receivers_that_hang_or_drip_are_left_after_ten_seconds() {
    let hanging = Receiver::doing(async |stream: TcpStream, _| {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let dripping = Receiver::doing(async |mut stream: TcpStream, _| {
        read_request(&mut stream).await.unwrap();
        while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    })
    .await;
    let sender = sender(&any());
    let (hanging_url, dripping_url) = (hanging.url(), dripping.url());
    for attempt in
        futures_util::future::join_all([send(&sender, &hanging_url), send(&sender, &dripping_url)]).await
    {
        assert_eq!((attempt.status, attempt.error), (None, Some(WebhookError::Timeout)));
        assert!((10..12).contains(&attempt.duration.as_secs()), "{attempt:?}");
    }
}

#[tokio::test]
async fn of_an_answer_64_kib_are_read() {
    // What is read whole leaves its connection to later requests, as soon as a task of the client has taken it back, and what is not
    // ends it. The client takes bytes in pieces of at most 64 KiB and has a few of them in hand; hence the distance.
    const REQUESTS: usize = 20;
    for (length, is_whole) in [(64 << 10, true), (512 << 10, false)] {
        let body = "x".repeat(length);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        let receiver = Receiver::answering(&answer).await;
        let sender = sender(&any());
        for _ in 0..REQUESTS {
            let attempt = send(&sender, &receiver.url()).await;
            assert_eq!((attempt.status, attempt.error), (Some(200), None));
        }
        assert_eq!(receiver.connections() < REQUESTS, is_whole, "{length} bytes");
    }
}

#[test]
fn a_request_shows_nothing_secret() {
    let request = request("https://hook.test/t0ken");
    for shown in [format!("{request:?}"), format!("{request:#?}")] {
        assert!(shown.contains(&request.id), "{shown}");
        for secret in ["t0ken", "blue", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "specversion"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn of_an_endless_answer_little_is_read() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let receiver = Receiver::doing(move |mut stream: TcpStream, _| {
        let count = Arc::clone(&count);
        async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n").await.ok();
            let block = vec![b'x'; 65_536];
            while stream.write_all(&block).await.is_ok() {
                count.fetch_add(block.len(), Ordering::SeqCst);
            }
        }
    })
    .await;
    let begun = Instant::now();
    let attempt = send(&sender(&any()), &receiver.url()).await;
    assert_eq!((attempt.status, attempt.error), (Some(200), None));
    assert!(begun.elapsed() < Duration::from_secs(5));
    // What the system's buffers took is not ours.
    assert!(sent.load(Ordering::SeqCst) < 32 << 20);
    let endless_head = Receiver::doing(async |mut stream: TcpStream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await.ok();
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    assert_eq!(send(&sender(&any()), &endless_head.url()).await.error, Some(WebhookError::Connect));
}

#[tokio::test]
async fn certificates_are_checked_against_the_trusted_ones() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["hook.test".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = rustls::pki_types::PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let receiver = Receiver::doing(move |stream, _| serve_tls(stream, acceptor.clone())).await;
    let port = receiver.address.port();
    for (extra_roots, name, expected) in [
        (Some(cert.pem()), "hook.test", None),
        (Some(cert.pem()), "other.test", Some(WebhookError::Tls)),
        (None, "hook.test", Some(WebhookError::Tls)),
    ] {
        let options =
            ClientOptions { extra_roots: extra_roots.map(String::into_bytes), ..networks("127.0.0.1/32") };
        let sender = HttpSender::new(&options, clock(), Names::of(name, &[&["127.0.0.1"]])).unwrap();
        assert_eq!(send(&sender, &format!("https://{name}:{port}/")).await.error, expected, "{name}");
    }
    for extra_roots in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let options = ClientOptions { extra_roots: Some(extra_roots.into()), ..ClientOptions::default() };
        assert!(HttpSender::new(&options, clock(), Arc::new(SystemLookup)).is_err());
    }
}

#[tokio::test]
async fn a_proxy_opens_a_tunnel_and_resolves_itself() {
    let receiver = Receiver::answering(OK).await;
    let target = receiver.address;
    let proxy = Receiver::doing(move |mut stream: TcpStream, received| async move {
        keep(&received, read_request(&mut stream).await.unwrap());
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
        let mut onward = TcpStream::connect(target).await.unwrap();
        tokio::io::copy_bidirectional(&mut stream, &mut onward).await.ok();
    })
    .await;
    let proxy_url = format!("http://user:secret@{}", proxy.address).parse().unwrap();
    let with_proxy = |options| ClientOptions { proxy: Some(proxy_url), ..options };
    let direct = Arc::new(Names::default());
    let sender = HttpSender::new(&with_proxy(any()), clock(), direct).unwrap();
    assert_eq!(send(&sender, "http://hook.test/a").await.error, None);
    let tunnel = proxy.received().remove(0);
    assert!(tunnel.starts_with("CONNECT hook.test:80 HTTP/1.1\r\n"), "{tunnel}");
    assert!(tunnel.contains("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ="), "{tunnel}");
    assert!(receiver.received()[0].starts_with("POST /a HTTP/1.1\r\n"));
    assert!(receiver.received()[0].contains("\r\nhost: hook.test\r\n"));
}

#[tokio::test]
async fn a_proxy_is_not_asked_for_an_address_that_is_not_allowed() {
    let proxy = Receiver::answering(OK).await;
    let proxy_url = Some(format!("http://{}", proxy.address).parse().unwrap());
    let sender = sender(&ClientOptions { proxy: proxy_url, ..ClientOptions::default() });
    assert_eq!(send(&sender, "https://10.0.0.1/").await.error, Some(WebhookError::PrivateAddress));
    assert_eq!(proxy.connections(), 0);
    for wrong in ["https://proxy.test", "socks5://proxy.test"] {
        let options = ClientOptions { proxy: Some(wrong.parse().unwrap()), ..ClientOptions::default() };
        assert!(HttpSender::new(&options, clock(), Arc::new(SystemLookup)).is_err(), "{wrong}");
    }
}
