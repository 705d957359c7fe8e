//! One change of keys at a time: a lock on the folder of keys, and one in the database for who has another folder.

use std::time::Duration;

use anyhow::{Context as _, bail};
use profile_identity::KeyFolderLock;
use profile_ports::KeyRegister;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{settings::Settings, wiring::cause};

/// What the database knows the lock as.
const KIND: &str = "change of keys";
const FREE: &str = "free";
/// How often the holder shows that it is alive.
const RENEW: Duration = Duration::from_secs(1);
/// A holder that does not show it for this long was killed.
const DEAD_AFTER: Duration = Duration::from_secs(5);
/// How long to wait for another change to end.
const LOCK_TIMEOUT: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_millis(100);

/// Waits until no other process changes the key files of this folder.
pub(crate) async fn lock_folder(settings: &Settings) -> anyhow::Result<KeyFolderLock> {
    let folder = settings.keys_dir();
    let shown = folder.display().to_string();
    let locked = tokio::task::spawn_blocking(move || KeyFolderLock::acquire(&folder)).await?;
    locked.with_context(|| format!("cannot lock {shown}"))
}

/// Runs `work` while nobody else changes keys of this database. No clock is compared: a holder is dead if it stands still.
pub(crate) async fn exclusively<T>(
    register: &dyn KeyRegister,
    holder: Uuid,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let mut held = acquire(register, holder).await?;
    let outcome = tokio::select! {
        outcome = work => outcome,
        lost = renew(register, holder, &mut held) => lost.and_then(|()| bail!("another process changes keys")),
    };
    register.set_known_key(KIND, Some(&held), FREE).await.map_err(cause)?;
    outcome
}

async fn acquire(register: &dyn KeyRegister, holder: Uuid) -> anyhow::Result<String> {
    let mine = format!("{holder} 0");
    let deadline = Instant::now() + LOCK_TIMEOUT;
    let mut seen: Option<(String, Instant)> = None;
    while Instant::now() < deadline {
        let known = register.known_keys().await.map_err(cause)?.remove(KIND);
        let (since, is_new) = match &seen {
            Some((value, since)) if known.as_ref() == Some(value) => (*since, false),
            _ => (Instant::now(), true),
        };
        let is_free = known.as_deref().is_none_or(|value| value == FREE);
        if (is_free || since.elapsed() > DEAD_AFTER)
            && register.set_known_key(KIND, known.as_deref(), &mine).await.map_err(cause)?
        {
            return Ok(mine);
        }
        if is_new {
            seen = known.map(|value| (value, since));
        }
        sleep(PAUSE).await;
    }
    bail!("another process is changing keys")
}

/// Ends when the lock is lost.
async fn renew(register: &dyn KeyRegister, holder: Uuid, held: &mut String) -> anyhow::Result<()> {
    for beat in 1_u64.. {
        sleep(RENEW).await;
        let next = format!("{holder} {beat}");
        if !register.set_known_key(KIND, Some(held), &next).await.map_err(cause)? {
            return Ok(());
        }
        *held = next;
    }
    Ok(())
}
