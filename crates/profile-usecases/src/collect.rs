//! Compares the media store with the records, and removes what no record names or nothing shows.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::StreamExt as _;
use profile_domain::{
    Saved,
    change::RecordKind,
    media::{AVATAR_PURPOSE, MediaFile},
};
use profile_ports::Unavailable;
use uuid::Uuid;

use crate::{
    Ports, RequestOrigin,
    media::RENDITION_PREFIX,
    ports::{IMPORT, SERVICE, SWEEP},
    users::CONTENT_PREFIX,
    write::OnceError,
};

/// How old a file must be: whoever wrote it has long said so in a record, or never will.
const UNUSED_FOR: TimeDelta = TimeDelta::hours(24);
/// Files that are judged at once.
const BATCH: usize = 100;
/// How long an avatar is hidden before its bytes are removed: longer than a commit may take whose story has just read its record.
const HIDDEN_FOR: Duration = Duration::from_mins(1);

/// What was removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// Files that no record names.
    pub orphans: usize,
    /// Avatars that no account shows.
    pub avatars: usize,
}

/// Removes files older than a day that no record names, and avatars that were uploaded and that no account shows. A file of
/// another kind than this service makes is left alone, and so is every file if more of them have no record than have one:
/// then these media belong to another database. May end anywhere; the next one goes on.
///
/// # Errors
/// [`Unavailable`]; what cannot be removed is told in the log and left for the next time.
pub async fn collect_media(ports: &Ports) -> Result<Collected, Unavailable> {
    let now = ports.clock.now();
    let before = now.checked_sub_signed(UNUSED_FOR).unwrap_or(now);
    let origin = RequestOrigin::fresh(ports, SWEEP);
    let mut batches = ports.media.list().chunks(BATCH);
    let mut orphans = Vec::new();
    let mut known = 0;
    let mut hidden = Vec::new();
    while let Some(batch) = batches.next().await {
        let files = batch.into_iter().collect::<Result<Vec<_>, _>>()?;
        let names: Vec<&str> =
            files.iter().map(|file| file.name.as_str()).filter(|name| is_ours(name)).collect();
        let unknown = find_unknown(ports, &names).await?;
        known += names.len() - unknown.len();
        for file in files.into_iter().filter(|file| file.written_at < before) {
            if unknown.contains(&file.name) {
                orphans.push(file.name);
            } else if let Some(uuid) = uuid_of(&file.name)
                && hide_unused(ports, uuid, &origin).await?
            {
                hidden.push(uuid);
            }
        }
    }
    let collected = Collected {
        orphans: remove_orphans(ports, &orphans, known).await,
        avatars: remove_all_hidden(ports, hidden, &origin).await?,
    };
    for (what, count) in [("orphans", collected.orphans), ("avatars", collected.avatars)] {
        metrics::counter!("profile_swept_total", "what" => what).increment(count as u64);
    }
    Ok(collected)
}

async fn remove_orphans(ports: &Ports, orphans: &[String], known: usize) -> usize {
    if orphans.len() > known {
        tracing::warn!(
            orphans = orphans.len(),
            known,
            "no record names most of the media: they are left, as they may belong to another database"
        );
        return 0;
    }
    let mut removed = 0;
    for name in orphans {
        removed += usize::from(remove(ports, name).await);
    }
    removed
}

/// Whether this service gives such names.
fn is_ours(name: &str) -> bool {
    name.starts_with(CONTENT_PREFIX) || name.starts_with(RENDITION_PREFIX) || uuid_of(name).is_some()
}

/// The key of the record that a file belongs to, if it is called like one: `{uuid}.{extension}`.
fn uuid_of(name: &str) -> Option<Uuid> {
    let (uuid, _) = name.split_once('.')?;
    Uuid::try_parse(uuid).ok()
}

/// Those of these names of ours that no record has.
async fn find_unknown(ports: &Ports, names: &[&str]) -> Result<Vec<String>, Unavailable> {
    let contents = names.iter().filter(|name| name.starts_with(CONTENT_PREFIX));
    let contents: Vec<String> = contents.map(|name| (*name).to_owned()).collect();
    let renditions = names.iter().filter_map(|name| name.strip_prefix(RENDITION_PREFIX));
    let renditions: Vec<String> = renditions.map(str::to_owned).collect();
    let known = ports.store.known_contents(&contents).await?;
    let mut unknown: Vec<String> = contents.into_iter().filter(|name| !known.contains(name)).collect();
    let known = ports.store.known_renditions(&renditions).await?;
    let renditions = renditions.into_iter().filter(|name| !known.contains(name));
    unknown.extend(renditions.map(|name| format!("{RENDITION_PREFIX}{name}")));
    for name in names {
        if let Some(uuid) = uuid_of(name)
            && ports.find_saved::<MediaFile>(&uuid).await?.is_none()
        {
            unknown.push((*name).to_owned());
        }
    }
    Ok(unknown)
}

/// Hides an avatar that is unused; whether its bytes may go.
async fn hide_unused(ports: &Ports, uuid: Uuid, origin: &RequestOrigin) -> Result<bool, Unavailable> {
    let Some(file) = ports.find_saved::<MediaFile>(&uuid).await? else { return Ok(false) };
    // Hidden by one who ended early.
    if file.is_hidden() {
        return Ok(true);
    }
    Ok(is_unused(ports, &file).await? && commit(ports, &file, file.hidden(), origin).await?)
}

/// Removes the bytes of avatars that have been hidden.
async fn remove_all_hidden(
    ports: &Ports,
    hidden: Vec<Uuid>,
    origin: &RequestOrigin,
) -> Result<usize, Unavailable> {
    if hidden.is_empty() {
        return Ok(0);
    }
    tokio::time::sleep(HIDDEN_FOR).await;
    let mut removed = 0;
    for uuid in hidden {
        removed += usize::from(remove_hidden(ports, uuid, origin).await?);
    }
    Ok(removed)
}

/// Whether the file was uploaded as an avatar, and no account shows it.
async fn is_unused(ports: &Ports, file: &MediaFile) -> Result<bool, Unavailable> {
    let uploaded = file.person.is_some() && file.purpose == AVATAR_PURPOSE;
    if !uploaded || !file.is_public() || is_shown(ports, file).await? {
        return Ok(false);
    }
    // What an operator has imported is the operator's.
    let changes = ports.store.changes_of(RecordKind::File, &file.uuid.to_string()).await?;
    Ok(changes.first().is_some_and(|first| first.cause.door != IMPORT))
}

async fn is_shown(ports: &Ports, file: &MediaFile) -> Result<bool, Unavailable> {
    Ok(!ports.store.shown_avatars(&[file.uuid.to_string()]).await?.is_empty())
}

/// Removes the bytes of a hidden avatar, unless an account has come to show it; then it is public again.
async fn remove_hidden(ports: &Ports, uuid: Uuid, origin: &RequestOrigin) -> Result<bool, Unavailable> {
    let Some(file) = ports.find_saved::<MediaFile>(&uuid).await?.filter(|file| file.is_hidden()) else {
        return Ok(false);
    };
    if is_shown(ports, &file).await? {
        commit(ports, &file, file.shown_again(), origin).await?;
        return Ok(false);
    }
    Ok(remove(ports, &file.file_name()).await)
}

/// Whether the commit was made; it is not if somebody was faster, and the next time will tell if nobody knows.
async fn commit(
    ports: &Ports,
    file: &Saved<MediaFile>,
    next: MediaFile,
    origin: &RequestOrigin,
) -> Result<bool, Unavailable> {
    match ports.write_once(file, next, origin.cause(SERVICE.to_owned(), None)).await {
        Ok(_) => Ok(true),
        Err(OnceError::Unavailable(error)) => Err(error),
        Err(OnceError::Changed | OnceError::Unknown(_)) => Ok(false),
    }
}

/// Whether the file is removed; if not, that is told in the log.
pub(crate) async fn remove(ports: &Ports, name: &str) -> bool {
    match ports.media.delete(name).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(error = %profile_ports::Chain(&error), "a file was not removed");
            false
        }
    }
}
