//! The console in a real browser: Debian's Chromium does what somebody of the support desk does, with JavaScript and without.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    thread,
    time::Duration,
};

use profile_testkit::child_process::{leashed, release};
use serde_json::{Value, json};
use support::{
    Target, UNLIMITED, full_rows,
    packages::{node_with, run},
    profile, user,
};

const PACKAGES: &[&str] = &["playwright-core@1.65.1", "axe-core@4.14.1"];
const DATABASE: &str = "sqlite://data/profile.db";
/// How often, and at which intervals, the demo data is waited for.
const TRIES: usize = 300;
const INTERVAL: Duration = Duration::from_millis(100);
/// Most bytes of a picture in the documentation.
const MAX_PICTURE_BYTES: u64 = 60 * 1024;
/// Five pages in two colour schemes.
const PICTURES: usize = 10;
/// Lets subscriptions have the scripts as their target.
const ANY_TARGET: (&str, &str) = ("PROFILE_WEBHOOK_ALLOW_PRIVATE", "on");
/// People whose records have a value in every field: seven each.
const WHOLE_PEOPLE: i64 = 8;
/// The last microsecond of a day in Stockholm and the one behind it, in turn: of a day before and of the day itself when the
/// clocks go forward, and the same when they go back.
const MIDNIGHTS: [&str; 8] = [
    "2025-03-29T22:59:59.999999Z",
    "2025-03-29T23:00:00Z",
    "2025-03-30T21:59:59.999999Z",
    "2025-03-30T22:00:00Z",
    "2025-10-25T21:59:59.999999Z",
    "2025-10-25T22:00:00Z",
    "2025-10-26T22:59:59.999999Z",
    "2025-10-26T23:00:00Z",
];

/// Returns a path of this crate.
fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// Returns the files of a folder.
fn files_of(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).unwrap().map(|file| file.unwrap().path())
}

/// Returns the routes of the console's pages, as their sources register them.
fn routes() -> Vec<String> {
    let mut routes = Vec::new();
    for file in files_of(&folder("../profile-console/src/pages")) {
        let source = fs::read_to_string(file).unwrap();
        let registered = source.split("web::resource(\"").skip(1);
        routes.extend(registered.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    routes
}

/// Returns the program of the browser.
fn chromium() -> PathBuf {
    let path = env::var_os("PATH").unwrap();
    let found = env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser"].map(|name| folder.join(name)))
        .find(|program| program.exists());
    found.unwrap_or_else(|| panic!("Chromium is needed: apt-get install chromium, or scripts/install"))
}

/// Returns where the scripts are: a module finds its packages above its own folder.
fn scripts() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let copies = node_with("browser", PACKAGES);
        let is_script = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "mjs");
        for script in files_of(&folder("tests/browser")).filter(is_script) {
            fs::copy(&script, copies.join(script.file_name().unwrap())).unwrap();
        }
        copies
    })
}

/// Waits until somebody of the demo data is found by this program.
fn until_found(program: impl Fn() -> Command) {
    for _ in 0..TRIES {
        let found = run(program().args(["find", "ada@example.test", "--json"]), "a search");
        if found.contains(r#""person":"#) {
            return;
        }
        thread::sleep(INTERVAL);
    }
    panic!("nobody is found");
}

/// Imports a file of rows, as of an instant if there is one.
fn import(folder: &Path, rows: &Path, at: Option<&str>) {
    let mut import = profile(folder, DATABASE);
    run(import.arg("import").arg(rows).envs(at.map(|at| ("PROFILE_CLOCK", at))), "an import");
}

/// Serves the demo data beside what is in a folder, and waits until somebody of it is found.
fn served(of: PathBuf) -> Target {
    import(&of, &folder("src/demo/demo.ndjson"), None);
    let target = Target::serve_with(of, DATABASE, &[UNLIMITED, ANY_TARGET]);
    until_found(|| profile(&target.folder, DATABASE));
    target
}

/// Returns the path of a new link to the console.
fn link(target: &Target, name: &str) -> String {
    let mut command = profile(&target.folder, DATABASE);
    let link = run(command.args(["console-link", "--role", "support", "--name", name]), "a link");
    link.trim().trim_start_matches("http://profile.test").to_owned()
}

/// Runs a script in a browser of its own; `world` is what it is told.
fn run_script(script: &str, mut world: Value) {
    world["chromium"] = json!(chromium());
    let mut node = Command::new("node");
    run(node.arg(scripts().join(script)).env("WORLD", world.to_string()), "see the script");
}

/// Runs a script over a service of its own; `more` is what only this script is told.
fn drive(script: &str, more: Value) {
    drive_over(&served(Target::empty()), script, more);
}

/// Runs a script over a service that has more than the demo data.
fn drive_over(target: &Target, script: &str, more: Value) {
    let key = |role: &str| target.operator_key(DATABASE, role, &[]).secret;
    let mut world = json!({
        "url": target.url,
        "keys": { "reader": key("reader"), "support": key("support"), "privacy": key("privacy"), "admin": key("admin") },
        "link": link(target, "Maja, support desk"),
        "holders": { "70021": user(70021), "70030": user(70030) },
    });
    if let (Value::Object(world), Value::Object(more)) = (&mut world, more) {
        world.extend(more);
    }
    run_script(script, world);
}

#[test]
fn somebody_is_found_corrected_and_taken_back() {
    drive("journey.mjs", json!({ "javascript": true, "email": "ZOE@example.test", "login": "70021" }));
}

#[test]
fn somebody_is_found_corrected_and_taken_back_without_javascript() {
    drive("journey.mjs", json!({ "javascript": false, "email": "ada@example.test", "login": "70030" }));
}

#[test]
fn an_import_is_tried_and_somebody_is_erased() {
    drive("administer.mjs", json!({ "javascript": true, "login": "5500001" }));
}

#[test]
fn an_import_is_tried_and_somebody_is_erased_without_javascript() {
    drive("administer.mjs", json!({ "javascript": false, "login": "5500002" }));
}

#[test]
fn an_import_that_runs_is_stopped() {
    drive("stop.mjs", json!({}));
}

#[test]
fn each_role_opens_its_pages_and_is_offered_its_actions() {
    drive("roles.mjs", json!({}));
}

#[test]
fn support_sees_no_sensitive_value_on_any_page() {
    drive("canaries.mjs", json!({}));
}

#[test]
fn the_feed_says_by_itself_that_there_is_more_and_moves_nothing() {
    drive("feed.mjs", json!({}));
}

#[test]
fn a_day_ends_in_the_readers_zone() {
    let (data, login) = (Target::empty(), 7_700_001);
    let rows = data.join("day.ndjson");
    for (version, at) in (1..).zip(MIDNIGHTS) {
        let row = json!({ "kind": "account", "login": login, "city": format!("Town {version}") });
        fs::write(&rows, row.to_string()).unwrap();
        import(&data, &rows, Some(at));
    }
    drive_over(&served(data), "zones.mjs", json!({ "login": login }));
}

#[test]
fn the_keyboard_is_enough_to_find_somebody() {
    drive("keyboard.mjs", json!({}));
}

#[test]
fn every_page_is_accessible_fits_from_360_pixels_to_4k_and_does_not_jump() {
    drive("pages.mjs", json!({ "routes": routes() }));
}

#[test]
fn what_comes_of_a_form_is_accessible_fits_from_360_pixels_to_4k_and_does_not_jump() {
    drive("answers.mjs", json!({}));
}

#[test]
fn a_first_visit_to_any_page_takes_60_kib_at_most() {
    let target = served(Target::empty());
    let rows = target.folder.join("whole.ndjson");
    let people = (1..=WHOLE_PEOPLE).flat_map(|number| full_rows::person(number, &format!("whole:{number}")));
    let all: Vec<Value> = full_rows::references().into_iter().chain(people).collect();
    fs::write(&rows, full_rows::lines(&all)).unwrap();
    import(&target.folder, &rows, None);
    let whole = [
        "customer/9500001",
        "account/9500001",
        "user/user_F0000000000001",
        "client/6b2f6a3e-8f0d-4c56-9f6e-000000000001",
        "member/9500001",
    ];
    drive_over(&target, "first_visit.mjs", json!({ "whole": whole }));
}

/// The program as somebody starts it who has read the README: without any setting but a port that is free.
#[test]
fn a_stranger_goes_from_the_readme_to_a_corrected_profile() {
    let folder = Target::empty();
    let program = env!("CARGO_BIN_EXE_profile");
    let mut keeper = leashed("TERM", &folder, &[program, "serve", "--demo"]);
    let keeper = keeper.current_dir(&folder).env("PROFILE_BIND", "127.0.0.1:0").spawn().unwrap();
    let printed = printed_by_the_demo(&folder);
    let between = |begin: &str, end: &str| printed.split_once(begin).unwrap().1.split(end).next().unwrap();
    let link = between("Console, once, within 10 minutes: ", "\n");
    let (url, _) = link.split_once("/console/").unwrap();
    let token = between(&format!("curl -X PUT {url}/account/me -H 'Authorization: "), "'");
    until_found(|| {
        let mut find = Command::new(program);
        find.current_dir(&folder);
        find
    });
    run_script("stranger.mjs", json!({ "url": url, "link": link, "token": token }));
    release(keeper).unwrap();
}

/// Returns what the demo prints, once the link is there.
fn printed_by_the_demo(folder: &Path) -> String {
    for _ in 0..TRIES {
        let printed = fs::read_to_string(folder.join("out")).unwrap_or_default();
        if printed.contains("/console/link/") && printed.ends_with('\n') {
            return printed;
        }
        thread::sleep(INTERVAL);
    }
    panic!("the demo prints no link: {}", fs::read_to_string(folder.join("log")).unwrap_or_default());
}

/// With `PROOF_WRITE_PICTURES` the pictures are those of the documentation.
#[test]
fn pictures_of_the_pages_are_small() {
    let pictures = match env::var_os("PROOF_WRITE_PICTURES") {
        Some(_) => folder("../../docs/images"),
        None => tempfile::tempdir().unwrap().keep(),
    };
    fs::create_dir_all(&pictures).unwrap();
    drive("pictures.mjs", json!({ "pictures": pictures }));
    let found: Vec<PathBuf> = files_of(&pictures).collect();
    for picture in &found {
        let bytes = fs::metadata(picture).unwrap().len();
        assert!(bytes <= MAX_PICTURE_BYTES, "{} has {bytes} bytes", picture.display());
    }
    assert_eq!(found.len(), PICTURES, "{found:?}");
}
