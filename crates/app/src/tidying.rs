//! What a server removes from time to time: unused files, files without a record, and what an earlier server left unfinished.

use std::time::Duration;

use profile_ports::Chain;
use profile_usecases::{
    Collected, Ports, collect_media,
    operator::finish_erasures,
    sweep::{Swept, sweep},
    users::{TakenOver, take_over_uploads},
};
use tokio::{sync::oneshot, time::Instant};

/// How often a server sees whether it is the one that tidies up.
const TICK: Duration = Duration::from_secs(1);
/// How often what nobody uses is removed.
const SWEEP: Duration = Duration::from_mins(1);
/// How often a server looks for uploads whose server has gone.
const TAKE_OVER: Duration = Duration::from_secs(1);
/// How often media are compared with records.
const COLLECT: Duration = Duration::from_hours(6);

/// Something that is done now and then.
struct Due(Instant);

impl Due {
    /// Returns whether the time has come, and sets the next one.
    fn has_come(&mut self, interval: Duration) -> bool {
        let now = Instant::now();
        let has_come = now >= self.0;
        if has_come {
            self.0 = now + interval;
        }
        has_come
    }
}

/// Tidies up behind the callers until it is told to stop. One server is enough to sweep, and it would do no harm if two did; erasures
/// are finished by each, so that none waits for a server that does not get on.
pub(crate) async fn sweep_often(ports: Ports, mut stopped: oneshot::Receiver<()>) {
    let mut ticks = tokio::time::interval(TICK);
    let (mut sweeping, mut finishing) = (Due(Instant::now()), Due(Instant::now()));
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stopped => return,
        }
        let work = async {
            if finishing.has_come(SWEEP) {
                finish(&ports).await;
            }
            if ports.peers.is_first() && sweeping.has_come(SWEEP) {
                sweep_once(&ports).await;
            }
        };
        // It may be ended anywhere: records change before files do, and the next sweep goes on.
        tokio::select! {
            () = work => {}
            _ = &mut stopped => return,
        }
    }
}

async fn finish(ports: &Ports) {
    match finish_erasures(ports).await {
        Ok(0) => {}
        Ok(erased) => {
            metrics::counter!("profile_swept_total", "what" => "erased").increment(erased as u64);
            tracing::info!(erased, "erasures were finished");
        }
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "an erasure was not finished");
        }
    }
}

async fn sweep_once(ports: &Ports) {
    match sweep(ports).await {
        Ok(swept) if swept == Swept::default() => {}
        Ok(Swept { removed, processed, failed, forgotten, leftovers }) => {
            tracing::info!(removed, processed, failed, forgotten, leftovers, "swept");
        }
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "the sweep goes on next time");
        }
    }
}

/// Takes over the uploads of servers that have gone, until it is told to stop. One that is alone with its database takes over
/// those of its predecessor, and nobody's afterwards.
pub(crate) async fn take_over_often(ports: Ports, is_shared: bool, mut stopped: oneshot::Receiver<()>) {
    let mut ticks = tokio::time::interval(TAKE_OVER);
    let mut is_failing = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stopped => return,
        }
        let taken = tokio::select! {
            taken = take_over_uploads(&ports) => taken,
            _ = &mut stopped => return,
        };
        match &taken {
            Ok(TakenOver { processed: 0, failed: 0 }) => {}
            Ok(TakenOver { processed, failed }) => {
                tracing::info!(processed, failed, "uploads were taken over");
            }
            Err(error) if !is_failing => {
                tracing::warn!(error = %Chain(error), "uploads are taken over later");
            }
            Err(_) => {}
        }
        is_failing = taken.is_err();
        if !is_shared && !is_failing {
            return;
        }
    }
}

/// Removes what an earlier server was about to write when it ended. The embedded store belongs to one server, and its media do,
/// too; elsewhere others may be writing.
pub(crate) async fn remove_leftovers(ports: &Ports, is_shared: bool) {
    match ports.media.remove_leftovers(!is_shared).await {
        Ok(0) => {}
        Ok(leftovers) => tracing::info!(leftovers, "unfinished files were removed"),
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "unfinished files were not removed");
        }
    }
}

/// Compares media with records, now and then, where no other server does. May be ended at any moment.
pub(crate) async fn collect_often(ports: Ports) {
    let mut ticks = tokio::time::interval(TICK);
    let mut collecting = Due(Instant::now());
    loop {
        ticks.tick().await;
        if !ports.peers.is_first() || !collecting.has_come(COLLECT) {
            continue;
        }
        match collect_media(&ports).await {
            Ok(collected) if collected == Collected::default() => {}
            Ok(Collected { orphans, avatars }) => tracing::info!(orphans, avatars, "collected"),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "unused media are collected next time");
            }
        }
    }
}
