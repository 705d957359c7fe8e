//! What the layers give, what is refused, and what is never shown.

use std::{collections::BTreeMap, ffi::OsString, io::Write as _, os::unix::fs::PermissionsExt as _};

use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use tempfile::NamedTempFile;

use super::*;

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// Settings from a file, from environment variables without `PROFILE_`, and from flags.
fn load(
    config: Option<&NamedTempFile>,
    env: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Settings, String> {
    let env: BTreeMap<String, OsString> =
        env.iter().map(|(name, value)| (format!("PROFILE_{name}"), OsString::from(value))).collect();
    let values = flags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let flags = Flags { config: config.map(|file| file.path().to_owned()), values };
    Settings::of(flags, |name| env.get(name).cloned()).map_err(|error| error.to_string())
}

fn refusal(env: &[(&str, &str)]) -> String {
    load(None, env, &[]).err().unwrap()
}

#[test]
fn a_later_layer_wins() {
    let file = file("bind = \"127.0.0.1:1\"\nlog = \"debug\"\ndatabase_max_connections = 7\n");
    let env = [("BIND", "127.0.0.1:2"), ("LOG", "warn")];
    let settings = load(Some(&file), &env, &[("bind", "127.0.0.1:3")]).unwrap();
    assert_eq!(settings.general.bind.port(), 3);
    assert_eq!(settings.general.log, "warn");
    assert_eq!(settings.general.database_max_connections, 7);
    assert_eq!(settings.general.upload_quota, 200 << 20);
}

#[test]
fn an_empty_value_is_no_value_for_every_setting() {
    let rows = rows();
    let lines: Vec<_> = rows.iter().map(|row| format!("{} = \"\"", row.name)).collect();
    let file = file(&lines.join(
        "
",
    ));
    let names: Vec<String> = rows
        .iter()
        .flat_map(|row| {
            let name = row.name.to_uppercase();
            [format!("{name}_FILE"), name]
        })
        .collect();
    let env: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), " ")).collect();
    let flags: Vec<(&str, &str)> = rows.iter().map(|row| (row.name.as_str(), "")).collect();
    let (given, none) = (load(Some(&file), &env, &flags).unwrap(), load(None, &[], &[]).unwrap());
    assert_eq!(format!("{given:?}"), format!("{none:?}"));
    assert!(given.general.metrics_bind.is_none() && given.general.jwt_secret.is_none());
}

#[test]
fn a_line_end_behind_a_value_does_not_count() {
    let secret = "s".repeat(32);
    let line = format!("{secret}\r\n");
    let secret_file = file(&line);
    let path = secret_file.path().to_str().unwrap();
    for env in [("JWT_SECRET", line.as_str()), ("JWT_SECRET_FILE", path)] {
        let settings = load(None, &[env, ("BIND", "127.0.0.1:9\n")], &[]).unwrap();
        assert_eq!(settings.general.jwt_secret.unwrap().expose_secret(), secret);
    }
}

#[test]
fn a_secret_file_is_named_when_it_cannot_be_read_and_not_read_beside_a_value() {
    let error = refusal(&[("MASTER_KEY_FILE", "/nowhere/key")]);
    assert!(error.contains("PROFILE_MASTER_KEY_FILE: cannot read /nowhere/key: No such file"), "{error}");
    let secret = file(&"s".repeat(32));
    let error =
        refusal(&[("JWT_SECRET", &"t".repeat(32)), ("JWT_SECRET_FILE", secret.path().to_str().unwrap())]);
    assert!(error.contains("set one of them"), "{error}");
}

#[test]
fn every_problem_is_reported_at_once() {
    let error = refusal(&[
        ("BIND", "localhost"),
        ("PUBLIC_URL", "id.example.test"),
        ("DATABASE_MAX_CONNECTIONS", "0"),
        ("JWT_SECRET", "short secret"),
        ("CLIENT_RESTRICTED_COUNTRIES", "us,xx"),
        ("LOG", "info=="),
    ]);
    for name in
        ["BIND", "PUBLIC_URL", "DATABASE_MAX_CONNECTIONS", "JWT_SECRET", "CLIENT_RESTRICTED_COUNTRIES", "LOG"]
    {
        assert!(error.contains(&format!("PROFILE_{name}: ")), "{name} is missing in {error}");
    }
    assert_eq!(error.lines().count(), 6, "{error}");
    assert!(!error.contains("short secret"), "{error}");
}

#[test]
fn a_public_url_is_a_url_with_a_host() {
    for good in [
        "https://id.example.test",
        "http://127.0.0.1:8080/",
        "https://example.test/profile/",
        "http://[::1]:80",
    ] {
        assert!(load(None, &[("PUBLIC_URL", good)], &[]).is_ok(), "{good}");
    }
    for bad in [
        "id.example.test",
        "https://ex ample",
        "ftp://example.test",
        "https://",
        "https://a@b.test",
        "https://b.test/?x=1",
        "localhost:8080",
    ] {
        assert!(refusal(&[("PUBLIC_URL", bad)]).starts_with("PROFILE_PUBLIC_URL: "), "{bad}");
    }
    let settings = load(None, &[("PUBLIC_URL", "https://example.test/profile/")], &[]).unwrap();
    assert_eq!(settings.general.public_url.as_deref(), Some("https://example.test/profile"));
}

#[test]
fn lists_take_single_addresses_and_refuse_what_is_none() {
    let env =
        [("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1,::1"), ("CORS_ORIGINS", "https://app.example.test")];
    let settings = load(None, &env, &[]).unwrap();
    let shown: Vec<String> = settings.general.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["10.0.0.0/8", "192.0.2.1/32", "::1/128"]);
    assert_eq!(settings.general.cors_origins, ["https://app.example.test"]);
    for (name, value) in
        [("TRUSTED_PROXIES", "10.0.0.0/33"), ("CORS_ORIGINS", "*"), ("CORS_ORIGINS", "https://a.test/path")]
    {
        assert!(refusal(&[(name, value)]).contains(name), "{value}");
    }
}

#[test]
fn an_unknown_key_is_named_and_no_secret_shown() {
    let file = file("jwt_secret = \"very secret value\"\nbinds = 1\n");
    let error = load(Some(&file), &[], &[]).err().unwrap();
    assert!(error.contains("`binds`"), "{error}");
    assert!(!error.contains("very secret"), "{error}");
}

#[test]
fn a_settings_file_may_begin_with_a_byte_order_mark() {
    let settings = load(Some(&file("\u{feff}log = \"debug\"\n")), &[], &[]).unwrap();
    assert_eq!(settings.general.log, "debug");
}

#[test]
fn a_file_with_secrets_must_not_be_readable_by_others() {
    let secret = file(&format!("jwt_secret = \"{}\"\n", "s".repeat(32)));
    let plain = file("log = \"debug\"\n");
    for file in [&secret, &plain] {
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let error = load(Some(&secret), &[], &[]).err().unwrap();
    assert!(error.contains("chmod 600"), "{error}");
    assert!(load(Some(&plain), &[], &[]).is_ok());
}

#[test]
fn a_password_is_no_flag() {
    let error = load(None, &[], &[("database_url", "postgres://me:pass@db/x")]).err().unwrap();
    assert!(error.starts_with("--database-url: a password"), "{error}");
    assert!(!error.contains("pass@"), "{error}");
    for url in
        ["postgres://me:pass@one,two/x", "postgres://one:1,two:2/x?target_session_attrs=any&password=pass"]
    {
        assert!(load(None, &[], &[("database_url", url)]).is_err(), "{url}");
    }
    for url in ["postgres://me@db/x", "postgres://one:5432,two:5433/x?target_session_attrs=read-write"] {
        assert!(load(None, &[], &[("database_url", url)]).is_ok(), "{url}");
    }
    for url in ["nats://t0ken@broker", "tls://me:pass@broker"] {
        let error = load(None, &[], &[("nats_url", url)]).err().unwrap();
        assert!(error.starts_with("--nats-url: a password"), "{error}");
    }
    assert!(load(None, &[], &[("nats_url", "nats://broker:4222,other")]).is_ok());
}

#[test]
fn user_password_and_token_of_nats_are_never_shown() {
    for (url, shown) in [
        ("nats://me:p@broker:4222,other", "nats://***@broker:4222,other"),
        ("nats://t0ken@broker", "nats://***@broker"),
        ("tls://broker", "tls://broker"),
    ] {
        let settings = load(None, &[("NATS_URL", url)], &[]).unwrap();
        let shown_is = |one: &Effective| one.value.as_ref().is_some_and(|(value, _)| value == shown);
        assert!(settings.effective.iter().any(|one| one.name == "nats_url" && shown_is(one)), "{url}");
    }
    let error = load(None, &[("NATS_URL", "me:hunter2@broker")], &[]).err().unwrap();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn passwords_are_never_shown() {
    for (url, shown) in [
        ("postgres://me:p@ss@db:5432/x", "postgres://me:***@db:5432/x"),
        ("postgres://me@db/x?password=pass", "postgres://me@db/x"),
        (
            "postgres://me:p@one:5432,two:5433/x?target_session_attrs=read-write",
            "postgres://me:***@one:5432,two:5433/x",
        ),
        ("sqlite://profile-data/profile.db", "sqlite://profile-data/profile.db"),
    ] {
        let settings = load(None, &[("DATABASE_URL", url)], &[]).unwrap();
        assert_eq!(settings.shown_database_url(), shown);
    }
    let issuer = "https://hunter2:hunter2@issuer.test/jwks?key=hunter2";
    let user = "https://hunter2@issuer.test/jwks?key=hunter2";
    let env = [
        ("ACCOUNT_JWKS", issuer),
        ("USERS_JWKS", user),
        ("BALANCES_URL", issuer),
        ("DATABASE_URL", "postgres://me:hunter2@db/x"),
    ];
    let settings = load(None, &env, &[]).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"), "{settings:?}");
}

#[test]
fn keys_stand_beside_the_embedded_database() {
    for (env, expected) in [
        ([("DATABASE_URL", "sqlite:///srv/data/profile.db"), ("KEYS_DIR", "")], "/srv/data/keys"),
        ([("DATABASE_URL", "sqlite://profile-data/profile.db"), ("KEYS_DIR", "")], "profile-data/keys"),
        ([("DATABASE_URL", "sqlite://profile.db"), ("KEYS_DIR", "")], "keys"),
        ([("DATABASE_URL", "postgres://db/x"), ("KEYS_DIR", "")], "profile-data/keys"),
        ([("DATABASE_URL", "postgres://db/x"), ("KEYS_DIR", "/run/keys")], "/run/keys"),
    ] {
        assert_eq!(load(None, &env, &[]).unwrap().keys_dir(), PathBuf::from(expected));
    }
}

#[test]
fn a_retention_names_kinds_and_a_default_as_text_or_as_a_table() {
    let due = |settings: &Settings| -> BTreeMap<&'static str, i64> {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(10_000);
        let due = settings.general.retention.due(now);
        due.map(|(kind, until)| (kind.name(), (now - until).num_days())).collect()
    };
    assert!(load(None, &[], &[]).unwrap().general.retention.is_off());
    assert!(load(None, &[("RETENTION", "off")], &[]).unwrap().general.retention.is_off());
    let named = load(None, &[("RETENTION", " account=365d, client = 4w ")], &[]).unwrap();
    assert_eq!(due(&named), BTreeMap::from([("account", 365), ("client", 28)]));
    let all = load(None, &[], &[("retention", "default=30days,client=7y,file=off")]).unwrap();
    let days = due(&all);
    assert_eq!((days.len(), days["user"], days["client"]), (15, 30, 2556));
    let file = file("[retention]\ndefault = \"30d\"\nclient = \"7y\"\nfile = \"off\"\n");
    assert_eq!(due(&load(Some(&file), &[], &[]).unwrap()), days);
}

#[test]
fn a_wrong_retention_is_refused_by_name() {
    for (text, problem) in [
        ("acount=1d", "`acount` is no kind of record; the kinds are customer, account,"),
        ("account=0d", "`account`: `0d` must be at least 1d"),
        ("account=12h", "`account`: `12h` must be at least 1d"),
        ("account=year", "`account`: `year` is no time, such as 365d or 7y"),
        ("account", "`account` is no KIND=TIME"),
        ("account=1d,account=2d", "`account` is there twice"),
        ("365d", "`365d` is no KIND=TIME"),
    ] {
        let error = refusal(&[("RETENTION", text)]);
        assert!(error.contains(problem) && error.contains("PROFILE_RETENTION"), "{text}: {error}");
    }
    let table = file("[bind]\naddress = \"127.0.0.1:1\"\n");
    let error = load(Some(&table), &[], &[]).err().unwrap();
    assert!(error.contains("must be a text, a number or a list"), "no other setting is a table: {error}");
}
