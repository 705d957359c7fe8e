//! What a server removes from time to time: unused files, files without a record, and what an earlier server left unfinished.

use std::time::Duration;

use profile_ports::Chain;
use profile_usecases::{
    Collected, Ports, collect_media,
    sweep::{Swept, sweep},
};
use secrecy::ExposeSecret as _;
use tokio::sync::oneshot;

use crate::settings::Settings;

/// How often what nobody uses is removed.
const SWEEP: Duration = Duration::from_mins(1);
/// How often media are compared with records.
const COLLECT: Duration = Duration::from_hours(6);

/// Tidies up behind the callers until it is told to stop.
pub(crate) async fn sweep_often(ports: Ports, mut stopped: oneshot::Receiver<()>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stopped => return,
        }
        // It may be ended anywhere: records change before files do, and the next sweep goes on.
        let swept = tokio::select! {
            swept = sweep(&ports) => swept,
            _ = &mut stopped => return,
        };
        match swept {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { removed, processed, failed, forgotten, leftovers, erased }) => {
                tracing::info!(removed, processed, failed, forgotten, leftovers, erased, "swept");
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the sweep goes on next time");
            }
        }
    }
}

/// Removes what an earlier server was about to write when it ended. The embedded store belongs to one server, and its media do,
/// too; elsewhere others may be writing.
pub(crate) async fn remove_leftovers(settings: &Settings, ports: &Ports) {
    let alone = settings.general.database_url.expose_secret().starts_with("sqlite://");
    match ports.media.remove_leftovers(alone).await {
        Ok(0) => {}
        Ok(leftovers) => tracing::info!(leftovers, "unfinished files were removed"),
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "unfinished files were not removed");
        }
    }
}

/// Compares media with records, now and then. May be ended at any moment.
pub(crate) async fn collect_often(ports: Ports) {
    let mut ticks = tokio::time::interval(COLLECT);
    loop {
        ticks.tick().await;
        match collect_media(&ports).await {
            Ok(collected) if collected == Collected::default() => {}
            Ok(Collected { orphans, avatars }) => tracing::info!(orphans, avatars, "collected"),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "unused media are collected next time");
            }
        }
    }
}
