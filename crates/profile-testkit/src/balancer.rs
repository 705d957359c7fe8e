//! An HAProxy that spreads requests over the servers that are ready.

use std::{fmt::Write as _, fs, net::SocketAddr};

use crate::{
    child_process::{Keeper, installed, leashed},
    cluster::free_port,
};

/// A running HAProxy.
pub struct Balancer {
    /// Where it listens.
    pub url: String,
    _keeper: Keeper,
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
        let program = installed("haproxy", "HAProxy");
        let haproxy =
            leashed("TERM", &folder, &[program.as_os_str(), "-db".as_ref(), "-f".as_ref(), file.as_os_str()]);
        let keeper = Keeper::start("HAProxy", haproxy, &folder, port);
        Self { url: format!("http://127.0.0.1:{port}"), _keeper: keeper }
    }
}
