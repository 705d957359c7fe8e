//! Connections that only cost are closed; the limits are the server's own, so these tests wait for them.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::support::{Backend, Target, user};

/// Longer than any limit.
const PATIENCE: Duration = Duration::from_secs(45);

/// Sends `bytes`, then only listens; answers what came until the server closed.
async fn until_closed(bytes: &[u8]) -> String {
    let address = Target::shared(Backend::Memory).url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn silent_connections() {
    assert!(until_closed(b"").await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn slow_headers() {
    assert!(until_closed(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn slow_bodies() {
    let token = user(Target::shared(Backend::Memory).family().alone);
    let head = format!(
        "PUT /account/me HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n\
         Content-Length: 50\r\n\r\n{{\"name\":"
    );
    let answer = until_closed(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"INVALID_DATA\""), "{answer}");
}

#[tokio::test]
async fn idle_connections() {
    let answer = until_closed(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
