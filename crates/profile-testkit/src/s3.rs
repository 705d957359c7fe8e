//! A small S3 server in this process, with the moods that real ones have. It looks at no signature.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Friendly,
    /// What does not exist is a 403, as it is for who may read objects but not list them.
    Forbidding,
    /// Every request is a 403, as a policy of the bucket has changed.
    Refusing,
    /// Connections are accepted, and nothing is ever answered.
    Silent,
}

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A running server; it ends with its runtime.
pub struct FakeS3 {
    /// `http://…`
    pub endpoint: String,
    mood: Arc<Mutex<Mood>>,
}

impl FakeS3 {
    /// Listens on a free port.
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let mood = Arc::new(Mutex::new(mood));
        let (objects, its_mood) = (Objects::default(), Arc::clone(&mood));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&objects), Arc::clone(&its_mood)));
            }
        });
        Self { endpoint, mood }
    }

    /// Changes how it behaves from the next request on.
    pub fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// The names under which a program is told of it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let names = [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_REGION", "eu-test-1"),
            ("AWS_ACCESS_KEY_ID", "an-access-key"),
            ("AWS_SECRET_ACCESS_KEY", "a-secret-key"),
            ("AWS_SESSION_TOKEN", ""),
        ];
        names.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }
}

struct Request {
    method: String,
    path: String,
    query: String,
    range: Option<(usize, usize)>,
    body: Vec<u8>,
}

async fn serve(mut connection: TcpStream, objects: Objects, mood: Arc<Mutex<Mood>>) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut connection, &mut buffer).await {
        let mood = *mood.lock().unwrap();
        if mood == Mood::Silent {
            std::future::pending::<()>().await;
        }
        let (status, mut headers, body) = answer(&request, &objects, mood);
        let _ = write!(headers, "content-length: {}\r\n", body.len());
        let head = format!("HTTP/1.1 {status}\r\n{headers}\r\n");
        let body = if request.method == "HEAD" { Vec::new() } else { body };
        if connection.write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
            return;
        }
    }
}

async fn read(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if connection.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    };
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    while buffer.len() < end + 4 + length {
        if connection.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let range = header("range").map(|range| {
        let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        (first.parse().unwrap(), last.parse().unwrap())
    });
    let mut line = head.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap().to_owned(), line.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let body = buffer[end + 4..end + 4 + length].to_vec();
    buffer.drain(..end + 4 + length);
    Some(Request { method, path, query, range, body })
}

type Answer = (&'static str, String, Vec<u8>);

fn answer(request: &Request, objects: &Objects, mood: Mood) -> Answer {
    let mut objects = objects.lock().unwrap();
    let parameter = |name: &str| {
        let pairs = request.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
    };
    let error = |status, code: &str| {
        (status, String::new(), format!("<Error><Code>{code}</Code></Error>").into_bytes())
    };
    let tagged = || ("200 OK", "etag: \"tag\"\r\n".to_owned(), Vec::new());
    if mood == Mood::Refusing {
        return error("403 Forbidden", "AccessDenied");
    }
    match (request.method.as_str(), parameter("partNumber"), parameter("uploadId")) {
        ("PUT", Some(part), Some(_)) => {
            let part: u32 = part.parse().unwrap();
            objects.insert(format!("{}#{part:05}", request.path), request.body.clone());
            tagged()
        }
        ("PUT", ..) => {
            objects.insert(request.path.clone(), request.body.clone());
            tagged()
        }
        ("POST", _, None) => {
            let begun =
                "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>";
            ("200 OK", String::new(), begun.as_bytes().to_vec())
        }
        ("POST", _, Some(_)) => {
            let prefix = format!("{}#", request.path);
            let parts: Vec<_> = objects.keys().filter(|name| name.starts_with(&prefix)).cloned().collect();
            let whole: Vec<u8> = parts.iter().flat_map(|name| objects.remove(name).unwrap()).collect();
            objects.insert(request.path.clone(), whole);
            let done = "<CompleteMultipartUploadResult><ETag>\"tag\"</ETag></CompleteMultipartUploadResult>";
            ("200 OK", String::new(), done.as_bytes().to_vec())
        }
        ("DELETE", ..) => {
            objects.remove(&request.path);
            ("204 No Content", String::new(), Vec::new())
        }
        ("GET", ..) if parameter("list-type").is_some() => list(&request.path, &objects),
        ("GET" | "HEAD", ..) => match (objects.get(&request.path), mood) {
            (Some(object), _) => found(object, request.range),
            (None, Mood::Forbidding) => error("403 Forbidden", "AccessDenied"),
            (None, _) => error("404 Not Found", "NoSuchKey"),
        },
        _ => error("405 Method Not Allowed", "MethodNotAllowed"),
    }
}

const WRITTEN: &str = "last-modified: Wed, 21 Oct 2026 07:28:00 GMT\r\netag: \"tag\"\r\n";

fn found(object: &[u8], range: Option<(usize, usize)>) -> Answer {
    match range {
        None => ("200 OK", WRITTEN.to_owned(), object.to_vec()),
        Some((first, last)) => {
            let last = last.min(object.len() - 1);
            let headers = format!("{WRITTEN}content-range: bytes {first}-{last}/{}\r\n", object.len());
            ("206 Partial Content", headers, object[first..=last].to_vec())
        }
    }
}

fn list(bucket: &str, objects: &BTreeMap<String, Vec<u8>>) -> Answer {
    let prefix = format!("{}/", bucket.trim_end_matches('/'));
    let mut body = "<ListBucketResult>".to_owned();
    for (name, bytes) in objects {
        if let Some(name) = name.strip_prefix(&prefix).filter(|name| !name.contains('#')) {
            let _ = write!(
                body,
                "<Contents><Key>{name}</Key><LastModified>2026-10-21T07:28:00.000Z</LastModified><ETag>\"tag\"</ETag>\
                 <Size>{}</Size></Contents>",
                bytes.len()
            );
        }
    }
    body.push_str("<IsTruncated>false</IsTruncated></ListBucketResult>");
    ("200 OK", String::new(), body.into_bytes())
}
