//! Commands that end by themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use tempfile::TempDir;

use crate::{DATABASE, refused, run, stderr, stdout, support::profile};

#[test]
fn wrong_usage_ends_with_2_and_help_has_examples() {
    let folder = TempDir::new().unwrap();
    for arguments in [
        &["serv"][..],
        &["import"],
        &["token", "account-user"],
        &["token", "account-user", "--login", "2147483648"],
        &["token", "user", "--user", "abc"],
        &["token", "account", "--account", "user_4hTq81LmZp0Va"],
        &["api-key", "create", "--owner", "abc", "--permission", "user:profile:update"],
        &["api-key", "revoke", "abc"],
        &["operator", "key", "revoke", "abc"],
        &["operator", "key", "create", "--name", " ", "--role", "reader"],
        &["console-link", "--name", "", "--role", "reader"],
        &["serve", "--bind", "nowhere"],
    ] {
        assert_eq!(run(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    every_command_has_examples(&app::cli::command(), &[]);
    let help = run(folder.path(), &["help", "import"]);
    assert!(help.status.success() && stdout(&help).contains("Example"), "{}", stdout(&help));
    assert!(stdout(&run(folder.path(), &["--version"])).starts_with("profile 0."));
}

fn every_command_has_examples(command: &clap::Command, names: &[&str]) {
    let mut command = command.clone();
    let help = command.render_help().to_string();
    assert!(help.contains("Example"), "{names:?}: {help}");
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        every_command_has_examples(below, &[names, &[below.get_name()]].concat());
    }
}

#[test]
fn mistakes_in_settings_are_one_clear_line() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("profile.toml");
    let secret = "do not show this to anybody at all";
    fs::write(&config, format!("binde = \"127.0.0.1:1\"\njwt_secret = \"{secret}\"\n")).unwrap();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).unwrap();
    let unknown = run(folder.path(), &["--config", "profile.toml", "migrate"]);
    refused(&unknown, 1, "unknown key `binde`");
    assert!(!stderr(&unknown).contains("do not show"));
    refused(&run(folder.path(), &["--config", "missing.toml", "migrate"]), 1, "missing.toml: cannot read");

    let short =
        profile(folder.path(), DATABASE).env("PROFILE_JWT_SECRET", "short").args(["serve"]).output().unwrap();
    refused(&short, 1, "at least 32 are needed");
    let odd = profile(folder.path(), "mysql://db").arg("serve").output().unwrap();
    refused(&odd, 1, "sqlite://PATH or postgres://");
    let media =
        profile(folder.path(), DATABASE).env("PROFILE_MEDIA_URL", "ftp://x").arg("serve").output().unwrap();
    refused(&media, 1, "file://DIR or s3://BUCKET/PREFIX");
    let nobody = profile(folder.path(), "postgres://me:hidden@127.0.0.1:1/x").arg("serve").output().unwrap();
    refused(&nobody, 1, "postgres://me:***@127.0.0.1:1/x");
    let unescaped =
        profile(folder.path(), "postgres://me:hid@den@127.0.0.1:1/x").arg("serve").output().unwrap();
    assert!(!stderr(&unescaped).contains("den"), "{}", stderr(&unescaped));
    let public = profile(folder.path(), DATABASE)
        .env("PROFILE_PUBLIC_URL", "http://u:hidden@x")
        .arg("serve")
        .output()
        .unwrap();
    refused(&public, 1, "http://***@x");
    let empty = folder.path().join("empty");
    fs::write(&empty, "\n").unwrap();
    let config = profile(folder.path(), DATABASE)
        .env_remove("PROFILE_DATABASE_URL")
        .env("PROFILE_DATABASE_URL_FILE", &empty)
        .arg("config")
        .output()
        .unwrap();
    assert!(
        config.status.success() && stdout(&config).contains("profile-data/profile.db"),
        "{}",
        stdout(&config)
    );
    assert!(!stderr(&nobody).contains("hidden"));
    fs::create_dir(folder.path().join("folder.db")).unwrap();
    let directory = profile(folder.path(), "sqlite://folder.db").arg("serve").output().unwrap();
    refused(&directory, 1, "cannot open database sqlite://folder.db");
}

#[test]
fn the_file_is_below_the_environment_and_that_below_flags() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, "database_url = \"sqlite://from-file.db\"\n").unwrap();
    let migrate = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = profile(folder.path(), DATABASE);
        command.env_remove("PROFILE_DATABASE_URL").env("PROFILE_CONFIG", &file);
        if let Some(url) = environment {
            command.env("PROFILE_DATABASE_URL", url);
        }
        command.arg("migrate").args(flag.into_iter().flat_map(|url| ["--database-url", url]));
        assert!(command.output().unwrap().status.success());
    };
    migrate(None, None);
    migrate(Some("sqlite://from-environment.db"), None);
    migrate(Some("sqlite://unused.db"), Some("sqlite://from-flag.db"));
    for (name, exists) in
        [("from-file.db", true), ("from-environment.db", true), ("from-flag.db", true), ("unused.db", false)]
    {
        assert_eq!(folder.path().join(name).exists(), exists, "{name}");
    }
}

#[test]
fn migrate_check_tells_by_its_code() {
    let folder = TempDir::new().unwrap();
    let pending = run(folder.path(), &["migrate", "--check"]);
    assert_eq!((pending.status.code(), stdout(&pending).starts_with("pending ")), (Some(1), true));
    assert!(!folder.path().join("profile-data").exists(), "a look makes no database");
    let applied = run(folder.path(), &["migrate"]);
    assert!(applied.status.success());
    assert_eq!(stdout(&applied), stdout(&pending).replace("pending ", "applied "));
    let done = run(folder.path(), &["migrate", "--check"]);
    assert_eq!((done.status.code(), stdout(&done).as_str()), (Some(0), "up to date\n"));
}

#[test]
fn a_token_is_one_line_and_outside_tokens_cannot_be_made() {
    let folder = TempDir::new().unwrap();
    let token = run(folder.path(), &["token", "account-user", "--login", "70021", "--ttl", "5m"]);
    assert_eq!(stdout(&token).trim_end().split('.').count(), 3);
    assert_eq!((stdout(&token).lines().count(), stderr(&token).as_str()), (1, ""));
    let jwks = folder.path().join("jwks.json");
    let secret = "A".repeat(43);
    fs::write(&jwks, format!(r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"a","k":"{secret}"}}]}}"#))
        .unwrap();
    let outside = profile(folder.path(), DATABASE)
        .env("PROFILE_ACCOUNT_JWKS", jwks)
        .args(["token", "account-user", "--login", "1"])
        .output()
        .unwrap();
    refused(&outside, 1, "issued outside");
    let negative = run(folder.path(), &["token", "account-user", "--login=-1"]);
    assert_eq!(negative.status.code(), Some(2));
    assert!(stderr(&negative).contains("--login"), "{}", stderr(&negative));
}

#[test]
fn a_key_without_end_is_never_made_by_mistake() {
    let folder = TempDir::new().unwrap();
    let key = ["api-key", "create", "--owner", "biz_9QeRtYu2IoPlKj"];
    for ever in ["290000y", "500000000000y"] {
        let too_long = run(folder.path(), &[&key[..], &["--expires-in", ever]].concat());
        refused(&too_long, 1, "--expires-in is too long");
    }
    refused(&run(folder.path(), &key), 1, "owner not found");
}

#[test]
fn the_generated_secret_is_kept() {
    let folder = TempDir::new().unwrap();
    let token = || {
        let mut command = profile(folder.path(), DATABASE);
        command.env_remove("PROFILE_KEYS_DIR");
        command.env_remove("PROFILE_JWT_SECRET").env("PROFILE_CLOCK", "2026-01-01T00:00:00Z");
        stdout(&command.args(["token", "account-customer", "--customer", "42"]).output().unwrap())
    };
    assert_eq!(token(), token());
    assert!(folder.path().join("data/keys/jwt-secret").exists(), "beside the database");
}

#[test]
fn the_document_is_printed() {
    let folder = TempDir::new().unwrap();
    for arguments in [&["openapi"][..], &["openapi", "--contract", "account"]] {
        let document: Value = serde_json::from_str(&stdout(&run(folder.path(), arguments))).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
    }
}
