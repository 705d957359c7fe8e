//! A throw-away NATS server with `JetStream`, which can be killed and started again with what it has stored.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    child_process::{leashed, release},
    cluster::free_port,
};

/// How long the server may take to listen.
const START_LIMIT: Duration = Duration::from_secs(30);
/// The stream that takes every change.
const STREAM: &str = "profile";
const USER: &str = "profile";
/// As it is, and as a URL holds it.
const PASSWORD: (&str, &str) = ("s@cret:1", "s%40cret%3A1");

/// A message of the stream.
#[derive(Debug, Clone)]
pub struct Message {
    /// The subject.
    pub subject: String,
    /// What `Nats-Msg-Id` says.
    pub id: String,
    /// What `content-type` says.
    pub content_type: String,
    /// The body.
    pub body: Value,
}

/// A NATS server, which knows one user.
pub struct Broker {
    port: u16,
    folder: PathBuf,
    keeper: Option<Child>,
}

impl Broker {
    /// Starts one that flushes every message before it confirms it.
    ///
    /// # Panics
    /// If nats-server is not installed or does not start; the message says what to install.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("profile-nats-").tempdir().unwrap().keep();
        let mut broker = Self { port: free_port(), folder, keeper: None };
        broker.restart();
        broker
    }

    /// Starts it again, after it was killed.
    pub fn restart(&mut self) {
        let (port, data, password) = (self.port, self.folder.join("data"), PASSWORD.0);
        let data = data.display();
        let file = self.folder.join("nats.conf");
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"{data}\", sync_interval: always }}\n\
             authorization {{ user: {USER}, password: {password:?} }}\n"
        );
        fs::write(&file, text).unwrap();
        // The leash removes its folder when the server ends.
        let run = tempfile::Builder::new().prefix("profile-nats-run-").tempdir().unwrap().keep();
        let program = program();
        let mut keeper = leashed("KILL", &run, &[program.as_os_str(), "--config".as_ref(), file.as_os_str()]);
        self.keeper = Some(keeper.spawn().expect("cannot start nats-server"));
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(run.join("log")).unwrap_or_default();
            assert!(started.elapsed() < START_LIMIT, "nats-server did not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it, as a power cut would its process.
    pub fn kill(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            release(keeper).unwrap();
        }
    }

    /// Sends it a signal, such as `-STOP`; returns whether it was there to get it.
    #[must_use]
    pub fn signal(&self, signal: &str) -> bool {
        self.keeper.as_ref().is_some_and(|keeper| {
            let mut command = Command::new("pkill");
            command.args([signal, "-P", &keeper.id().to_string()]);
            command.status().is_ok_and(|status| status.success())
        })
    }

    /// Returns the address, with user and password.
    pub fn url(&self) -> String {
        format!("nats://{USER}:{}@127.0.0.1:{}", PASSWORD.1, self.port)
    }

    /// Makes the stream, which takes every change.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn create_stream(&self) {
        let config = json!({
            "name": STREAM,
            "subjects": ["profile.*.changed"],
            "storage": "file",
            "allow_direct": true,
        });
        let (_, made) = Client::connect(self.port).request("STREAM.CREATE.profile", &config);
        let made: Value = serde_json::from_slice(&made).unwrap();
        assert!(made["error"].is_null(), "{made}");
    }

    /// Returns what the stream holds, in its order.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn messages(&self) -> Vec<Message> {
        let mut client = Client::connect(self.port);
        let (_, info) = client.request("STREAM.INFO.profile", &Value::Null);
        let info: Value = serde_json::from_slice(&info).unwrap();
        let last = info["state"]["last_seq"].as_u64().unwrap_or_else(|| panic!("{info}"));
        (1..=last)
            .map(|number| {
                let (head, body) = client.request("DIRECT.GET.profile", &json!({ "seq": number }));
                let header = |name: &str| {
                    let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    line.unwrap_or_default().trim().to_owned()
                };
                Message {
                    subject: header("Nats-Subject"),
                    id: header("Nats-Msg-Id"),
                    content_type: header("content-type"),
                    body: serde_json::from_slice(&body).unwrap(),
                }
            })
            .collect()
    }
}

/// A connection that asks for one thing after the other, in the protocol's own words: what it reads does not depend on the
/// library under test.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(port: u16) -> Self {
        let mut client = Self(BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap()));
        client.0.get_ref().set_read_timeout(Some(START_LIMIT)).unwrap();
        client.line();
        let login =
            json!({ "user": USER, "pass": PASSWORD.0, "headers": true, "verbose": false, "pedantic": false });
        client.send(&format!("CONNECT {login}\r\nSUB answers 1\r\n"));
        client
    }

    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Returns the headers and the body of an answer.
    fn request(&mut self, of: &str, body: &Value) -> (String, Vec<u8>) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(&format!("PUB $JS.API.{of} answers {}\r\n{body}\r\n", body.len()));
        loop {
            let line = self.line();
            let words: Vec<&str> = line.split(' ').collect();
            let number = |behind: usize| -> usize { words[words.len() - behind].parse().unwrap() };
            let (head, all) = match words[0] {
                "MSG" => (0, number(1)),
                "HMSG" => (number(2), number(1)),
                "PING" => {
                    self.send("PONG\r\n");
                    continue;
                }
                _ => panic!("{line}"),
            };
            let mut bytes = vec![0; all + 2];
            self.0.read_exact(&mut bytes).unwrap();
            bytes.truncate(all);
            let body = bytes.split_off(head);
            return (String::from_utf8(bytes).unwrap(), body);
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            release(keeper).ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Where `scripts/install` has put it, else on the path; Debian's own is too old to flush every message.
fn program() -> PathBuf {
    let home = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    let installed = cache.join("profile/sdk/nats-server/bin");
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::iter::once(installed).chain(std::env::split_paths(&on_path));
    let found = folders.find(|folder| folder.join("nats-server").exists());
    found.expect("nats-server is not installed: run scripts/install").join("nats-server")
}
