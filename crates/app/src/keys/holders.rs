//! Servers tell each other through the database which keys they hold.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::bail;
use profile_ports::{Clock, KeyHolder, KeyRegister};
use profile_usecases::Peers;
use tokio::{
    sync::oneshot,
    time::{Instant, interval, sleep},
};
use uuid::Uuid;

use super::OwnKeys;
use crate::wiring::cause;

/// How often a server looks whether keys have changed.
const LOOK: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(200);
/// What the database knows the number of the last roll call as. A server that sees a new one renews its entry, so that it
/// is known to live. Where servers share a database, each renews its entry at every look, as [`Peers`] must know who lives;
/// one that is alone writes nothing without a roll call.
const ROLL_CALL: &str = "roll call";

/// How long to wait for other servers.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// A server whose entry does not move for this long is dead.
    dead_after: Duration,
    /// How long living ones may take to read a new key.
    wait: Duration,
}

/// A living server answers a roll call within little more than a second.
const PATIENCE: Patience = Patience { dead_after: Duration::from_secs(10), wait: Duration::from_secs(30) };

/// This server's entry among those that hold keys.
pub(crate) struct Registration {
    keys: Arc<OwnKeys>,
    clock: Arc<dyn Clock>,
    entry: KeyHolder,
    /// Who else is registered; absent for a server that is alone with its database.
    peers: Option<Arc<Peers>>,
    /// The roll call that was answered last.
    answered: Option<String>,
}

impl Registration {
    /// Registers this server, before it uses a key.
    pub(crate) async fn begin(
        keys: Arc<OwnKeys>,
        clock: Arc<dyn Clock>,
        peers: &Arc<Peers>,
        is_shared: bool,
    ) -> anyhow::Result<Self> {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let entry = KeyHolder {
            server: peers.own(),
            host: format!("{host} (process {})", std::process::id()),
            beat: 0,
            keys: Vec::new(),
        };
        let peers = is_shared.then(|| Arc::clone(peers));
        let mut registration = Self { keys, clock, entry, peers, answered: None };
        registration.look().await?;
        Ok(registration)
    }

    /// Follows changes of keys until the server stops.
    pub(crate) async fn keep(mut self, mut stopped: oneshot::Receiver<()>) {
        let mut ticks = interval(LOOK);
        let mut is_failing = false;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = &mut stopped => break,
            }
            let looked = self.look().await;
            if let (Err(error), false) = (&looked, is_failing) {
                tracing::warn!(error = %format_args!("{error:#}"), "cannot follow changes of the keys");
            }
            is_failing = looked.is_err();
        }
        // Without it others wait until the entry is seen not to move.
        self.keys.register.remove_key_holder(self.entry.server).await.ok();
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        let known = self.keys.register.known_keys().await.map_err(cause)?;
        let followed = self.keys.follow(&known, self.clock.now().timestamp());
        let (names, call) = (self.keys.names(), known.get(ROLL_CALL));
        let register = &self.keys.register;
        if self.peers.is_some() || names != self.entry.keys || call != self.answered.as_ref() {
            self.entry.beat += 1;
            self.entry.keys = names;
            register.set_key_holder(&self.entry).await.map_err(cause)?;
            self.answered = call.cloned();
        }
        if let Some(peers) = &self.peers {
            peers.note(&register.key_holders().await.map_err(cause)?, std::time::Instant::now());
        }
        followed
    }
}

/// Has every living server renew its entry.
async fn call_the_roll(register: &dyn KeyRegister) -> anyhow::Result<()> {
    let last = register.known_keys().await.map_err(cause)?.remove(ROLL_CALL);
    let next = last.as_deref().and_then(|last| last.parse::<u64>().ok()).unwrap_or_default().wrapping_add(1);
    // If another process was faster, its call will do.
    register.set_known_key(ROLL_CALL, last.as_deref(), &next.to_string()).await.map_err(cause)?;
    Ok(())
}

/// Waits until every living server holds the key called `name`; removes the entries of dead ones.
pub(crate) async fn wait_until_held(register: &dyn KeyRegister, name: &str) -> anyhow::Result<()> {
    wait(register, name, PATIENCE).await
}

/// Returns a server that uses this database, if one lives.
pub(crate) async fn living_server(register: &dyn KeyRegister) -> anyhow::Result<Option<String>> {
    living(register, PATIENCE.dead_after).await
}

async fn living(register: &dyn KeyRegister, dead_after: Duration) -> anyhow::Result<Option<String>> {
    let before = register.key_holders().await.map_err(cause)?;
    if before.is_empty() {
        return Ok(None);
    }
    call_the_roll(register).await?;
    let deadline = Instant::now() + dead_after;
    while Instant::now() < deadline {
        let now = register.key_holders().await.map_err(cause)?;
        if now.is_empty() {
            return Ok(None);
        }
        // One that renews its entry lives, and so does one that has come.
        if let Some(living) = now.into_iter().find(|holder| !before.contains(holder)) {
            return Ok(Some(living.host));
        }
        sleep(PAUSE).await;
    }
    Ok(None)
}

async fn wait(register: &dyn KeyRegister, name: &str, patience: Patience) -> anyhow::Result<()> {
    let deadline = Instant::now() + patience.wait;
    let mut seen: HashMap<Uuid, (i64, Instant)> = HashMap::new();
    let mut called: Option<Instant> = None;
    loop {
        let holders = register.key_holders().await.map_err(cause)?;
        let lacking: Vec<KeyHolder> =
            holders.into_iter().filter(|holder| !holder.keys.iter().any(|key| key == name)).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        if called.is_none_or(|called| called.elapsed() > LOOK) {
            call_the_roll(register).await?;
            called = Some(Instant::now());
        }
        for holder in &lacking {
            let (beat, since) = seen.entry(holder.server).or_insert_with(|| (holder.beat, Instant::now()));
            if *beat != holder.beat {
                (*beat, *since) = (holder.beat, Instant::now());
            } else if since.elapsed() > patience.dead_after {
                register.remove_key_holder(holder.server).await.map_err(cause)?;
            }
        }
        if Instant::now() > deadline {
            let hosts: Vec<&str> = lacking.iter().map(|holder| holder.host.as_str()).collect();
            bail!(
                "servers do not hold the key {name}: {}; give them the changed key file or setting and repeat this",
                hosts.join(", ")
            );
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use profile_testkit::memory::MemoryStore;

    use super::*;

    const SHORT: Patience = Patience { dead_after: Duration::from_millis(500), wait: Duration::from_secs(2) };

    fn holder(beat: i64, key: &str) -> KeyHolder {
        KeyHolder {
            server: Uuid::from_u128(1),
            host: "far away".to_owned(),
            beat,
            keys: vec![key.to_owned()],
        }
    }

    #[tokio::test]
    async fn a_dead_server_is_not_waited_for() {
        let register = MemoryStore::default();
        wait(&register, "new", SHORT).await.unwrap();
        register.set_key_holder(&holder(1, "old")).await.unwrap();
        wait(&register, "new", SHORT).await.unwrap();
        assert_eq!(register.key_holders().await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_server_lives_while_its_entry_moves() {
        let register = MemoryStore::default();
        let wait = Duration::from_millis(500);
        assert_eq!(living(&register, wait).await.unwrap(), None);
        register.set_key_holder(&holder(1, "old")).await.unwrap();
        assert_eq!(living(&register, wait).await.unwrap(), None, "a dead one");
        let renewed = async {
            sleep(Duration::from_millis(50)).await;
            register.set_key_holder(&holder(2, "old")).await.unwrap();
        };
        let (found, ()) = tokio::join!(living(&register, wait), renewed);
        assert_eq!(found.unwrap().as_deref(), Some("far away"));
    }

    #[tokio::test]
    async fn a_living_server_must_hold_the_key() {
        let register = Arc::new(MemoryStore::default());
        let beating = {
            let register = Arc::clone(&register);
            tokio::spawn(async move {
                for beat in 1.. {
                    register.set_key_holder(&holder(beat, "old")).await.unwrap();
                    sleep(Duration::from_millis(50)).await;
                }
            })
        };
        sleep(Duration::from_millis(100)).await;
        let refused = wait(&*register, "new", SHORT).await.unwrap_err().to_string();
        assert!(refused.contains("far away"), "{refused}");
        beating.abort();
        beating.await.ok();
        register.set_key_holder(&holder(0, "new")).await.unwrap();
        wait(&*register, "new", SHORT).await.unwrap();
    }
}
