//! A throw-away PostgreSQL cluster from the installed binaries, one per test process.

use std::{
    ffi::OsStr,
    fs, io,
    net::{SocketAddr, TcpListener},
    os::unix::{fs::chown, process::CommandExt as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::child_process::{leashed, release};

/// How long a cluster may take to accept connections.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The running cluster.
pub struct Cluster {
    /// Where the server keeps its files, the write-ahead log among them.
    pub data: PathBuf,
    folder: PathBuf,
    port: u16,
    bin: PathBuf,
    user: Option<(u32, u32)>,
    /// Each holds a server on its leash until the test process ends.
    keepers: Vec<Child>,
}

impl Cluster {
    /// The cluster of this process, started by the first caller.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start; the message says what to install.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    /// A cluster of the caller's own.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start; the message says what to install.
    pub fn start() -> Self {
        let mut cluster = Self::prepared(free_port());
        let mut initdb = cluster.as_owner(Command::new(cluster.program("initdb")));
        let made = initdb
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&cluster.data)
            .output()
            .expect("cannot run initdb");
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        cluster.serve();
        cluster
    }

    /// A cluster that has a folder, but no files yet, and that will listen on `port`.
    pub(crate) fn prepared(port: u16) -> Self {
        let folder = tempfile::Builder::new().prefix("profile-postgres-").tempdir().unwrap().keep();
        let user = unprivileged_user();
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).expect("cannot hand the folder to the user postgres");
        }
        let data = folder.join("data");
        Self { data, folder, port, bin: binaries(), user, keepers: Vec::new() }
    }

    pub(crate) fn serve(&mut self) {
        let server = self.bin.join("postgres");
        let port = self.port.to_string();
        let arguments: [&OsStr; 11] = [
            server.as_os_str(),
            "-D".as_ref(),
            self.data.as_os_str(),
            "-k".as_ref(),
            self.folder.as_os_str(),
            "-h".as_ref(),
            "127.0.0.1".as_ref(),
            "-p".as_ref(),
            port.as_ref(),
            "-c".as_ref(),
            "max_connections=300".as_ref(),
        ];
        let mut keeper = self.as_owner(leashed("QUIT", &self.folder, &arguments));
        self.keepers.push(keeper.process_group(0).spawn().expect("cannot start PostgreSQL"));
        self.wait_until_ready();
    }

    /// Stops the server as a power cut would, and starts it again on the same files.
    ///
    /// # Panics
    /// If it does not stop or start.
    pub fn crash(&mut self) {
        let mut stop = self.as_owner(Command::new(self.bin.join("pg_ctl")));
        let stopped = stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(&self.data).status().unwrap();
        assert!(stopped.success(), "PostgreSQL did not stop");
        self.serve();
    }

    /// Removes the files of a server that has been killed.
    pub(crate) fn remove(self) {
        for keeper in self.keepers {
            release(keeper).expect("the keeper of the server did not end");
        }
    }

    /// Where a program of PostgreSQL is.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// The command as the user that owns the files.
    pub(crate) fn as_owner(&self, mut command: Command) -> Command {
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&self.folder);
        command
    }

    fn wait_until_ready(&self) {
        let started = Instant::now();
        while !self.run("pg_isready", &[]).is_ok_and(|ready| ready) {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(started.elapsed() < START_LIMIT, "PostgreSQL did not start: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> io::Result<bool> {
        Command::new(self.bin.join(program))
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p", &self.port.to_string()])
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .map(|status| status.success())
    }

    /// A new empty database; answers its URL.
    ///
    /// # Panics
    /// If the cluster does not answer.
    pub fn database(&self) -> String {
        self.database_with(&[])
    }

    /// A new empty database of another language; `options` are those of `createdb`.
    ///
    /// # Panics
    /// If the cluster does not answer, or does not know the language.
    pub fn database_with(&self, options: &[&str]) -> String {
        static MADE: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let arguments = [&[&*name], options].concat();
        assert!(self.run("createdb", &arguments).unwrap(), "cannot create a database");
        self.url(&name)
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// A new empty database with an encoding of its own.
    ///
    /// # Panics
    /// If the cluster does not answer.
    pub fn database_encoded(&self, encoding: &str) -> String {
        let name = format!("encoded_{}", encoding.to_lowercase());
        assert!(self.run("createdb", &["-E", encoding, "-T", "template0", &name]).unwrap(), "{encoding}");
        self.url(&name)
    }

    /// All of the database `url`, as `pg_dump` writes it, but for the random words around it, and for the rows by which servers
    /// say that they are there.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn dump(&self, url: &str) -> String {
        let dump = Command::new(self.bin.join("pg_dump"))
            // Where servers write each second that they live.
            .args(["--exclude-table-data=feed_server", "--exclude-table-data=key_holder", url])
            .output()
            .unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let random = |line: &&str| line.starts_with("\\restrict") || line.starts_with("\\unrestrict");
        String::from_utf8_lossy(&dump.stdout).lines().filter(|line| !random(line)).collect()
    }

    /// What the server has logged so far.
    ///
    /// # Panics
    /// If that cannot be read.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }

    /// The rows that a query finds in the database `url`, one a line, their columns between bars.
    ///
    /// # Panics
    /// If it fails.
    pub fn query(&self, url: &str, query: &str) -> String {
        let done = Command::new(self.bin.join("psql")).args([url, "-qAtc", query]).output().unwrap();
        assert!(done.status.success(), "{query}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Runs one statement in the database `url`.
    ///
    /// # Panics
    /// If it fails.
    pub fn execute(&self, url: &str, statement: &str) {
        let done = Command::new(self.bin.join("psql")).args([url, "-qc", statement]).status().unwrap();
        assert!(done.success(), "{statement}");
    }
}

/// Where the server's programs are: on the path, or in the newest of Debian's folders.
fn binaries() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let mut found: Vec<PathBuf> = debian.filter(|bin| bin.join("initdb").exists()).collect();
    found.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path)
        .find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists());
    found.pop().or(on_path).expect(
        "PostgreSQL is not installed: these tests start a cluster of their own. Run ./test, which installs it, \
         or `apt-get install postgresql`",
    )
}

/// The server refuses to run as root; root hands it to the system's user for it.
pub(crate) fn unprivileged_user() -> Option<(u32, u32)> {
    let id = |flag| {
        let output = Command::new("id").args(flag).output().expect("cannot run id");
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok()
    };
    if id(&["-u"][..]) != Some(0) {
        return None;
    }
    let user = id(&["-u", "postgres"]).expect("the system has no user postgres to run PostgreSQL as");
    Some((user, id(&["-g", "postgres"]).unwrap_or(user)))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("no free port").port()
}
