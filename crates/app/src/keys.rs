//! `profile keys rotate`: a new master key, under which the key of every person is wrapped anew.

use std::{
    io::{IsTerminal as _, Write as _, stderr, stdout},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use profile_usecases::{Core, client::rewrap_keys};

use crate::{
    settings::Settings,
    wiring::{cause, core, open_migrated, vault},
};

pub(crate) async fn rotate(settings: &Settings) -> anyhow::Result<ExitCode> {
    let core = core(settings, open_migrated(settings).await?.store)?;
    let vault = Arc::new(vault(settings)?);
    let of_setting = settings.master_key.is_some();
    if !of_setting {
        // Older ones are forgotten only where no key is wrapped with them any more.
        let unused = rest(&core, &vault.current()).await?;
        vault.rotate(unused)?;
    }
    let core = Core { vault, ..core };
    let progress = |done: u64| {
        if stderr().is_terminal() {
            write!(stderr(), "\r{done} keys").ok();
        }
    };
    let done = rewrap_keys(&core, progress).await.map_err(cause).context("cannot wrap the keys")?;
    writeln!(stdout(), "wrapped {done} keys under the master key {}", core.vault.master())?;
    Ok(ExitCode::SUCCESS)
}

/// Whether every key is wrapped under `master`.
async fn rest(core: &Core, master: &str) -> anyhow::Result<bool> {
    let others = core.store.person_keys_not_under(master, 1).await;
    Ok(others.map_err(cause).context("cannot read the keys")?.is_empty())
}
