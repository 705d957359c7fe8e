//! Checkpoints of the log: what a server does for them as it runs.

use std::{pin::pin, time::Duration};

use profile_ports::Chain;
use profile_usecases::{Checkpointed, Checkpointer, Ports};
use tokio::time::sleep;

/// How soon a change is seen where none is covered by no checkpoint; and how long a failure is waited out.
const LOOK: Duration = Duration::from_secs(1);

/// Makes a checkpoint in each `interval` in which something has changed, until `stopped` is over.
pub async fn make_checkpoints(ports: Ports, interval: Duration, stopped: impl Future) {
    let mut stopped = pin!(stopped);
    let Ports { store, signer, clock, .. } = ports;
    let mut checkpointer = Checkpointer::new(store, signer, clock);
    let mut is_failing = false;
    loop {
        // It may be ended anywhere: a checkpoint is added whole or not at all, and the next server begins with one.
        let step = tokio::select! {
            step = checkpointer.step() => step,
            _ = &mut stopped => return,
        };
        let rest = match &step {
            Ok(Checkpointed::Added) => interval,
            Ok(Checkpointed::Unchanged) | Err(_) => LOOK.min(interval),
        };
        if let (Err(error), false) = (&step, is_failing) {
            tracing::warn!(error = %Chain(error), "no checkpoint of the log is made");
        }
        is_failing = step.is_err();
        tokio::select! {
            () = sleep(rest) => {}
            _ = &mut stopped => return,
        }
    }
}
