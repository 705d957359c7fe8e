//! `profile backup FILE`: a consistent state of a store that may be served meanwhile.

use std::{
    fs::File,
    io::{self, BufWriter, Write, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use futures_util::TryStreamExt as _;
use profile_identity::SealedWriter;
use profile_ports::Media;
use tempfile::{NamedTempFile, TempDir};

use super::{entries::Entry, folder_of, needed, sync};
use crate::{
    keys::key_files,
    settings::Settings,
    wiring::{cause, open_database, open_media},
};

type Out = SealedWriter<BufWriter<NamedTempFile>>;

pub(crate) async fn backup(settings: &Settings, file: &Path) -> anyhow::Result<ExitCode> {
    let (path, passphrase) = needed(settings)?;
    let shown = settings.shown_database_url();
    if file.exists() {
        bail!("{} exists", file.display());
    }
    if !path.exists() {
        bail!("cannot open database {shown}: it does not exist");
    }
    let context = || format!("cannot write {}", file.display());
    let part = NamedTempFile::with_prefix_in(".profile-backup-", folder_of(file)).with_context(context)?;
    // Readable by its owner alone, as what is in it.
    let folder = TempDir::with_prefix_in(".profile-backup-", folder_of(file)).with_context(context)?;
    let snapshot = folder.path().join("profile.db");
    let opened = open_database(settings)?;
    let saved = opened.database.snapshot(&snapshot).await.map_err(cause);
    saved.with_context(|| format!("cannot save database {shown}"))?;
    drop(opened);
    let mut out = SealedWriter::begin(BufWriter::new(part), passphrase).with_context(context)?;
    let bytes = add_file(&mut out, &Entry::Database, &snapshot).with_context(context)?;
    drop(folder);
    // Behind the database, so that every file it names is there.
    let media = open_media(settings)?;
    let files = add_media(&mut out, &*media)
        .await
        .with_context(|| format!("cannot save media of {}", settings.shown_media_url()))?;
    let mut keys = 0;
    for key in key_files(settings)? {
        let name = key.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if key.exists() {
            add_file(&mut out, &Entry::Key(name), &key).with_context(context)?;
            keys += 1;
        }
    }
    let part = out.finish().and_then(|out| Ok(out.into_inner()?)).with_context(context)?;
    part.as_file().sync_all().with_context(context)?;
    part.persist_noclobber(file).with_context(context)?;
    sync(folder_of(file)).with_context(context)?;
    writeln!(stdout(), "saved {bytes} bytes of records, {files} files of media, {keys} files of keys")?;
    Ok(ExitCode::SUCCESS)
}

fn add_file(out: &mut Out, entry: &Entry, path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    entry.write(size, out)?;
    exactly(io::copy(&mut file, out)?, size)?;
    Ok(size)
}

async fn add_media(out: &mut Out, media: &dyn Media) -> anyhow::Result<u64> {
    let mut list = media.list();
    let mut files = 0;
    while let Some(file) = list.try_next().await.map_err(cause)? {
        let Some(size) = media.size(&file.name).await.map_err(cause)? else { continue };
        // Removed meanwhile: by somebody who needs it no more.
        let Some(mut bytes) = media.read(&file.name, None).await.map_err(cause)? else { continue };
        Entry::Media(file.name).write(size, out)?;
        let mut written = 0;
        while let Some(some) = bytes.try_next().await.map_err(cause)? {
            out.write_all(&some)?;
            written += some.len() as u64;
        }
        exactly(written, size)?;
        files += 1;
    }
    Ok(files)
}

/// What follows a line is as long as the line says.
fn exactly(written: u64, size: u64) -> io::Result<()> {
    if written == size { Ok(()) } else { Err(io::Error::other("a file has changed while it was read")) }
}
