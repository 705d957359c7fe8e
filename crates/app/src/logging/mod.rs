//! Log lines on standard error, best effort: a line that cannot be written is lost and counted, and nobody waits for it.

mod lines;

use std::io::{IsTerminal as _, stderr};

use anyhow::Context as _;
use lines::Lines;
pub(crate) use lines::lost;
use tracing_subscriber::{EnvFilter, filter::Directive, util::SubscriberInitExt as _};

use crate::settings::{LogFormat, Settings};

/// Libraries that write values of statements or headers into their debug lines, and one that calls a client's broken
/// request an error of the server.
const TALKATIVE: [&str; 4] =
    ["tokio_postgres=info", "actix_http=info", "actix_http::h1::dispatcher=off", "hyper_util=info"];

/// Writes the last lines when it is dropped.
pub(crate) struct Log(Lines);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush();
    }
}

/// Begins to log as the settings say.
pub(crate) fn start(settings: &Settings) -> anyhow::Result<Log> {
    let mut filter = EnvFilter::try_new(&settings.general.log).context("the log filter")?;
    for directive in TALKATIVE {
        filter = filter.add_directive(directive.parse::<Directive>()?);
    }
    let format = settings.general.log_format.unwrap_or(if stderr().is_terminal() {
        LogFormat::Text
    } else {
        LogFormat::Json
    });
    let out = Lines::start(stderr()).context("cannot start the thread that writes the log")?;
    let log = Log(out.clone());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_writer(move || out.clone())
        .log_internal_errors(false);
    match format {
        LogFormat::Text => lines.finish().try_init()?,
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init()?,
    }
    log_panics();
    Ok(log)
}

/// Panics go the way of all lines. Their text may hold a value of a request; their place does not.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}
