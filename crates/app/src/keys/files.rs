//! Where generated keys are, and how a refusal names the place.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::settings::Settings;

/// The folder of generated keys.
pub(super) struct KeyFiles(PathBuf);

impl KeyFiles {
    pub(super) fn of(settings: &Settings) -> anyhow::Result<Self> {
        let folder = settings.keys_dir();
        Ok(Self(std::path::absolute(&folder).with_context(|| format!("keys_dir {}", folder.display()))?))
    }

    pub(super) fn master_key(&self) -> PathBuf {
        self.0.join("master-key")
    }

    pub(super) fn jwt_secret(&self) -> PathBuf {
        self.0.join("jwt-secret")
    }

    pub(super) fn users_key(&self) -> PathBuf {
        self.0.join("users-es256")
    }
}

/// A key as a refusal names it.
pub(super) struct Named<'a> {
    /// What it is, with its article.
    pub(super) what: &'a str,
    /// The environment variable that gives it, and whether it does.
    pub(super) setting: &'a str,
    pub(super) is_set: bool,
    pub(super) file: &'a Path,
}

impl Named<'_> {
    /// The one line that says which key, where it was looked for, and what to do.
    pub(super) fn refusal(&self) -> anyhow::Error {
        let Self { what, setting, is_set, file } = self;
        let file = file.display();
        if *is_set {
            return anyhow::anyhow!(
                "{what} in {setting} is not the one that this database is used with: set the right one; where the \
                 change is meant, add --adopt-keys"
            );
        }
        let is = if self.file.exists() { "is not the one" } else { "does not exist: it is the one" };
        anyhow::anyhow!(
            "{what} of this database is missing: {file} {is} that this database is used with; restore the file, or set \
             {setting} or PROFILE_KEYS_DIR; where a change is meant, add --adopt-keys"
        )
    }
}
