//! `profile subscription`: makes, lists, tests and replays subscriptions, and replaces their secrets.

use std::{
    io::{Write as _, stderr, stdout},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use chrono::TimeDelta;
use profile_domain::{
    Text,
    change::RecordKind,
    operator::{
        MAX_LABEL_CHARS, Subscription, SubscriptionHeader, SubscriptionId, SubscriptionValues, check_label,
        check_url, is_actor, is_filter_field,
    },
    position::parse_position,
};
use profile_ports::{Page, WebhookAttempt, WebhookError};
use profile_usecases::{
    Ports,
    operator::{
        MAX_KEEP_OLD, OperatorRefusal, SubscriptionAnswer, SubscriptionCall, SubscriptionPatch,
        SubscriptionStart, create_subscription, replay_subscription, rotate_subscription_secret,
        test_subscription,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    cli::{NewSubscriptionArgs, SubscriptionAction},
    keys::{Adopt, Need},
    output::{columns, print_json, time},
    settings::Settings,
    wiring::{cause, delivery, open_keys, open_migrated, ports, webhook_sender},
};

/// Subscriptions that are read at once.
const PAGE: u32 = 200;

pub(crate) async fn run(
    settings: &Settings,
    adopt: Adopt,
    action: SubscriptionAction,
) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    match action {
        SubscriptionAction::Create(new) => create(settings, &ports, new).await?,
        SubscriptionAction::List { json } => list(&ports, json).await?,
        SubscriptionAction::Test { id, json } => return test(settings, &ports, &id, json).await,
        SubscriptionAction::Replay { id, after } => replay(&ports, &id, after).await?,
        SubscriptionAction::Rotate { id, keep_old } => rotate(&ports, &id, keep_old).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What a command prints of an answer: the secret, where there is a new one.
fn secret_of(_: &Subscription, secret: Option<&Text>) -> String {
    secret.map(|secret| secret.as_str().to_owned()).unwrap_or_default()
}

const CALL: SubscriptionCall<'static> = SubscriptionCall { keyed: None, dry_run: false, print: &secret_of };

/// The secret goes to standard output alone, so that it can be stored as it is.
async fn create(settings: &Settings, ports: &Ports, new: NewSubscriptionArgs) -> anyhow::Result<()> {
    let (what, start) = read(settings, new)?;
    let SubscriptionAnswer { id, body } = create_subscription(ports, &what, start, &CALL).await?;
    writeln!(stdout(), "{}", body.as_str())?;
    writeln!(stderr(), "{id}")?;
    Ok(())
}

fn read(
    settings: &Settings,
    new: NewSubscriptionArgs,
) -> anyhow::Result<(SubscriptionPatch, SubscriptionStart)> {
    let NewSubscriptionArgs { url, name, kind, field, not_actor, values, after } = new;
    check_url(&url, &settings.general.webhook_allow_private).context("--url")?;
    let name = name.map(|name| name.trim().to_owned());
    ensure!(
        name.as_deref().is_none_or(|name| check_label(name).is_ok()),
        "--name must have at most {MAX_LABEL_CHARS} characters, and no control characters"
    );
    let known =
        |name: &String| RecordKind::from_name(name).with_context(|| format!("--kind {name} is unknown"));
    if let Some(unknown) = field.iter().find(|field| !is_filter_field(field)) {
        bail!("--field {unknown} is unknown");
    }
    ensure!(not_actor.as_deref().is_none_or(is_actor), "--not-actor has not the form of an actor");
    let what = SubscriptionPatch {
        name: name.map(Text::try_from).transpose()?.into(),
        url: Some(Text::try_from(url)?),
        kinds: Some(kind.iter().map(known).collect::<anyhow::Result<_>>()?),
        fields: Some(field),
        not_actor: not_actor.into(),
        values: SubscriptionValues::from_name(&values),
        ..SubscriptionPatch::default()
    };
    let start = match after.as_str() {
        "latest" => SubscriptionStart::Latest,
        "beginning" => SubscriptionStart::Beginning,
        position => SubscriptionStart::Behind(parse_position(position).context("--after is no position")?),
    };
    Ok((what, start))
}

async fn list(ports: &Ports, as_json: bool) -> anyhow::Result<()> {
    let mut all: Vec<Subscription> = Vec::new();
    loop {
        let after = all.last().map(|last| &last.id);
        let page = ports.store.list_subscriptions(Page { after, limit: PAGE }).await.map_err(cause)?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    if as_json {
        return print_json(&all.iter().map(in_json).collect());
    }
    let mut out = stdout().lock();
    for subscription in all {
        writeln!(out, "{}", line(&subscription))?;
    }
    Ok(())
}

fn line(subscription: &Subscription) -> String {
    columns([
        Some(subscription.id.to_string()),
        subscription.name.as_ref().map(|name| name.as_str().to_owned()),
        Some(subscription.status.name().to_owned()),
        subscription.position.map(|position| position.to_string()),
        subscription.failing_since.map(time),
        Some(subscription.url.as_str().to_owned()),
    ])
}

fn in_json(subscription: &Subscription) -> Value {
    let headers = |header: &SubscriptionHeader| (header.name.clone(), Value::Null);
    json!({
        "id": subscription.id.as_str(),
        "name": subscription.name.as_ref().map(Text::as_str),
        "url": subscription.url.as_str(),
        "headers": subscription.headers.iter().map(headers).collect::<serde_json::Map<_, _>>(),
        "kinds": subscription.kinds.iter().copied().map(RecordKind::name).collect::<Vec<_>>(),
        "fields": subscription.fields,
        "not_actor": subscription.not_actor,
        "values": subscription.values.name(),
        "status": subscription.status.name(),
        "position": subscription.position,
        "failing_since": subscription.failing_since.map(time),
        "created_at": time(subscription.created_at),
    })
}

fn id_of(text: &str) -> anyhow::Result<SubscriptionId> {
    SubscriptionId::try_from(text).context("the id of a subscription")
}

/// Says that there is no such subscription as whoever runs the command would.
fn found<T>(id: &SubscriptionId, outcome: Result<T, OperatorRefusal>) -> anyhow::Result<T> {
    match outcome {
        Err(OperatorRefusal::NotFound) => bail!("there is no subscription {id}"),
        outcome => Ok(outcome?),
    }
}

async fn test(settings: &Settings, ports: &Ports, id: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let id = id_of(id)?;
    let attempt =
        found(&id, test_subscription(&delivery(settings, ports, webhook_sender(settings)?), &id).await)?;
    let WebhookAttempt { status, error, duration, .. } = attempt;
    let (error, ms) = (error.map(WebhookError::name), duration.as_millis());
    let mut out = stdout();
    if as_json {
        writeln!(out, "{}", json!({ "status": status, "error": error, "ms": u64::try_from(ms)? }))?;
    } else {
        let status = status.map_or_else(|| "no answer".to_owned(), |status| format!("status {status}"));
        writeln!(out, "{}: {status} after {ms} ms", error.unwrap_or("delivered"))?;
    }
    Ok(if error.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn replay(ports: &Ports, id: &str, after: Uuid) -> anyhow::Result<()> {
    let id = id_of(id)?;
    found(&id, replay_subscription(ports, &id, after, &CALL).await)?;
    writeln!(stdout(), "{id} is sent again what is behind {after}")?;
    Ok(())
}

async fn rotate(ports: &Ports, id: &str, keep_old: Duration) -> anyhow::Result<()> {
    let id = id_of(id)?;
    let keep_old = TimeDelta::from_std(keep_old).ok().filter(|keep_old| *keep_old <= MAX_KEEP_OLD);
    let keep_old = keep_old.context("--keep-old is at most 7d")?;
    let answer = found(&id, rotate_subscription_secret(ports, &id, keep_old, &CALL).await)?;
    writeln!(stdout(), "{}", answer.body.as_str())?;
    Ok(())
}
