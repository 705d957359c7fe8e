//! Verify that the media store has every file that a record names.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use profile_domain::change::RecordKind;
use profile_ports::{Media, Page, Store, Unavailable};

use crate::{Finding, Problem, record_media};

/// Changes that are read at once.
const PAGE: u32 = 1000;
/// Files that are asked for at the same time.
const MAX_LOOKUPS_AT_ONCE: usize = 16;
/// What has files.
const KINDS: [RecordKind; 5] =
    [RecordKind::File, RecordKind::Upload, RecordKind::User, RecordKind::Override, RecordKind::Client];

/// Asks the media store for every file that a record names; answers how many there are. A record that changes meanwhile is
/// asked again before its file is missed.
///
/// # Errors
/// [`Unavailable`].
pub async fn verify_media(
    store: &(dyn Store + 'static),
    media: &dyn Media,
    mut found: impl FnMut(Finding),
) -> Result<u64, Unavailable> {
    media.ready().await?;
    let mut files = 0;
    for kind in KINDS {
        let mut after = (String::new(), 0);
        loop {
            let next = Page { after: Some((after.0.as_str(), after.1)), limit: PAGE };
            let page = store.changes_after(kind, next).await?;
            let Some(last) = page.last() else { break };
            let before = std::mem::replace(&mut after, (last.key.clone(), last.version)).0;
            let mut keys: Vec<String> = page.into_iter().map(|change| change.key).collect();
            keys.dedup();
            // Its first changes were on the page before.
            keys.retain(|key| *key != before);
            let mut asked =
                stream::iter(keys)
                    .map(|key| async move {
                        missing(store, media, kind, &key).await.map(|missing| (key, missing))
                    })
                    .buffered(MAX_LOOKUPS_AT_ONCE);
            while let Some((key, (count, missing))) = asked.try_next().await? {
                files += count;
                for name in missing {
                    found(Finding { kind, key: Some(key.clone()), problem: Problem::NoBytes(name) });
                }
            }
        }
    }
    Ok(files)
}

/// How many files a record names, and those that are not there.
async fn missing(
    store: &(dyn Store + 'static),
    media: &dyn Media,
    kind: RecordKind,
    key: &str,
) -> Result<(u64, Vec<String>), Unavailable> {
    let names = names(store, kind, key).await?;
    let mut missing = Vec::new();
    for name in &names {
        if media.size(name).await?.is_none() {
            missing.push(name.clone());
        }
    }
    if !missing.is_empty() {
        let now = self::names(store, kind, key).await?;
        missing.retain(|name| now.contains(name));
    }
    Ok((names.len() as u64, missing))
}

async fn names(
    store: &(dyn Store + 'static),
    kind: RecordKind,
    key: &str,
) -> Result<Vec<String>, Unavailable> {
    let media = record_media(store, kind, key).await?.into_iter();
    Ok(media.filter(|medium| !medium.may_be_gone).map(|medium| medium.name).collect())
}
