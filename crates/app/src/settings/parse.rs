//! How the text of each kind of setting becomes a value, and in which words a wrong one is refused.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use profile_delivery::NatsAddress;
use profile_domain::{change::RecordKind, client::is_country, operator::Retention, outbound::AllowedTargets};
use profile_identity::Secret;
use profile_media::Location;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::shown::shown_url;

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// As in production.
    On,
    /// Switched off.
    Off,
}

/// Whether changes through the operator API need a precondition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// They do not.
    Off,
    /// They do.
    Required,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

type Parsed<T> = Result<T, String>;

/// Any text.
pub(crate) fn text<T: From<String>>(text: &str) -> Parsed<T> {
    text.parse().map(|text: String| text.into()).map_err(|never: Infallible| match never {})
}

/// Where records are kept; whether there is such a database is seen when it is opened.
pub(crate) fn database_url(text: &str) -> Parsed<SecretString> {
    let is_file = text.strip_prefix("sqlite://").is_some_and(|path| !path.is_empty());
    let is_server = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if is_file || is_server {
        Ok(text.into())
    } else {
        Err("must be sqlite://PATH or postgres://…".to_owned())
    }
}

pub(crate) fn media_url(text: &str) -> Parsed<String> {
    Location::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

pub(crate) fn web_url(text: &str) -> Parsed<String> {
    let is_web =
        Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    if is_web { Ok(text.to_owned()) } else { Err("must be an http:// or https:// URL".to_owned()) }
}

pub(crate) fn jwt_secret(text: &str) -> Parsed<SecretString> {
    Secret::new(text.into()).map_err(|error| error.to_string())?;
    Ok(text.into())
}

pub(crate) fn address(text: &str) -> Parsed<SocketAddr> {
    text.parse().map_err(|_| format!("`{text}` is no address and port, such as 127.0.0.1:8080 or [::1]:8080"))
}

pub(crate) fn positive<T: FromStr + Default + PartialOrd>(text: &str) -> Parsed<T> {
    let number = text.parse().ok().filter(|number| *number > T::default());
    number.ok_or_else(|| format!("`{text}` must be a number of at least 1"))
}

pub(crate) fn switch(text: &str) -> Parsed<Switch> {
    match text {
        "on" => Ok(Switch::On),
        "off" => Ok(Switch::Off),
        _ => Err(format!("`{text}` must be `on` or `off`")),
    }
}

pub(crate) fn precondition(text: &str) -> Parsed<Precondition> {
    match text {
        "off" => Ok(Precondition::Off),
        "required" => Ok(Precondition::Required),
        _ => Err(format!("`{text}` must be `off` or `required`")),
    }
}

pub(crate) fn log_format(text: &str) -> Parsed<LogFormat> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("`{text}` must be `text` or `json`")),
    }
}

pub(crate) fn log_filter(text: &str) -> Parsed<String> {
    EnvFilter::try_new(text).map_err(|error| format!("`{text}` is no filter: {error}"))?;
    Ok(text.to_owned())
}

pub(crate) fn duration(text: &str) -> Parsed<Duration> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    let parsed = seconds.or_else(|| humantime::parse_duration(text).ok());
    parsed.ok_or_else(|| format!("`{text}` is no duration, such as 75s or 2m"))
}

pub(crate) fn bytes(text: &str) -> Parsed<u64> {
    let size: Parsed<bytesize::ByteSize> = text.parse();
    size.map(|size| size.as_u64()).map_err(|_| format!("`{text}` is no size, such as 200MiB"))
}

pub(crate) fn instant(text: &str) -> Parsed<DateTime<Utc>> {
    text.parse().map_err(|_| format!("`{text}` is no instant, such as 2026-01-31T12:00:00Z"))
}

/// What stands before every path in answers, without the slash at its end.
pub(crate) fn public_url(text: &str) -> Parsed<String> {
    let wrong = |why: &str| {
        let shown = shown_url(text);
        format!("`{shown}` {why}; write it as https://id.example.com or https://example.com/profile")
    };
    let url = Url::parse(text).map_err(|error| wrong(&format!("is no URL ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("must begin with http:// or https:// and name a host"));
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(wrong("must have no user, query or fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// What stands between commas.
fn list<T>(text: &str, parse: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

pub(crate) fn countries(text: &str) -> Parsed<Vec<String>> {
    list(text, |code| {
        is_country(code).then(|| code.to_owned()).ok_or_else(|| format!("`{code}` is no country code"))
    })
}

/// Networks; a lone address is a network of one.
pub(crate) fn networks(text: &str) -> Parsed<Vec<IpNet>> {
    list(text, |part| {
        let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| format!("`{part}` is no network, such as 10.0.0.0/8"))
    })
}

/// Origins as browsers send them: scheme, host and port alone.
pub(crate) fn origins(text: &str) -> Parsed<Vec<String>> {
    list(text, |part| {
        let origin = Url::parse(part).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let origin = origin.map(|url| url.origin().ascii_serialization());
        origin
            .filter(|origin| origin == part.trim_end_matches('/'))
            .ok_or_else(|| format!("`{}` is no origin, such as https://app.example.com", shown_url(part)))
    })
}

/// How long values of changes are kept: `account=365d,client=7y`, with `default=` for all other kinds, and `off` for a kind that is kept for
/// ever.
pub(crate) fn retention(text: &str) -> Parsed<Retention> {
    if text == "off" {
        return Ok(Retention::default());
    }
    let mut named: BTreeMap<&str, Option<TimeDelta>> = BTreeMap::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let wrong = || format!("`{part}` is no KIND=TIME, such as account=365d");
        let (name, time) = part.split_once('=').ok_or_else(wrong)?;
        let (name, time) = (name.trim(), time.trim());
        if name != DEFAULT && RecordKind::from_name(name).is_none() {
            let kinds = RecordKind::ALL.map(RecordKind::name).join(", ");
            return Err(format!("`{name}` is no kind of record; the kinds are {kinds}, and `{DEFAULT}`"));
        }
        if named.insert(name, kept_for(name, time)?).is_some() {
            return Err(format!("`{name}` is there twice"));
        }
    }
    let default = named.get(DEFAULT).copied().flatten();
    let time_of = |kind: RecordKind| named.get(kind.name()).copied().unwrap_or(default);
    Ok(Retention::new(RecordKind::ALL.into_iter().filter_map(|kind| Some((kind, time_of(kind)?)))))
}

/// Stands for every kind that is not named.
const DEFAULT: &str = "default";

fn kept_for(name: &str, time: &str) -> Parsed<Option<TimeDelta>> {
    if time == "off" {
        return Ok(None);
    }
    let kept = humantime::parse_duration(time).ok().and_then(|time| TimeDelta::from_std(time).ok());
    let kept = kept.ok_or_else(|| format!("`{name}`: `{time}` is no time, such as 365d or 7y"))?;
    if kept < Retention::SHORTEST {
        return Err(format!("`{name}`: `{time}` must be at least 1d; `off` keeps values for ever"));
    }
    Ok(Some(kept))
}

/// Which targets webhooks may have beside public ones.
pub(crate) fn allowed_targets(text: &str) -> Parsed<AllowedTargets> {
    match text {
        "off" => Ok(AllowedTargets::Public),
        "on" => Ok(AllowedTargets::Any),
        _ => networks(text)
            .map(AllowedTargets::Networks)
            .map_err(|problem| format!("must be `off`, `on` or networks; {problem}")),
    }
}

/// Servers of NATS.
pub(crate) fn nats(text: &str) -> Parsed<NatsAddress> {
    NatsAddress::parse(text).map_err(|error| error.to_string())
}

/// A proxy that opens tunnels.
pub(crate) fn proxy(text: &str) -> Parsed<Url> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.host().is_some());
    // What is wrong may hold a password.
    url.ok_or_else(|| "must be an http URL, such as http://proxy.internal:3128".to_owned())
}
