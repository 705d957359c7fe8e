//! `profile verify`: every record is what the log of changes tells.

use std::{
    io::{IsTerminal as _, Write as _, stderr, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use profile_usecases::{Finding, Verified, verify_media};

use crate::{
    keys::{HASH_KEY, OwnKeys},
    settings::Settings,
    wiring::{cause, open_media, open_migrated},
};

pub(crate) async fn verify(settings: &Settings) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = OwnKeys::at_hand(settings, opened.register)?;
    let media = open_media(settings)?;
    let mut findings: u64 = 0;
    let mut found = |Finding { kind, key, problem }: Finding| {
        findings += 1;
        let name = key.map_or_else(String::new, |key| format!(" {key}"));
        writeln!(stderr(), "profile: {}{name}: {problem}", kind.name()).ok();
    };
    let terminal = stderr().is_terminal();
    let progress = |Verified { records, changes }: Verified| {
        if terminal {
            write!(stderr(), "\r{records} records, {changes} changes\r").ok();
        }
    };
    let verified = profile_usecases::verify(&*opened.store, &*keys.vault, &mut found, progress).await;
    let Verified { records, changes } = verified.map_err(cause).context("cannot read the records")?;
    let files = verify_media(&*opened.store, &*media, &mut found)
        .await
        .map_err(cause)
        .context("cannot read media")?;
    if let Some(key) = keys.register.service_key(HASH_KEY).await.map_err(cause)?
        && let Err(error) = keys.vault.open_service_key(HASH_KEY, &key)
    {
        findings += 1;
        writeln!(stderr(), "profile: the key of API keys does not open: {}", error.source).ok();
    }
    writeln!(
        stdout(),
        "verified {records} records and {files} files by {changes} changes: {findings} findings"
    )?;
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
