//! The files that rows may name: regular ones beneath the folder of the import, and none of the service's own secrets.

use std::{
    collections::HashSet,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Component, Path, PathBuf},
};

use cap_std::{
    ambient_authority,
    fs::{Dir, MetadataExt as _, OpenOptions, OpenOptionsExt as _},
};

use crate::{ImportError, Source, error::FileError};

/// Most bytes of an imported file.
pub(crate) const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// A folder, and the files beneath it that stay secret.
pub struct Folder {
    path: PathBuf,
    /// Device and number of every secret file, so that a link to one is one, too.
    secret: HashSet<(u64, u64)>,
}

impl Folder {
    /// Returns the folder of `source`, without the files in `secrets`, which are files and folders that need not exist.
    ///
    /// # Errors
    /// [`ImportError::Secrets`] if a secret cannot be looked up.
    pub fn of(source: &Source, secrets: &[PathBuf]) -> Result<Self, ImportError> {
        Self::new(source.folder().to_owned(), secrets).map_err(ImportError::Secrets)
    }

    /// Returns a folder of no files.
    #[must_use]
    pub fn none() -> Self {
        Self { path: PathBuf::new(), secret: HashSet::new() }
    }

    fn new(path: PathBuf, secrets: &[PathBuf]) -> io::Result<Self> {
        let mut secret = HashSet::new();
        for path in secrets {
            collect(path, &mut secret)?;
        }
        Ok(Self { path, secret })
    }

    /// Returns the content of the regular file `path`, which may be reached by links that stay beneath the folder.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        if self.path.as_os_str().is_empty() {
            return Err(FileError::NoFolder);
        }
        let mut parts = Path::new(path).components();
        if parts.any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(FileError::NotBeneath);
        }
        let folder = Dir::open_ambient_dir(&self.path, ambient_authority())?;
        let mut options = OpenOptions::new();
        // A pipe without a writer must not hold the import up.
        options.read(true).custom_flags(NONBLOCK);
        let file = folder.open_with(path, &options)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(FileError::NotRegular);
        }
        if self.secret.contains(&(found.dev(), found.ino())) {
            return Err(FileError::Secret);
        }
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(file, MAX_BYTES + 1), &mut bytes)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(FileError::TooLarge);
        }
        Ok(bytes)
    }
}

const NONBLOCK: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

/// Adds `path`, or every file beneath it.
fn collect(path: &Path, secret: &mut HashSet<(u64, u64)>) -> io::Result<()> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !found.is_dir() {
        secret.insert((found.dev(), found.ino()));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), secret)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// An import folder `in` beside a folder `out`, each with a file; `in/keys` is secret.
    fn folder() -> (tempfile::TempDir, Folder) {
        let root = tempfile::tempdir().unwrap();
        for folder in ["in/sub", "in/keys", "out"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["in/a.png", "in/sub/b.png", "in/keys/master-key", "out/passwd"] {
            fs::write(root.path().join(file), file).unwrap();
        }
        let secrets = [root.path().join("in/keys"), root.path().join("in/missing")];
        let folder = Folder::new(root.path().join("in"), &secrets).unwrap();
        (root, folder)
    }

    #[test]
    fn regular_files_beneath_the_folder_are_read() {
        let (root, folder) = folder();
        symlink("sub/b.png", root.path().join("in/link")).unwrap();
        symlink("sub", root.path().join("in/linked")).unwrap();
        for (path, content) in [
            ("a.png", "in/a.png"),
            ("./a.png", "in/a.png"),
            ("sub/b.png", "in/sub/b.png"),
            ("link", "in/sub/b.png"),
            ("linked/b.png", "in/sub/b.png"),
        ] {
            assert_eq!(folder.read(path).unwrap(), content.as_bytes(), "{path}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let (root, folder) = folder();
        let inside = |name: &str| root.path().join("in").join(name);
        symlink("../out/passwd", inside("up")).unwrap();
        symlink(root.path().join("out/passwd"), inside("absolute")).unwrap();
        symlink("../out", inside("out")).unwrap();
        symlink("keys/master-key", inside("to-key")).unwrap();
        symlink("loop", inside("loop")).unwrap();
        fs::hard_link(inside("keys/master-key"), inside("hard")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            inside("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        let outside = root.path().join("out/passwd").display().to_string();
        for path in [
            "../out/passwd",
            "sub/../../out/passwd",
            "sub/../a.png",
            &outside,
            "/etc/passwd",
            "/dev/null",
            "up",
            "absolute",
            "out/passwd",
            "keys/master-key",
            "to-key",
            "hard",
            "loop",
            "pipe",
            "sub",
            "missing",
            ".",
            "",
            "a.png/",
            "a\0b",
        ] {
            assert!(folder.read(path).is_err(), "{path}");
        }
    }

    #[test]
    fn large_files_are_refused() {
        let (root, folder) = folder();
        let file = fs::File::create(root.path().join("in/large")).unwrap();
        file.set_len(MAX_BYTES).unwrap();
        assert_eq!(folder.read("large").unwrap().len() as u64, MAX_BYTES);
        file.set_len(MAX_BYTES + 1).unwrap();
        assert!(folder.read("large").unwrap_err().to_string().contains("more than"));
    }
}
