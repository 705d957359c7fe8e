//! A PgBouncer that gives every transaction another session, before the throw-away cluster.

use std::{
    fs,
    net::TcpStream,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use crate::{
    child_process::{leashed, release},
    cluster::{Cluster, free_port, unprivileged_user},
};

/// How long the pooler may take to listen.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running PgBouncer.
pub struct Pooler {
    port: u16,
    keeper: Option<Child>,
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
        let mut keeper = leashed("TERM", &folder, &[program().as_os_str(), file.as_os_str()]);
        if let Some((uid, gid)) = unprivileged_user() {
            chown(&folder, Some(uid), Some(gid)).unwrap();
            keeper.uid(uid).gid(gid);
        }
        keeper.current_dir(&folder).process_group(0);
        let pooler = Self { port, keeper: Some(keeper.spawn().expect("cannot start PgBouncer")) };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(started.elapsed() < START_LIMIT, "PgBouncer did not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
        pooler
    }

    /// The URL of the database `url` through the pooler.
    pub fn url(&self, url: &str) -> String {
        let database = url.rsplit('/').next().unwrap();
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Pooler {
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
    let found = folders.into_iter().map(|folder| folder.join("pgbouncer")).find(|file| file.exists());
    found.expect("PgBouncer is not installed: run scripts/install, or `apt-get install pgbouncer`")
}
