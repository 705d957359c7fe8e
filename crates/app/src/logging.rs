//! Log lines on standard error.

use std::io::{IsTerminal as _, stderr};

use anyhow::Context as _;
use tracing_subscriber::{EnvFilter, filter::Directive, util::SubscriberInitExt as _};

use crate::settings::{LogFormat, Settings};

/// Libraries that write values of statements or headers into their debug lines, and one that calls a client's broken
/// request an error of the server.
const TALKATIVE: [&str; 4] =
    ["tokio_postgres=info", "actix_http=info", "actix_http::h1::dispatcher=off", "hyper_util=info"];

/// Begins to log as the settings say.
pub(crate) fn start(settings: &Settings) -> anyhow::Result<()> {
    let mut filter = EnvFilter::try_new(&settings.log).context("the log filter")?;
    for directive in TALKATIVE {
        filter = filter.add_directive(directive.parse::<Directive>()?);
    }
    let format =
        settings.log_format.unwrap_or(if stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json });
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match format {
        LogFormat::Text => lines.finish().try_init()?,
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init()?,
    }
    Ok(())
}
