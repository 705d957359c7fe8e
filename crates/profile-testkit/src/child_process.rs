//! Child processes that never outlive the test process, however that ends.

use std::{
    ffi::OsStr,
    io,
    path::Path,
    process::{Child, Command, Stdio},
};

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
