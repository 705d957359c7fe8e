//! `profile serve --demo`: a small data set, and requests to paste.

use std::{
    io::{Write as _, stdout},
    time::Duration,
};

use chrono::TimeDelta;
use profile_domain::{
    account::{Account, Login},
    operator::Role,
};
use profile_import::{Folder, Source, by_command, import};
use profile_usecases::{
    Ports,
    console::{ConsoleLink, create_console_link},
    operator::{NewOperatorKey, OPERATOR, create_operator_key},
};

use crate::{console_link, issuers, keys::OwnKeys, settings::Settings, wiring::clock};

/// In the import format (operator page, section 3).
const DATA: &[u8] = include_bytes!("demo.ndjson");
/// The first account of the data, whose presence says that it is loaded.
pub(crate) const LOGIN: i64 = 70021;
/// How long the printed tokens are valid.
pub(crate) const LIFETIME: Duration = Duration::from_hours(24);

/// Refuses outside issuers: the demo prints tokens, and can sign none for them.
pub(crate) fn check(settings: &Settings) -> anyhow::Result<()> {
    let set: Vec<String> = issuers::with_issuer(settings)
        .map(|tokens| format!("PROFILE_{}_JWKS", tokens.contract.to_uppercase()))
        .collect();
    anyhow::ensure!(
        set.is_empty(),
        "--demo prints tokens of the service's own, which an outside issuer replaces; unset {}",
        set.join(", ")
    );
    Ok(())
}

/// Loads the data, unless that has been done: what was changed since then stays changed.
pub(crate) async fn load(ports: &Ports) -> anyhow::Result<()> {
    if ports.find::<Account>(&Login::try_from(LOGIN)?).await?.is_some() {
        return Ok(());
    }
    let source = Source::bytes(DATA);
    let folder = Folder::of(&source, &[])?;
    let report = Box::pin(import(ports, &source, folder, by_command(ports), async || false, |_| {})).await?;
    tracing::info!(imported = report.imported, "demo data loaded");
    anyhow::ensure!(report.failed == 0, "{} demo rows failed", report.failed);
    Ok(())
}

/// Returns requests to the service at `url` that work as they stand.
pub(crate) fn requests(url: &str, settings: &Settings, keys: &OwnKeys) -> anyhow::Result<String> {
    let mut requests = String::new();
    for contract in &settings.contracts {
        let (verifier, _) = contract.tokens().verifier(keys, clock(settings))?;
        requests.push('\n');
        requests.push_str(&contract.demo(url, verifier, LIFETIME)?);
    }
    Ok(format!("{requests}\nAPI documents: {url}/docs\n"))
}

/// Makes an operator key for a day, as each start prints one.
pub(crate) async fn operator_key(ports: &Ports) -> anyhow::Result<String> {
    let lifetime = TimeDelta::from_std(LIFETIME)?;
    let new = NewOperatorKey {
        name: "demo".to_owned(),
        role: Role::Admin,
        allow_cidrs: Vec::new(),
        expires_at: ports.clock.now().checked_add_signed(lifetime),
    };
    Ok(create_operator_key(ports, OPERATOR, new, None).await?.secret)
}

/// Returns a link to the console, which each start prints.
pub(crate) async fn console_link(ports: &Ports, url: &str) -> anyhow::Result<String> {
    let ConsoleLink { token, .. } =
        create_console_link(ports, "demo console".to_owned(), Role::Admin).await?;
    Ok(format!("Console, once, within 10 minutes: {}\n", console_link::address(url, &token)))
}

/// Returns requests of an operator that work as they stand.
pub(crate) fn operator_requests(url: &str, key: &str) -> String {
    format!(
        "operator: an administrator reads an account and corrects a city\n\n\
         curl {url}/operator/v1/records/account/{LOGIN} -H 'Authorization: Bearer {key}'\n\n\
         curl -X PATCH {url}/operator/v1/records/account/{LOGIN} -H 'Authorization: Bearer {key}' \\\n  \
         -H 'Content-Type: application/json' -d '{{\"fields\":{{\"city\":\"Malmö\"}},\"cause\":{{\"reason\":\"ticket 4711\"}}}}'\n"
    )
}

pub(crate) fn print(text: &str) -> std::io::Result<()> {
    writeln!(stdout(), "{text}")
}
