//! Connections that only cost are closed; the limits are the server's own, so these tests wait for them.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::support::{Backend, Target, user};

/// Longer than any limit.
const PATIENCE: Duration = Duration::from_mins(2);

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

/// Sends `first`, then `drop` again and again; answers what came until the server closed.
async fn until_closed_while_dripping(first: &[u8], drop: &[u8]) -> String {
    let address = Target::shared(Backend::Memory).url.strip_prefix("http://").unwrap().to_owned();
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    writer.write_all(first).await.unwrap();
    let drop = drop.to_vec();
    let dripping = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if writer.write_all(&drop).await.is_err() {
                return;
            }
        }
    });
    let mut answer = Vec::new();
    // A reset is an end, too.
    timeout(Duration::from_mins(1), reader.read_to_end(&mut answer)).await.unwrap().ok();
    dripping.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn slow_heads_of_later_requests() {
    for later in ["G", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "] {
        let address = Target::shared(Backend::Memory).url.strip_prefix("http://").unwrap().to_owned();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut buffer = [0; 4096];
        assert!(stream.read(&mut buffer).await.unwrap() > 0);
        stream.write_all(later.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        timeout(Duration::from_mins(1), stream.read_to_end(&mut rest)).await.unwrap().unwrap();
        let rest = String::from_utf8_lossy(&rest).into_owned();
        assert!(rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
}

#[tokio::test]
async fn heads_that_drip() {
    let first = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n";
    let answer = until_closed_while_dripping(first, b"X: y\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn bodies_that_nobody_reads() {
    let head = "HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n";
    for (method, path, status) in
        [("POST", "/nope", "404"), ("PUT", "/account/me", "401"), ("POST", "/healthz", "404")]
    {
        let answer =
            until_closed_while_dripping(format!("{method} {path} {head}").as_bytes(), b"1\r\nx\r\n").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
}

#[tokio::test]
async fn readers_that_do_not_read() {
    let target = Target::binary(crate::DATABASE);
    let family = target.family();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(5_000_000, b'x');
    let part = reqwest::multipart::Part::bytes(bytes).file_name("a.png");
    let form = reqwest::multipart::Form::new().text("purpose", "account_avatar").part("file", part);
    let stored = target
        .send("POST", "/upload", |request| {
            request.header("authorization", user(family.alone)).multipart(form)
        })
        .await
        .json();
    let path = format!(
        "/storage/{}.png",
        stored["uploaded"][0]["uuid"].as_str().unwrap_or_else(|| panic!("{stored}"))
    );
    let address = target.url.strip_prefix("http://").unwrap().to_owned();
    let mut stalled = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
        stalled.push(stream);
    }
    // Slow, but faster than the pace.
    let mut steady = TcpStream::connect(&address).await.unwrap();
    steady
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let steady = tokio::spawn(async move {
        let (mut taken, mut buffer) = (0, vec![0; 50_000]);
        loop {
            match steady.read(&mut buffer).await {
                Ok(0) => return taken,
                Ok(read) => taken += read,
                Err(error) => panic!("after {taken} bytes: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    let closed = "profile_http_connections_closed_total{reason=\"slow_reader\"} 4";
    let begun = std::time::Instant::now();
    loop {
        let metrics = target.send("GET", "/metrics", |request| request).await.text;
        if metrics.contains(closed) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(100), "{metrics}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(timeout(PATIENCE, steady).await.unwrap().unwrap() > 5_000_000);
}
