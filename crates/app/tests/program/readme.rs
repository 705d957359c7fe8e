//! The commands of the README, run by a shell against the demo, as a stranger pastes them.

use std::{
    fs,
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    DATABASE,
    serve::begin,
    support::{announced_address, profile},
};

/// Where the README says that the service is.
const SHOWN: &str = "http://127.0.0.1:8080";
/// The commands, in the order of the page, each with what its output has.
const SHOWS: [(&str, &[&str]); 8] = [
    ("curl -X PUT ", &["\"login\":70021", "\"city\":\"Malmö\""]),
    ("KEY=$(cargo run --quiet -- operator key create ", &[]),
    ("curl '", &["\"field\":\"phone\"", "\"key\":\"70021\""]),
    ("curl '", &["\"actor\":\"account-user:70021\"", "\"old\":\"Lund\",\"new\":\"Malmö\""]),
    ("curl -X PATCH ", &["\"city\":\"Lund\"", "\"reason\":\"ticket 4711\"", "\"changed\":[\"city\""]),
    ("curl ", &["\"login\":70021", "\"city\":\"Lund\""]),
    ("curl -X POST ", &["\"city\":\"Malmö\"", "\"version\":4"]),
    ("cargo run --quiet -- console-link ", &["/console/link/pcl_"]),
];

/// A server that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The commands of the page, each with the lines that go on from it.
fn commands(page: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in page.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push(command.to_owned()),
            None if goes_on => commands.last_mut().unwrap().extend(["\n", line]),
            None => continue,
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

#[test]
fn the_commands_of_the_readme_answer_as_it_says() {
    let folder = TempDir::new().unwrap();
    let _server = Killed(begin(&folder, &["serve", "--demo"], "API documents"));
    let printed = fs::read_to_string(folder.path().join("out")).unwrap();
    let token = printed.split("Authorization: ey").nth(1).unwrap().split('\'').next().unwrap();
    let url = format!("http://{}", announced_address(folder.path()));
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let commands = commands(&page);
    assert_eq!(commands.len(), SHOWS.len(), "{commands:#?}");
    // People are found as soon as the search has followed the log.
    let found =
        || profile(folder.path(), DATABASE).args(["find", "zoe@example.test"]).output().unwrap().stdout;
    let begun = Instant::now();
    while !String::from_utf8_lossy(&found()).contains("70021") {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody is found");
    }
    // The program in place of cargo, which builds it first.
    let mut script = "set -e\ncargo() { shift 3; \"$PROFILE\" \"$@\"; }\n".to_owned();
    for (command, (begins, _)) in commands.iter().zip(SHOWS) {
        assert!(command.starts_with(begins), "{command}");
        let command = command.replace(SHOWN, &url).replace("eyJ0eXAiOiJKV1Qi…", &format!("ey{token}"));
        script.extend([&command, "\necho '<end>'\n"]);
    }
    let mut shell = profile(folder.path(), DATABASE);
    let settings: Vec<_> =
        shell.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
    shell = Command::new("bash");
    shell.envs(settings).env("PROFILE", env!("CARGO_BIN_EXE_profile")).current_dir(folder.path());
    let run = shell.args(["-c", &script]).output().unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{out}{}", String::from_utf8_lossy(&run.stderr));
    for (answer, (command, shows)) in out.split("<end>").zip(SHOWS) {
        for part in shows {
            assert!(answer.contains(part), "{command}: {part} is not in {answer}");
        }
    }
}
