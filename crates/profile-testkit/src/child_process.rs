//! Child processes that never outlive the test process, however that ends.

use std::{
    ffi::OsStr,
    fs, io,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a program may take to listen.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Runs `"$@"`, and ends it when standard input ends, which the kernel sees to when the test process is gone; then
/// removes the folder.
const SCRIPT: &str = r#"
signal=$1; folder=$2; shift 2
"$@" </dev/null >"$folder/out" 2>"$folder/log" &
child=$!
read -r _
kill -"$signal" $child 2>/dev/null; wait $child; rm -rf "$folder"
"#;

/// A shell that holds a child on a leash; complete it with user, environment and working folder, then spawn it.
/// The child's output is in `out` and `log` of `folder`.
pub fn leashed<S: AsRef<OsStr>>(signal: &str, folder: &Path, program_and_arguments: &[S]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "sh", signal]).arg(folder).args(program_and_arguments);
    command.stdin(Stdio::piped());
    command
}

/// Lets go of a child: it ends, and its folder is removed.
pub fn release(mut child: Child) -> io::Result<()> {
    drop(child.stdin.take());
    child.wait().map(drop)
}

/// A child that is let go of with this.
pub(crate) struct Keeper(Option<Child>);

impl Keeper {
    /// Starts a [`leashed`] program, called `name` in messages, and waits until it listens at `port`.
    pub(crate) fn start(name: &str, mut leashed: Command, folder: &Path, port: u16) -> Self {
        let child = leashed.spawn().unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let keeper = Self(Some(child));
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(started.elapsed() < START_LIMIT, "{name} did not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
        keeper
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(child) = self.0.take() {
            release(child).ok();
        }
    }
}

/// Returns the file of a program, whose package has its name; `title` is what messages call it.
pub(crate) fn installed(program: &str, title: &str) -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    folders.push(Path::new("/usr/sbin").to_owned());
    let found = folders.into_iter().map(|folder| folder.join(program)).find(|file| file.exists());
    found.unwrap_or_else(|| {
        panic!("{title} is not installed: run scripts/install, or `apt-get install {program}`")
    })
}
