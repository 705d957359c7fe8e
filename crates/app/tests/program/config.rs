//! What the program says of its settings: the page that lists them, the effective ones, and the tables of the README.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::{run, stdout, support::profile};

/// The program without any setting.
fn bare(folder: &Path) -> Command {
    let mut command = profile(folder, "");
    command.env_clear();
    command
}

fn output(command: &mut Command, arguments: &[&str]) -> String {
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

fn readme() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    fs::read_to_string(root.join("README.md")).unwrap()
}

/// The cells of the rows of a table whose first cell begins so.
fn rows_of<'a>(readme: &'a str, beginning: &str) -> Vec<Vec<&'a str>> {
    let rows = readme.lines().filter(|line| line.starts_with(beginning));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

#[test]
fn help_shows_a_commands_own_options_and_where_the_settings_are() {
    let folder = TempDir::new().unwrap();
    for (arguments, own) in [
        (&["serve", "--help"][..], "--demo"),
        (&["help", "import"], "--dry-run"),
        (&["token", "tenant", "--help"], "--tenant"),
        (&["api-key", "create", "-h"], "--expires-in"),
        (&["--help"], "serve"),
    ] {
        let help = stdout(&run(folder.path(), arguments));
        assert!(help.contains(own), "{arguments:?}: {help}");
        assert!(help.trim_end().ends_with("profile help settings"), "{arguments:?}: {help}");
        for hidden in ["--media-url", "--config", "--adopt-keys", "--jwt-secret-file"] {
            assert!(!help.contains(hidden), "{arguments:?} shows {hidden}: {help}");
        }
    }
}

#[test]
fn every_command_takes_settings_as_flags() {
    let folder = TempDir::new().unwrap();
    let url = "sqlite://elsewhere.db";
    output(&mut bare(folder.path()), &["migrate", "--database-url", url]);
    output(&mut bare(folder.path()), &["--database-url", url, "migrate", "--check"]);
    assert!(folder.path().join("elsewhere.db").exists());
}

#[test]
fn help_settings_lists_every_setting_by_section() {
    let folder = TempDir::new().unwrap();
    let help = output(&mut bare(folder.path()), &["help", "settings"]);
    for expected in [
        "\nGeneral:\n",
        "\n  --bind <ADDRESS>, PROFILE_BIND, bind\n      Listen address [default: 127.0.0.1:8080]\n",
        "\nContract users:\n",
        "\n  --users-signing-key-file <FILE>, PROFILE_USERS_SIGNING_KEY, users_signing_key\n",
        "\n  --client-audience <NAME>, PROFILE_CLIENT_AUDIENCE, client_audience\n      Audience that client tokens must \
         name [default: authenticated]\n",
        "\n  --lose-sealed-values\n",
    ] {
        assert!(help.contains(expected), "{expected} is missing in {help}");
    }
    for setting in settings(&folder, &[]) {
        let name = setting["name"].as_str().unwrap();
        assert!(help.contains(&format!(", PROFILE_{}, {name}\n", name.to_uppercase())), "{name}");
    }
    assert_eq!(output(&mut bare(folder.path()), &["settings"]), help);
}

/// The effective settings.
fn settings(folder: &TempDir, environment: &[(&str, &str)]) -> Vec<Value> {
    let mut command = bare(folder.path());
    command.envs(environment.iter().copied());
    serde_json::from_str(&output(&mut command, &["config", "--json"])).unwrap()
}

#[test]
fn config_says_where_each_value_comes_from() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("profile.toml"), "log = \"debug\"\nkeep_alive = 30\n").unwrap();
    let mut command = bare(folder.path());
    command.env("PROFILE_LOG", "warn").env("PROFILE_ACCOUNT_ISSUER", "issuer");
    let config = output(&mut command, &["config", "--config", "profile.toml", "--bind", "127.0.0.1:9"]);
    for expected in [
        "bind = 127.0.0.1:9 (flag --bind)",
        "log = warn (environment PROFILE_LOG)",
        "keep_alive = 30 (file profile.toml)",
        "rate_limit = on (default)",
        "trusted_proxies = (none) (default)",
        "metrics_bind = (unset) (default: none)",
        "account_issuer = issuer (environment PROFILE_ACCOUNT_ISSUER)",
        "account_audience = (unset) (default: any)",
        "users_audience = users (default)",
        "account_jwt_secret = (unset) (default: PROFILE_JWT_SECRET)",
    ] {
        assert!(config.lines().any(|line| line == expected), "{expected} is missing in {config}");
    }
}

#[test]
fn config_shows_no_secret() {
    let folder = TempDir::new().unwrap();
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    fs::write(folder.path().join("secret"), secret).unwrap();
    let environment = [
        ("PROFILE_JWT_SECRET_FILE", "secret"),
        ("PROFILE_CLIENT_RL_EXCLUSION_KEY", secret),
        ("PROFILE_DATABASE_URL", "postgres://me:hunter2@db/x"),
    ];
    let json = settings(&folder, &environment);
    let mut command = bare(folder.path());
    let config = output(command.envs(environment), &["config"]);
    for text in [&config, &Value::from(json).to_string()] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(config.contains("\njwt_secret = (set) (environment PROFILE_JWT_SECRET_FILE)\n"), "{config}");
    assert!(config.contains("\ndatabase_url = postgres://me:***@db/x (environment PROFILE_DATABASE_URL)\n"));
}

#[test]
fn the_readme_lists_every_setting_with_its_default() {
    let folder = TempDir::new().unwrap();
    let readme = readme();
    let mut documented = BTreeSet::new();
    let settings = settings(&folder, &[]);
    for row in rows_of(&readme, "| `PROFILE_") {
        for name in row[0].split(", ").map(|name| name.trim_matches('`')) {
            let is_row = |setting: &&Value| {
                format!("PROFILE_{}", setting["name"].as_str().unwrap().to_uppercase()) == name
            };
            let setting = settings.iter().find(is_row).unwrap_or_else(|| panic!("there is no {name}"));
            let (default, said) = (setting["default"].as_str().unwrap(), row[1].replace('`', ""));
            assert!(said.starts_with(default), "the default of {name} is {default}, not {said}");
            assert!(documented.insert(setting["name"].as_str().unwrap()), "{name} is documented twice");
        }
    }
    let missing = settings.iter().map(|setting| setting["name"].as_str().unwrap());
    let missing: Vec<_> = missing.filter(|name| !documented.contains(name)).collect();
    assert!(missing.is_empty(), "the README lacks {missing:?}");
}

/// The paths of all commands that end a command line.
fn leaves(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
    for below in command.get_subcommands() {
        let path = format!("{path} {}", below.get_name());
        if below.has_subcommands() {
            leaves(below, &path, found);
        } else {
            found.insert(path);
        }
    }
}

#[test]
fn the_readme_lists_every_command_with_its_options() {
    let program = app::cli::command();
    let (readme, mut missing) = (readme(), BTreeSet::new());
    leaves(&program, "profile", &mut missing);
    for row in rows_of(&readme, "| `profile ") {
        let (mut command, mut path) = (&program, "profile".to_owned());
        let mut options = BTreeSet::new();
        for word in row[0].trim_matches('`').split_whitespace().skip(1) {
            if let Some(below) = command.find_subcommand(word) {
                (command, path) = (below, format!("{path} {word}"));
            }
            options.extend(
                word.trim_start_matches('[').strip_prefix("--").map(|name| name.replace([']', '…'], "")),
            );
        }
        assert!(missing.remove(&path), "{path} is no command, or is documented twice");
        let own = command.get_arguments().filter(|option| !option.is_global_set() && !option.is_hide_set());
        let own: BTreeSet<_> = own.filter_map(|option| Some(option.get_long()?.to_owned())).collect();
        assert_eq!(options, own, "the options of {path}");
    }
    assert!(missing.is_empty(), "the README lacks {missing:?}");
}
