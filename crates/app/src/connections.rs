//! How many connections there may be, by the limit of open files.

use anyhow::{Context as _, bail};
use profile_http::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::settings::Settings;

/// A connection and the file that it may be sending or receiving.
const FILES_OF_CONNECTION: u64 = 2;
/// Files of the program itself: standard streams, listeners, the log, and connections that are about to be closed.
const FILES_OF_PROGRAM: u64 = 64;
/// Files of each connection to a database; one of the embedded store is up to three files.
const FILES_OF_DATABASE_CONNECTION: u64 = 3;
/// With fewer connections a service is none.
const FEWEST: u64 = 16;
/// Most connections that are taken without being asked for; each may cost some 50 kB.
const MOST_BY_DEFAULT: u64 = 16_384;

/// Returns the limits of connections. Raises the limit of open files as far as the system lets us.
pub(crate) fn limits(settings: &Settings) -> anyhow::Result<Limits> {
    let files = raise_limit();
    let connections = connections(files, settings)?;
    tracing::info!(connections, files, "limit of connections");
    Ok(Limits {
        idle: settings.general.keep_alive,
        connections,
        connections_of_peer: connections.div_ceil(2),
        ..Limits::default()
    })
}

fn connections(files: u64, settings: &Settings) -> anyhow::Result<usize> {
    let database = u64::from(settings.general.database_max_connections);
    let reserve = FILES_OF_PROGRAM + FILES_OF_DATABASE_CONNECTION * database;
    let possible = files.saturating_sub(reserve) / FILES_OF_CONNECTION;
    match settings.general.max_connections.map(|wanted| wanted as u64) {
        Some(wanted) if wanted > possible => bail!(
            "cannot have {wanted} connections (max_connections): they need {needed} open files and the limit is {files}; \
             raise it (ulimit -n) or set at most {possible}",
            needed = wanted.saturating_mul(FILES_OF_CONNECTION).saturating_add(reserve),
        ),
        Some(wanted) => usize::try_from(wanted).context("max_connections"),
        None if possible < FEWEST => bail!(
            "the limit of {files} open files leaves room for {possible} connections; raise it (ulimit -n) to at least {}",
            reserve + FEWEST * FILES_OF_CONNECTION
        ),
        None => usize::try_from(possible.min(MOST_BY_DEFAULT)).context("max_connections"),
    }
}

/// Raises the limit of open files to the highest that this process may have; returns it.
fn raise_limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    limit.unwrap_or(u64::MAX)
}
