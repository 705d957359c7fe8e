//! A target of webhooks: keeps what it is sent, and answers as a test wants.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A request that has arrived.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The line, and the names of headers in small letters with their values.
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Delivered {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn subject(&self) -> String {
        self.json()["subject"].as_str().unwrap_or_default().to_owned()
    }

    pub fn version(&self) -> i64 {
        self.json()["data"]["version"].as_i64().unwrap_or_default()
    }

    /// Whether this secret has signed it.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let key = EncodingKey::from_secret(&key);
        let tag = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, Algorithm::HS256).unwrap();
        let signature = format!("v1,{}", STANDARD.encode(URL_SAFE_NO_PAD.decode(tag).unwrap()));
        self.header("webhook-signature").split(' ').any(|one| one == signature)
    }
}

type Answer = dyn Fn(&Delivered, usize) -> String + Send + Sync;

/// A target of webhooks.
pub struct Receiver {
    pub url: String,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<Delivered>>>,
}

/// An answer without a body.
pub fn status(status: u16) -> String {
    format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n")
}

impl Receiver {
    /// Takes everything.
    pub async fn new() -> Self {
        Self::answering(|_, _| status(204)).await
    }

    /// Answers each request as `answer` says, by how often its body has come before; an empty answer is none.
    pub async fn answering(answer: impl Fn(&Delivered, usize) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (connections, received) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let (count, kept, answer) = (Arc::clone(&connections), Arc::clone(&received), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&kept), Arc::clone(&answer) as Arc<Answer>));
            }
        });
        Self { url, connections, received }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What has arrived about records of this kind.
    pub fn received(&self, kind: &str) -> Vec<Delivered> {
        let all = self.received.lock().unwrap().clone();
        all.into_iter().filter(|one| one.subject().starts_with(&format!("{kind}/"))).collect()
    }

    /// Everything that has arrived.
    pub fn everything(&self) -> Vec<Delivered> {
        self.received.lock().unwrap().clone()
    }

    /// Waits until what has arrived is as it should be.
    pub async fn until(&self, seconds: u64, is_so: impl Fn(&[Delivered]) -> bool) -> Vec<Delivered> {
        let begun = Instant::now();
        loop {
            let all = self.everything();
            if is_so(&all) {
                return all;
            }
            let late = begun.elapsed() > Duration::from_secs(seconds);
            assert!(!late, "{:?}", all.iter().map(|one| (one.subject(), one.version())).collect::<Vec<_>>());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn serve(mut stream: TcpStream, received: Arc<Mutex<Vec<Delivered>>>, answer: Arc<Answer>) {
    let mut bytes = Vec::new();
    while let Some(request) = read(&mut stream, &mut bytes).await {
        let seen = {
            let mut received = received.lock().unwrap();
            let seen = received.iter().filter(|other| other.body == request.body).count();
            received.push(request.clone());
            seen
        };
        let answer = answer(&request, seen);
        if answer.is_empty() {
            std::future::pending::<()>().await;
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Delivered> {
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut lines = head.lines();
            let line = lines.next().unwrap_or_default().to_owned();
            let header = |line: &str| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_lowercase(), value.to_owned())
            };
            let request = Delivered { line, headers: lines.map(header).collect(), body: String::new() };
            let length: usize = request.header("content-length").parse().unwrap();
            let begin = end + 4;
            if let Some(body) = bytes.get(begin..begin + length) {
                let body = String::from_utf8(body.to_vec()).unwrap();
                bytes.drain(..begin + length);
                return Some(Delivered { body, ..request });
            }
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}
