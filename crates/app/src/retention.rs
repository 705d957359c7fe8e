//! Retention: what a server does for it as it runs, and `profile retention`.

use std::{
    collections::BTreeMap,
    io::{IsTerminal as _, Write as _, stderr, stdout},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use profile_domain::{change::RecordKind, operator::Retention};
use profile_ports::{Chain, Follower, Unavailable};
use profile_usecases::{Expired, ExpiryWalk, Ports};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    settings::Settings,
    wiring::{cause, readable_ports},
};

/// Who removes values, as servers agree about it: one at a time.
const FOLLOWER: &str = "retention";
/// How long after its start a server looks for the first time, so that a start has nothing else to do.
const FIRST: Duration = Duration::from_mins(5);
/// How long a server rests between two batches: the work has days, and requests have not.
const REST: Duration = Duration::from_millis(50);
/// How long the beat of another server must stand still before it has died.
const STANDS_STILL: Duration = Duration::from_secs(10);

/// Removes the values that are too old, in each `interval` once. May be ended at any moment: a batch loses its values whole or not at
/// all.
pub async fn expire_often(ports: Ports, retention: Retention, interval: Duration) {
    if retention.is_off() {
        return;
    }
    let mut worker = Worker { ports, retention, clear: BTreeMap::new() };
    let mut rest = FIRST.min(interval);
    loop {
        sleep(rest).await;
        rest = interval;
        match worker.run().await {
            Ok(Expired { changes: 0, media: 0, .. }) => {}
            Ok(Expired { changes, media, held }) => {
                tracing::info!(changes, media, held, "values of old changes were removed");
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "values of old changes are removed next time");
            }
        }
    }
}

struct Worker {
    ports: Ports,
    retention: Retention,
    /// Up to where the changes of each kind have no values any more.
    clear: BTreeMap<RecordKind, Uuid>,
}

impl Worker {
    /// Removes what is due, unless another server does.
    async fn run(&mut self) -> Result<Expired, Unavailable> {
        let Some(mut lease) = Lease::take(&self.ports).await? else { return Ok(Expired::default()) };
        let outcome = self.walk(&mut lease).await;
        lease.end(&self.ports).await;
        outcome
    }

    async fn walk(&mut self, lease: &mut Lease) -> Result<Expired, Unavailable> {
        let Self { ports, retention, clear } = self;
        let mut all = Expired::default();
        for (kind, until) in retention.due(ports.clock.now()) {
            let mut walk = ExpiryWalk::new(ports, kind, clear.get(&kind).copied(), until, false);
            while walk.step().await? {
                if !lease.show(ports).await? {
                    return Ok(all);
                }
                sleep(REST).await;
            }
            clear.extend(walk.clear().map(|position| (kind, position)));
            all = sum(all, walk.expired());
        }
        if all.changes > 0 {
            metrics::counter!("profile_swept_total", "what" => "expired").increment(all.changes);
            ports.store.overwrite_removed().await?;
        }
        Ok(all)
    }
}

const fn sum(one: Expired, other: Expired) -> Expired {
    Expired {
        changes: one.changes + other.changes,
        media: one.media + other.media,
        held: one.held + other.held,
    }
}

/// The right of this server to remove values, which it shows to have with every batch.
struct Lease {
    server: Uuid,
    beat: i64,
}

impl Lease {
    /// Takes the lease if nobody has it, or if whoever has it stands still.
    async fn take(ports: &Ports) -> Result<Option<Self>, Unavailable> {
        ports.store.add_follower(FOLLOWER, None).await?;
        let Some(mut seen) = find(ports).await? else { return Ok(None) };
        if seen.server.is_some() {
            let before = seen.beat;
            sleep(STANDS_STILL).await;
            match find(ports).await? {
                Some(now) if now.beat == before || now.server.is_none() => seen = now,
                _ => return Ok(None),
            }
        }
        let server = ports.ids.request();
        let is_taken = ports.store.serve_follower(FOLLOWER, Some(server), seen.beat).await?;
        Ok(is_taken.then_some(Self { server, beat: seen.beat.wrapping_add(1) }))
    }

    /// Shows that this server lives; returns whether it still has the lease.
    async fn show(&mut self, ports: &Ports) -> Result<bool, Unavailable> {
        let is_kept = ports.store.serve_follower(FOLLOWER, Some(self.server), self.beat).await?;
        self.beat = self.beat.wrapping_add(1);
        Ok(is_kept)
    }

    async fn end(self, ports: &Ports) {
        // Without it the next one waits until it sees that nobody moves.
        ports.store.serve_follower(FOLLOWER, None, self.beat).await.ok();
    }
}

async fn find(ports: &Ports) -> Result<Option<Follower>, Unavailable> {
    Ok(ports.store.list_followers().await?.into_iter().find(|follower| follower.id == FOLLOWER))
}

/// `profile retention`: removes the values that are too old now, or says how many there are. Servers may run meanwhile.
pub(crate) async fn command(settings: &Settings, is_dry: bool) -> anyhow::Result<ExitCode> {
    let retention = &settings.general.retention;
    anyhow::ensure!(
        !retention.is_off(),
        "no retention is set: PROFILE_RETENTION=account=365d,client=7y is one"
    );
    let ports = readable_ports(settings).await?;
    let is_terminal = stderr().is_terminal();
    let mut all = Expired::default();
    for (kind, until) in retention.due(ports.clock.now()) {
        let mut walk = ExpiryWalk::new(&ports, kind, None, until, is_dry);
        while walk.step().await.map_err(cause).context("the same command goes on from there")? {
            if is_terminal {
                write!(stderr(), "\r{}: {} changes\r", kind.name(), walk.expired().changes).ok();
            }
        }
        writeln!(stdout(), "{}: {}", kind.name(), line(walk.expired()))?;
        all = sum(all, walk.expired());
    }
    if !is_dry && all.changes > 0 {
        ports.store.overwrite_removed().await.map_err(cause)?;
    }
    writeln!(stdout(), "{}: {}", if is_dry { "would remove" } else { "removed" }, line(all))?;
    Ok(ExitCode::SUCCESS)
}

fn line(Expired { changes, media, held }: Expired) -> String {
    format!("the values of {changes} changes, {media} media; held {held}")
}
