//! A PgBouncer that gives every transaction another session, before the throw-away cluster.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt as _},
};

use crate::{
    child_process::{Keeper, installed, leashed},
    cluster::{Cluster, free_port, unprivileged_user},
};

/// A running PgBouncer.
pub struct Pooler {
    port: u16,
    _keeper: Keeper,
}

impl Pooler {
    /// Starts one; `settings` are lines of its file.
    ///
    /// # Panics
    /// If PgBouncer is not installed or does not start; the message says what to install.
    pub fn start(cluster: &Cluster, settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("profile-pgbouncer-").tempdir().unwrap().keep();
        let port = free_port();
        let file = folder.join("pgbouncer.ini");
        let server = cluster.address();
        let text = format!(
            "[databases]\n* = host={} port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nauth_type = any\nunix_socket_dir =\npool_mode = transaction\n\
             default_pool_size = 4\nmax_client_conn = 200\n{settings}\n",
            server.ip(),
            server.port()
        );
        fs::write(&file, text).unwrap();
        let program = installed("pgbouncer", "PgBouncer");
        let mut pgbouncer = leashed("TERM", &folder, &[program.as_os_str(), file.as_os_str()]);
        if let Some((uid, gid)) = unprivileged_user() {
            chown(&folder, Some(uid), Some(gid)).unwrap();
            pgbouncer.uid(uid).gid(gid);
        }
        pgbouncer.current_dir(&folder).process_group(0);
        Self { port, _keeper: Keeper::start("PgBouncer", pgbouncer, &folder, port) }
    }

    /// The URL of the database `url` through the pooler.
    pub fn url(&self, url: &str) -> String {
        let database = url.rsplit('/').next().unwrap();
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}
