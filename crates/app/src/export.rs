//! `profile export`: a person, or everything, as a zip archive, which is there whole or not at all.

use std::{
    fs::File,
    io::{BufWriter, Write as _, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use profile_domain::{PersonId, Text, operator::Role};
use profile_export::{Exported, export};
use profile_http::contracts::operator::{checked_reason, exported_change};
use profile_usecases::{
    Ports,
    operator::{Actor, ExportHead, OPERATOR, OperatorRefusal, export_all, export_person},
};
use tempfile::NamedTempFile;

use crate::{
    cli::ExportArgs,
    keys::{Adopt, Need},
    output::progress,
    settings::Settings,
    wiring::{open_keys, open_migrated, ports},
};

pub(crate) async fn command(settings: &Settings, args: ExportArgs, adopt: Adopt) -> anyhow::Result<ExitCode> {
    let ExportArgs { person, all: _, file, reason, force } = args;
    let reason = reason.as_deref().map(checked_reason).transpose().context("--reason")?;
    if !force && file.exists() {
        bail!("{} exists; --force replaces it", file.display());
    }
    let part = beside(&file).with_context(|| format!("cannot write {}", file.display()))?;
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    let head = begin(&ports, person.map(PersonId), reason).await?;
    let bar = progress(ProgressBar::new_spinner(), "{spinner} {msg}, {elapsed}");
    let told = |exported: Exported| bar.set_message(summary(exported));
    let (exported, part) =
        Box::pin(export(&ports, head, exported_change, BufWriter::new(part), told)).await?;
    bar.finish_and_clear();
    keep(part, &file, force).with_context(|| format!("cannot write {}", file.display()))?;
    writeln!(stdout(), "exported {}", summary(exported))?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the file that becomes `file` at the end; nobody else can read it.
fn beside(file: &Path) -> std::io::Result<NamedTempFile> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    NamedTempFile::with_prefix_in(".profile-export-", folder.unwrap_or(Path::new(".")))
}

fn keep(part: BufWriter<NamedTempFile>, file: &Path, force: bool) -> anyhow::Result<()> {
    let part = part.into_inner()?;
    part.as_file().sync_all()?;
    let kept: File = if force { part.persist(file)? } else { part.persist_noclobber(file)? };
    Ok(kept.sync_all()?)
}

async fn begin(ports: &Ports, person: Option<PersonId>, reason: Option<Text>) -> anyhow::Result<ExportHead> {
    let actor = Actor { role: Role::Admin, name: OPERATOR.to_owned() };
    let request_id = ports.ids.request().to_string();
    let begun = match person {
        Some(person) => export_person(ports, &actor, person, &request_id, reason).await,
        None => export_all(ports, &actor, &request_id, reason).await,
    };
    begun.map_err(|refused| match (refused, person) {
        (OperatorRefusal::NotFound, Some(person)) => anyhow::anyhow!("there is no person {}", person.0),
        (other, _) => other.into(),
    })
}

fn summary(Exported { records, changes, media }: Exported) -> String {
    format!("{records} records, {changes} changes, {media} bytes of media")
}
