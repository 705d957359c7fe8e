//! Published programs that tests drive, kept in the cache folder between runs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

/// Where they are kept.
pub fn cache() -> PathBuf {
    let home = || Path::new(&std::env::var("HOME").unwrap()).join(".cache");
    let cache = std::env::var("XDG_CACHE_HOME").map_or_else(|_| home(), PathBuf::from).join("profile/sdk");
    fs::create_dir_all(&cache).unwrap();
    cache
}

/// Runs a command that must succeed; answers its output.
pub fn run(command: &mut Command, hint: &str) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {hint}"));
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?} failed; {hint}\n{}\n{}",
        shown(&output.stdout),
        shown(&output.stderr)
    );
    shown(&output.stdout)
}

/// Of several tests that need a program, one installs it.
pub static INSTALLING: Mutex<()> = Mutex::new(());

/// The folder of programs of a Python that has these packages, which name their versions, with spaces between them.
pub fn python_with(packages: &str) -> PathBuf {
    let _one = INSTALLING.lock();
    let folder = cache().join(format!("python-{}", packages.replace("==", "-").replace(' ', "-")));
    let bin = folder.join("bin");
    if !folder.join("installed").exists() {
        let hint = "Python 3 with venv is needed: apt-get install python3-venv";
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), hint);
        let hint = "the package registry must be in reach";
        let mut pip = Command::new(bin.join("python"));
        run(pip.args(["-m", "pip", "install", "--quiet"]).args(packages.split(' ')), hint);
        fs::write(folder.join("installed"), packages).unwrap();
    }
    bin
}

/// The folder whose `node_modules` has `packages`, which name their versions.
pub fn node_with(name: &str, packages: &[&str]) -> PathBuf {
    let _one = INSTALLING.lock();
    let folder = cache().join(format!("node-{name}"));
    let installed = packages.join("\n");
    if fs::read_to_string(folder.join("installed")).is_ok_and(|found| found == installed) {
        return folder;
    }
    fs::create_dir_all(&folder).unwrap();
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).args(packages);
    run(&mut npm, "Node.js 20 with npm is needed: apt-get install nodejs npm");
    fs::write(folder.join("installed"), installed).unwrap();
    folder
}
