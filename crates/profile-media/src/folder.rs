//! What a folder of media needs besides its files: a proof that it can be written, its room, what writers left behind.

use std::{fs, io, io::Write as _, path::Path, time::Duration};

/// A file that is written to know whether one can be.
const PROBE: &str = ".probe";
/// After which time without a byte a file on its way in belongs to nobody any more; a body that comes so slowly is cut.
const SILENT: Duration = Duration::from_mins(2);
/// Uploads are refused when less than this is free, or less than one part in so many of the disk, so that there is
/// room for updates.
const RESERVE: u64 = 512 * 1024 * 1024;
const RESERVED_PART: u64 = 20;

/// Writes a byte, and answers when that was by the clock of the disk.
pub(crate) fn probe(folder: &Path) -> io::Result<std::time::SystemTime> {
    let mut file = fs::File::create(folder.join(PROBE))?;
    file.write_all(b"1")?;
    file.metadata()?.modified()
}

/// Whether uploads leave enough room for everything else; where that cannot be known, they do.
pub(crate) fn has_room(folder: &Path) -> bool {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return true };
    let reserve = (disk.f_blocks / RESERVED_PART).saturating_mul(disk.f_frsize).min(RESERVE);
    disk.f_bavail.saturating_mul(disk.f_frsize) >= reserve
}

/// Removes files that were on their way in when their server ended; all of them, or those that have long been silent.
pub(crate) fn remove_leftovers(folder: &Path, all: bool) -> io::Result<usize> {
    let now = probe(folder)?;
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !is_staged(&entry.file_name().to_string_lossy()) {
            continue;
        }
        // Whoever finished or removed it meanwhile has done so.
        let Ok(modified) = entry.metadata().and_then(|data| data.modified()) else { continue };
        let silent = now.duration_since(modified).is_ok_and(|silence| silence >= SILENT);
        if (all || silent) && fs::remove_file(entry.path()).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}

/// How the object store calls a file that is not finished: `name#1`.
fn is_staged(name: &str) -> bool {
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
