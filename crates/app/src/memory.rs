//! Keeps secrets in memory out of ports dumps and away from debuggers of other processes.

use anyhow::Context as _;
use rustix::process::{DumpableBehavior, set_dumpable_behavior};

/// Forbids ports dumps of this process, and that other processes of its user look into it.
pub(crate) fn protect() -> anyhow::Result<()> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).context("cannot forbid ports dumps")
}

#[cfg(test)]
mod tests {
    use rustix::process::dumpable_behavior;

    use super::*;

    #[test]
    fn a_protected_process_leaves_no_core() {
        protect().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
