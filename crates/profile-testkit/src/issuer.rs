//! An outside issuer of tokens that can be slow, fail, redirect, never end, and exchange its keys.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What the issuer answers.
#[derive(Debug, Clone, Default)]
pub struct IssuerReply {
    status: u16,
    headers: Vec<String>,
    body: String,
    delay: Duration,
    endless: bool,
}

impl IssuerReply {
    /// 200 with this document.
    pub fn document(body: impl Into<String>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    /// An error.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// A redirect.
    pub fn redirect(location: &str) -> Self {
        Self::status(302).with("location", location)
    }

    /// 200 with a document that never ends.
    pub fn endless() -> Self {
        Self { endless: true, ..Self::document("") }
    }

    /// The same with a header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push(format!("{name}: {value}\r\n"));
        self
    }

    /// The same after a while.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

/// A server on this machine that answers every request alike.
pub struct FakeIssuer {
    address: String,
    reply: Arc<Mutex<IssuerReply>>,
    requests: Arc<AtomicUsize>,
    sent: Arc<AtomicUsize>,
}

impl FakeIssuer {
    /// Starts it.
    pub fn start(reply: IssuerReply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = Self {
            address: listener.local_addr().unwrap().to_string(),
            reply: Arc::new(Mutex::new(reply)),
            requests: Arc::default(),
            sent: Arc::default(),
        };
        let (reply, requests, sent) =
            (Arc::clone(&issuer.reply), Arc::clone(&issuer.requests), Arc::clone(&issuer.sent));
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (reply, requests, sent) = (Arc::clone(&reply), Arc::clone(&requests), Arc::clone(&sent));
                thread::spawn(move || {
                    let mut connection = connection.unwrap();
                    read_head(&connection);
                    // What it answers is decided when it is asked, however long the answer takes.
                    let reply = reply.lock().unwrap().clone();
                    requests.fetch_add(1, Ordering::SeqCst);
                    answer(&mut connection, &reply, &sent);
                });
            }
        });
        issuer
    }

    /// Where its keys are.
    pub fn url(&self) -> String {
        format!("http://{}/jwks", self.address)
    }

    /// Its host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on it answers so.
    pub fn answer_with(&self, reply: IssuerReply) {
        *self.reply.lock().unwrap() = reply;
    }

    /// How often it was asked.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// How many bytes of endless documents were taken.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

fn read_head(connection: &TcpStream) {
    let mut lines = BufReader::new(connection);
    let mut line = String::new();
    while lines.read_line(&mut line).is_ok_and(|length| length > 2) {
        line.clear();
    }
}

fn answer(connection: &mut TcpStream, reply: &IssuerReply, sent: &AtomicUsize) {
    let IssuerReply { status, headers, body, delay, endless } = reply;
    thread::sleep(*delay);
    let headers = headers.concat();
    let length = if *endless { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let head = format!("HTTP/1.1 {status} Status\r\n{headers}{length}connection: close\r\n\r\n");
    // The other side may have gone.
    connection.write_all(format!("{head}{body}").as_bytes()).ok();
    while *endless && connection.write_all(&[b' '; 16 * 1024]).is_ok() {
        sent.fetch_add(16 * 1024, Ordering::SeqCst);
    }
}
