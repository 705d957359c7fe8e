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

use serde_json::{Value, json};
use support::{
    Target, UNLIMITED,
    packages::{node_with, run},
    profile, user,
};

const PACKAGES: &[&str] = &["playwright-core@1.65.1", "axe-core@4.14.1"];
const SCRIPTS: [&str; 8] = [
    "administer.mjs",
    "browser.mjs",
    "first_visit.mjs",
    "journey.mjs",
    "keyboard.mjs",
    "pages.mjs",
    "pictures.mjs",
    "roles.mjs",
];
const DATABASE: &str = "sqlite://data/profile.db";
/// How often, and at which intervals, people of the demo data are searched for before the tests begin.
const TRIES: usize = 300;
const INTERVAL: Duration = Duration::from_millis(100);
/// Most bytes of a picture in the documentation.
const MAX_PICTURE_BYTES: u64 = 60 * 1024;

/// Returns a path of this crate.
fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
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
        for script in SCRIPTS {
            fs::copy(folder("tests/browser").join(script), copies.join(script)).unwrap();
        }
        copies
    })
}

/// Serves the demo data, and waits until somebody of it is found.
fn served() -> Target {
    let folder_of_data = Target::empty();
    let data = folder("src/demo/demo.ndjson");
    run(profile(&folder_of_data, DATABASE).arg("import").arg(data), "the demo data");
    let target = Target::serve_with(folder_of_data, DATABASE, &[UNLIMITED]);
    for _ in 0..TRIES {
        let mut find = profile(&target.folder, DATABASE);
        if run(find.args(["find", "ada@example.test", "--json"]), "a search").contains(r#""person":"#) {
            return target;
        }
        thread::sleep(INTERVAL);
    }
    panic!("nobody is found");
}

/// Returns the path of a new link to the console.
fn link(target: &Target, name: &str) -> String {
    let mut command = profile(&target.folder, DATABASE);
    let link = run(command.args(["console-link", "--role", "support", "--name", name]), "a link");
    link.trim().trim_start_matches("http://profile.test").to_owned()
}

/// Runs a script in a browser of its own over a service of its own; `more` is what only this script is told.
fn drive(script: &str, more: Value) {
    let target = served();
    let key = |role: &str| target.operator_key(DATABASE, role, &[]).secret;
    let mut world = json!({
        "url": target.url,
        "chromium": chromium(),
        "keys": { "reader": key("reader"), "support": key("support"), "privacy": key("privacy"), "admin": key("admin") },
        "link": link(&target, "Maja, support desk"),
        "holders": { "70021": user(70021), "70030": user(70030) },
    });
    if let (Value::Object(world), Value::Object(more)) = (&mut world, more) {
        world.extend(more);
    }
    let mut node = Command::new("node");
    run(node.arg(scripts().join(script)).env("WORLD", world.to_string()), "see the script");
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
fn each_role_opens_its_pages_and_support_sees_no_sensitive_value() {
    drive("roles.mjs", json!({}));
}

#[test]
fn the_keyboard_is_enough_to_find_somebody() {
    drive("keyboard.mjs", json!({}));
}

#[test]
fn every_page_is_accessible_in_both_colour_schemes_and_fits_360_pixels() {
    drive("pages.mjs", json!({}));
}

#[test]
fn a_first_visit_to_any_page_takes_60_kib_at_most() {
    drive("first_visit.mjs", json!({}));
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
    let mut found = 0;
    for picture in fs::read_dir(&pictures).unwrap().map(Result::unwrap) {
        let bytes = picture.metadata().unwrap().len();
        assert!(bytes <= MAX_PICTURE_BYTES, "{} has {bytes} bytes", picture.path().display());
        found += 1;
    }
    assert!(found >= 8, "four pages in two colour schemes");
}
