//! `profile copy`: every record with its history from one database to another, verified at the end.

use std::{
    io::{IsTerminal as _, Write as _, stderr, stdout},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use profile_domain::chain::SignedCheckpoint;
use profile_media::{Location, ObjectMedia};
use profile_ports::{Store, Vault as _};
use profile_usecases::{
    CheckpointFault, Finding, MediaCopied, StoreCopied, copy_media, copy_store, verify,
    verify_stored_checkpoints,
};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;

use crate::{
    keys::{MASTER, OwnKeys, living_server},
    settings::{Settings, shown_database},
    wiring::{Opened, cause, open_at, open_media},
};

/// How long a statement of a copy may take: counting all changes takes its time.
const STATEMENT_LIMIT: Duration = Duration::from_mins(5);
const SQLITE: &str = "sqlite://";

/// From where, and to where.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The database that is copied [default: the one of the settings]
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,
    /// The database that becomes its copy
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// Where media are copied to [default: they stay where they are]
    #[arg(long, value_name = "URL")]
    pub media_to: Option<String>,
}

pub(crate) async fn command(mut settings: Settings, args: CopyArgs) -> anyhow::Result<ExitCode> {
    let CopyArgs { from, to, media_to } = args;
    if let Some(from) = from {
        // Its keys are looked for beside it.
        settings.general.database_url = from.into();
    }
    let media_to = media_to.as_deref().map(|url| media_location(&settings, url)).transpose()?;
    let source = open_source(&settings).await?;
    let keys = OwnKeys::at_hand(&settings, source.register.clone()).await?;
    check_keys(&settings, &source, &keys).await?;
    let target = open_target(&settings, &to).await?;
    let started = Instant::now();
    let bar = progress();
    let told = |copied: StoreCopied| bar.set_message(summary(copied, started.elapsed()));
    let copied = copy_store(&*source.copying, &*target.copying, told).await;
    let copied = copied.with_context(|| format!("cannot copy to {}", shown_database(&to)))?;
    if let Some((location, shown)) = media_to {
        bar.set_message("media");
        let context = || format!("cannot copy media to {shown}");
        // Only now: opening a folder makes it, and a copy that is refused leaves nothing.
        let media = ObjectMedia::open(location).with_context(context)?;
        let copied = copy_media(&*open_media(&settings)?, &media).await.map_err(cause);
        let MediaCopied { files, bytes } = copied.with_context(context)?;
        writeln!(stdout(), "copied {bytes} bytes of media; {files} files are there")?;
    }
    bar.set_message(format!("{}, verifying", summary(copied, started.elapsed())));
    let findings = verified(&*target.store, &keys).await?;
    if findings > 0 {
        bail!("the copy is not verified: {findings} findings; nobody serves it, and the source is as it was");
    }
    // A server that has come meanwhile may have written behind what was read.
    refuse_if_served(&source, settings.general.database_url.expose_secret(), "source").await?;
    target.copying.end_copy().await.map_err(cause)?;
    bar.finish_and_clear();
    let mut out = stdout().lock();
    let folder = settings.keys_dir();
    writeln!(
        out,
        "keys are not copied: whoever serves the copy needs those of the source ({}, or the settings that hold them)",
        folder.display()
    )?;
    writeln!(out, "copied {}", summary(copied, started.elapsed()))?;
    Ok(ExitCode::SUCCESS)
}

/// `N records, M changes in S s (R/s)`.
fn summary(StoreCopied { records, changes, .. }: StoreCopied, took: Duration) -> String {
    let rate = u128::from(records + changes) * 1000 / took.as_millis().max(1);
    format!("{records} records, {changes} changes in {:.1} s ({rate}/s)", took.as_secs_f64())
}

/// Opens the source, which must be there, up to date, and served by nobody.
async fn open_source(settings: &Settings) -> anyhow::Result<Opened> {
    let url = settings.general.database_url.expose_secret();
    let shown = settings.shown_database_url();
    if let Some(path) = settings.embedded_path()
        && !path.exists()
    {
        bail!("cannot open database {shown}: it does not exist");
    }
    let source = open_at(settings, url, STATEMENT_LIMIT, None)?;
    refuse_if_claimed(&source, &shown, "source").await?;
    let pending = source.database.pending_migrations().await.map_err(cause);
    let pending = pending.with_context(|| format!("cannot open database {shown}"))?;
    if !pending.is_empty() {
        bail!("the schema of the source {shown} is not up to date: run profile migrate on it first");
    }
    refuse_if_served(&source, url, "source").await?;
    Ok(source)
}

/// Opens the target, makes it where it is not there, and claims it.
async fn open_target(settings: &Settings, url: &str) -> anyhow::Result<Opened> {
    let shown = shown_database(url);
    if is_same_file(settings, url) {
        bail!("cannot copy to {shown}: the target is the source");
    }
    let target = open_at(settings, url, STATEMENT_LIMIT, None)?;
    refuse_if_claimed(&target, &shown, "target").await?;
    let migrated = target.database.migrate().await.map_err(cause);
    migrated.with_context(|| format!("cannot open database {shown}"))?;
    refuse_if_served(&target, url, "target").await?;
    Ok(target)
}

/// Whether the target is the file of the source, which has claimed it already.
fn is_same_file(settings: &Settings, target: &str) -> bool {
    let file = |path: &Path| path.canonicalize().ok();
    let source = settings.embedded_path().and_then(|path| file(&path));
    source.is_some() && source == target.strip_prefix(SQLITE).and_then(|path| file(Path::new(path)))
}

/// An embedded database belongs to this process until it is closed.
async fn refuse_if_claimed(opened: &Opened, shown: &str, which: &str) -> anyhow::Result<()> {
    let claimed = opened.database.claim().await.map_err(cause);
    claimed.with_context(|| format!("cannot copy while the {which} {shown} is served"))
}

/// Of a cluster, its servers tell whether they live; of an embedded one, the claim has told.
async fn refuse_if_served(opened: &Opened, url: &str, which: &str) -> anyhow::Result<()> {
    if url.starts_with(SQLITE) {
        return Ok(());
    }
    if let Some(host) = living_server(&*opened.register).await? {
        bail!("the {which} {} is served by {host}: stop it, and repeat this", shown_database(url));
    }
    Ok(())
}

/// The copy is verified with the keys of the source, so these must be at hand.
async fn check_keys(settings: &Settings, source: &Opened, keys: &OwnKeys) -> anyhow::Result<()> {
    let known = source.register.known_keys().await.map_err(cause)?;
    let mut needed = source.register.master_keys().await.map_err(cause)?;
    needed.extend(known.get(MASTER).cloned());
    if let Some(missing) = needed.iter().find(|name| !keys.vault.holds(name)) {
        bail!(
            "the master key {missing} of the source is missing in {}, so the copy could not be verified: set \
             PROFILE_KEYS_DIR or PROFILE_MASTER_KEY",
            settings.keys_dir().display()
        );
    }
    Ok(())
}

/// Verifies the copy as `profile verify` does, without media; returns the number of findings, each reported.
async fn verified(store: &(dyn Store + 'static), keys: &OwnKeys) -> anyhow::Result<u64> {
    let mut findings = 0;
    let mut found = |Finding { kind, key, problem }: Finding| {
        findings += 1;
        let name = key.map_or_else(String::new, |key| format!(" {key}"));
        writeln!(stderr(), "profile: {}{name}: {problem}", kind.name()).ok();
    };
    verify(store, &*keys.vault, &mut found, |_| {}).await.map_err(cause).context("cannot verify the copy")?;
    let mut faults = 0;
    let report = |signed: &SignedCheckpoint, fault: CheckpointFault| {
        faults += 1;
        writeln!(stderr(), "profile: checkpoint {}: {fault}", signed.checkpoint.position).ok();
    };
    verify_stored_checkpoints(store, report, |_| {})
        .await
        .map_err(cause)
        .context("cannot verify the copy")?;
    Ok(findings + faults)
}

/// Where media are copied to, as it is and as it is shown.
fn media_location(settings: &Settings, url: &str) -> anyhow::Result<(Location, String)> {
    let shown = shown_database(url);
    if url == settings.general.media_url {
        bail!("cannot copy media to {shown}: they are there");
    }
    let context = || format!("cannot open media store {shown}");
    let location = Location::parse(url).with_context(context)?;
    if matches!(location, Location::Bucket { .. }) {
        // Wrong settings are told before anything is copied.
        ObjectMedia::open(location.clone()).with_context(context)?;
    }
    Ok((location, shown))
}

fn progress() -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg}");
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}
