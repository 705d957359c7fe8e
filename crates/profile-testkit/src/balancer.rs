//! An HAProxy that spreads requests over the servers that are ready.

use std::{
    fmt::Write as _,
    fs,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use crate::{
    child_process::{leashed, release},
    cluster::free_port,
};

/// How long it may take to listen.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running HAProxy.
pub struct Balancer {
    /// Where it listens.
    pub url: String,
    keeper: Option<Child>,
}

impl Balancer {
    /// Starts one before `servers`, each of which it asks for `/readyz` five times a second.
    ///
    /// # Panics
    /// If HAProxy is not installed or does not start; the message says what to install.
    pub fn start(servers: &[SocketAddr]) -> Self {
        let folder = tempfile::Builder::new().prefix("profile-haproxy-").tempdir().unwrap().keep();
        let port = free_port();
        let mut text = format!(
            "defaults\n mode http\n timeout connect 2s\n timeout client 30s\n timeout server 30s\n\
             frontend all\n bind 127.0.0.1:{port}\n default_backend servers\n\
             backend servers\n balance roundrobin\n option httpchk GET /readyz\n"
        );
        for (number, server) in servers.iter().enumerate() {
            writeln!(text, " server s{number} {server} check inter 200ms fall 1 rise 1").unwrap();
        }
        let file = folder.join("haproxy.cfg");
        fs::write(&file, text).unwrap();
        let program = program();
        let mut keeper =
            leashed("TERM", &folder, &[program.as_os_str(), "-db".as_ref(), "-f".as_ref(), file.as_os_str()]);
        let balancer = Self {
            url: format!("http://127.0.0.1:{port}"),
            keeper: Some(keeper.spawn().expect("cannot start HAProxy")),
        };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(started.elapsed() < START_LIMIT, "HAProxy did not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
        balancer
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            release(keeper).ok();
        }
    }
}

fn program() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    folders.push(Path::new("/usr/sbin").to_owned());
    let found = folders.into_iter().map(|folder| folder.join("haproxy")).find(|file| file.exists());
    found.expect("HAProxy is not installed: run scripts/install, or `apt-get install haproxy`")
}
