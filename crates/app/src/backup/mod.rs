//! `profile backup` and `profile restore`: an embedded store, its media and its keys in one sealed file.

mod entries;
mod read;
mod write;

use std::path::{Path, PathBuf};

use anyhow::bail;
pub(crate) use read::restore;
use secrecy::{ExposeSecret as _, SecretString};
pub(crate) use write::backup;

use crate::settings::Settings;

/// The file of the embedded database, and the passphrase.
fn needed(settings: &Settings) -> anyhow::Result<(PathBuf, &str)> {
    let Some(path) = settings.embedded_path() else {
        bail!(
            "a backup is of the embedded store; for PostgreSQL use pg_dump, or pg_basebackup with its log, and save media \
             and keys beside it"
        );
    };
    let passphrase = settings.general.backup_passphrase.as_ref().map(SecretString::expose_secret);
    let Some(passphrase) = passphrase.filter(|passphrase| !passphrase.is_empty()) else {
        bail!("set PROFILE_BACKUP_PASSPHRASE: a backup holds the keys, sealed with it");
    };
    Ok((path, passphrase))
}

/// The folder that a file is in.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
