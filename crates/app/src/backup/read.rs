//! `profile restore FILE`: all of a backup, or nothing. The file is read to its end before anything is written.

use std::{
    fs::{DirBuilder, File},
    io::{self, BufReader, Read, Write, stdout},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use profile_identity::{SealedReader, restore_key_file};
use profile_ports::Media;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{entries::Entry, folder_of, needed, sync};
use crate::{
    keys::key_files,
    settings::Settings,
    wiring::{cause, open_media},
};

/// Bytes of a media file that are written at once.
const PIECE: usize = 64 * 1024;

type In = SealedReader<BufReader<File>>;

pub(crate) async fn restore(settings: &Settings, file: &Path) -> anyhow::Result<ExitCode> {
    let (path, passphrase) = needed(settings)?;
    let shown = settings.shown_database_url();
    // A log that a killed server has left beside a file would be written into the restored one.
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut file = path.clone().into_os_string();
        file.push(suffix);
        if Path::new(&file).exists() {
            let file = file.display();
            bail!(
                "database {shown} exists: restore to another one, or move {file} and what is beside it away"
            );
        }
    }
    let context = || format!("cannot restore {}", file.display());
    let open = || -> io::Result<In> { SealedReader::begin(BufReader::new(File::open(file)?), passphrase) };
    let keys = check(open().with_context(context)?, settings).with_context(context)?;
    let media = open_media(settings)?;
    let mut restored = Restored { media: &*media, files: Vec::new(), keys: Vec::new() };
    let outcome = restored.write(open().with_context(context)?, &path, keys).await;
    if outcome.is_err() {
        restored.remove().await;
    }
    outcome.with_context(context)?;
    let (files, keys) = (restored.files.len(), restored.keys.len());
    writeln!(stdout(), "restored database {shown}, {files} files of media, {keys} files of keys")?;
    Ok(ExitCode::SUCCESS)
}

/// Keys with the places where they belong.
type Keys = Vec<(PathBuf, Zeroizing<String>)>;

/// Reads the whole file; returns its keys. One that is there already must be the same.
fn check(mut from: In, settings: &Settings) -> anyhow::Result<Keys> {
    let places = key_files(settings)?;
    let mut keys = Vec::new();
    let mut databases = 0;
    while let Some((entry, size)) = Entry::read(&mut from)? {
        let mut bytes = from.by_ref().take(size);
        match entry {
            Entry::Database => {
                databases += 1;
                exactly(io::copy(&mut bytes, &mut io::sink())?, size)?;
            }
            Entry::Media(_) => exactly(io::copy(&mut bytes, &mut io::sink())?, size)?,
            Entry::Key(name) => {
                let mut text = Zeroizing::new(String::new());
                exactly(bytes.read_to_string(&mut text)? as u64, size)?;
                let place = places.iter().find(|place| place.ends_with(&name));
                let place = place.with_context(|| format!("it holds a key {name} that is not known here"))?;
                match std::fs::read_to_string(place).map(Zeroizing::new) {
                    Ok(there) if *there != *text => bail!("{} holds another key", place.display()),
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => keys.push((place.clone(), text)),
                    Err(error) => return Err(error).with_context(|| place.display().to_string()),
                }
            }
        }
    }
    if databases != 1 {
        bail!("it holds {databases} databases");
    }
    Ok(keys)
}

/// What a restore has written so far.
struct Restored<'a> {
    media: &'a dyn Media,
    files: Vec<String>,
    keys: Vec<PathBuf>,
}

impl Restored<'_> {
    /// Writes everything; the database appears last.
    async fn write(&mut self, mut from: In, path: &Path, keys: Keys) -> anyhow::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder_of(path))?;
        let mut database = NamedTempFile::with_prefix_in(".profile-restore-", folder_of(path))?;
        while let Some((entry, size)) = Entry::read(&mut from)? {
            let mut bytes = from.by_ref().take(size);
            match entry {
                Entry::Database => exactly(io::copy(&mut bytes, &mut database)?, size)?,
                Entry::Media(name) => self.add_media(name, size, &mut bytes).await?,
                Entry::Key(_) => exactly(io::copy(&mut bytes, &mut io::sink())?, size)?,
            }
        }
        database.as_file().sync_all()?;
        for (place, text) in keys {
            restore_key_file(&place, &text)?;
            self.keys.push(place);
        }
        database.persist_noclobber(path)?;
        Ok(sync(folder_of(path))?)
    }

    async fn add_media(&mut self, name: String, size: u64, bytes: &mut impl Read) -> anyhow::Result<()> {
        if self.media.size(&name).await.map_err(cause)? == Some(size) {
            exactly(io::copy(bytes, &mut io::sink())?, size)?;
            return Ok(());
        }
        let mut writer = self.media.create(&name).await.map_err(cause)?;
        let mut piece = vec![0; PIECE];
        loop {
            let length = bytes.read(&mut piece)?;
            let Some(some) = piece.get(..length).filter(|some| !some.is_empty()) else { break };
            writer.write(some.to_vec().into()).await.map_err(cause)?;
        }
        writer.finish().await.map_err(cause)?;
        self.files.push(name);
        Ok(())
    }

    /// Best effort, after a failure: nothing of the restore stays.
    async fn remove(&self) {
        for name in &self.files {
            self.media.delete(name).await.ok();
        }
        for key in &self.keys {
            std::fs::remove_file(key).ok();
        }
    }
}

fn exactly(read: u64, size: u64) -> io::Result<()> {
    let why = "it is damaged: a file in it is shorter than it says";
    if read == size { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidData, why)) }
}
