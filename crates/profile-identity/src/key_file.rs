//! Files of generated keys: created once, replaced whole, durable, and readable by their owner alone.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustix::{
    fs::{CWD, RenameFlags, renameat_with},
    io::Errno,
};
use zeroize::Zeroizing;

/// Far more than a file of keys ever has.
const MAX_BYTES: u64 = 1 << 20;
/// How long a reader waits for a process that has created the file and not written it yet.
const WRITE_WAIT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(10);
/// What drafts end with.
const DRAFT: &str = ".draft";

/// What tells one state of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    modified: (i64, i64),
    size: u64,
}

/// Returns the state of the file at `path`; `None` if it cannot be seen.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|found| stamp_of(&found))
}

fn stamp_of(found: &fs::Metadata) -> Stamp {
    Stamp {
        device: found.dev(),
        inode: found.ino(),
        modified: (found.mtime(), found.mtime_nsec()),
        size: found.len(),
    }
}

/// Reads the file at `path`; `None` if it is not there. A file that others may read is refused.
pub(crate) fn read(path: &Path) -> io::Result<Option<(Zeroizing<String>, Stamp)>> {
    let deadline = Instant::now() + WRITE_WAIT;
    loop {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
        }
        if found.mode() & 0o077 != 0 {
            let reason =
                format!("others may read it (mode {:04o}): run chmod 600 on it", found.mode() & 0o7777);
            return Err(io::Error::new(ErrorKind::PermissionDenied, reason));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(MAX_BYTES).read_to_string(&mut text)?;
        if !text.trim().is_empty() {
            return Ok(Some((text, stamp_of(&found))));
        }
        if Instant::now() > deadline {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "it is empty"));
        }
        sleep(PAUSE);
    }
}

/// Creates the file at `path`, and its folder, unless it is there. Of several processes one wins; the caller reads what
/// is there afterwards.
///
/// # Errors
/// The file cannot be written.
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = write_draft(path, text)?;
    let published = publish(&draft, path, text, rename_no_replace);
    fs::remove_file(&draft).ok();
    published?;
    sync(folder)?;
    // The folder itself may be new.
    folder.parent().map_or(Ok(()), sync)
}

/// Replaces the file at `path` whole. The caller holds the folder's lock.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    remove_drafts(path)?;
    let draft = write_draft(path, text)?;
    fs::rename(&draft, path)?;
    sync(folder)?;
    match read(path)? {
        Some((found, _)) if *found == text => Ok(()),
        _ => Err(io::Error::other("it does not hold what was written to it")),
    }
}

/// Moves the draft to its place. Where the file system cannot rename without replacing, the file is created by its own name.
fn publish(
    draft: &Path,
    path: &Path,
    text: &str,
    rename: impl FnOnce(&Path, &Path) -> Result<(), Errno>,
) -> io::Result<()> {
    match rename(draft, path) {
        Ok(()) | Err(Errno::EXIST) => return Ok(()),
        Err(Errno::NOSPC | Errno::ROFS | Errno::IO) => {}
        Err(error) => tracing::debug!(%error, "this file system cannot rename without replacing"),
    }
    match create_new(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn rename_no_replace(from: &Path, to: &Path) -> Result<(), Errno> {
    renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)
}

fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)
}

/// Writes `text` beside `path`, durably, under a name that nobody else uses.
fn write_draft(path: &Path, text: &str) -> io::Result<PathBuf> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}{DRAFT}", URL_SAFE_NO_PAD.encode(bytes)));
    let draft = path.with_file_name(name);
    let mut file = create_new(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(draft)
}

/// Removes what processes that were killed have left behind.
fn remove_drafts(path: &Path) -> io::Result<()> {
    let prefix = format!("{}.", path.file_name().unwrap_or_default().to_string_lossy());
    for entry in fs::read_dir(folder_of(path))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(&prefix) && name.ends_with(DRAFT) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// The right to replace the key files of a folder; it ends when this is dropped or the process dies.
pub struct KeyFolderLock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl KeyFolderLock {
    /// Waits until nobody else replaces key files in `folder`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn acquire(folder: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let path = folder.join(".lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
        file.lock()?;
        Ok(Self(file))
    }
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt as _, sync::Barrier, thread};

    use super::*;

    fn content(path: &Path) -> String {
        read(path).unwrap().unwrap().0.to_string()
    }

    #[test]
    fn of_many_creators_one_wins_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/secret");
        let barrier = Barrier::new(8);
        let found: Vec<String> = thread::scope(|scope| {
            let create = |number: u32| {
                let (path, barrier) = (&path, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    create(path, &format!("secret {number}")).unwrap();
                    content(path)
                })
            };
            let threads: Vec<_> = (0..8).map(create).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(found.iter().all(|text| *text == found[0]), "{found:?}");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_system_that_cannot_rename_without_replacing_will_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        for (text, rename) in [("first", Errno::INVAL), ("second", Errno::PERM), ("third", Errno::NOSYS)] {
            let draft = write_draft(&path, text).unwrap();
            publish(&draft, &path, text, |_, _| Err(rename)).unwrap();
            assert_eq!(content(&path), "first");
        }
    }

    #[test]
    fn what_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert!(read(&path).unwrap().is_none());
        create(&path, "secret").unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let refused = read(&path).unwrap_err().to_string();
            assert!(refused.contains("chmod 600"), "{refused}");
        }
    }

    #[test]
    fn a_replaced_file_is_whole_and_drafts_of_the_dead_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        create(&path, "before").unwrap();
        let before = stamp(&path);
        write_draft(&path, "of a process that was killed").unwrap();
        replace(&path, "after").unwrap();
        assert_eq!(content(&path), "after");
        assert_ne!(stamp(&path), before);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
