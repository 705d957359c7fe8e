//! The binary `profile`.

use std::{io::Write as _, process::ExitCode};

use app::settings::SettingsError;

/// A request allocates some hundred times, and the system's allocator is a seventh of what it costs. `.cargo/config.toml`
/// keeps this one from holding on to memory.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = app::cli::parse();
    match app::run(cli) {
        Ok(code) => code,
        Err(error) => {
            // One line with its causes; a backtrace helps nobody who mistyped a path.
            writeln!(std::io::stderr(), "profile: {error:#}").ok();
            let usage = error.downcast_ref::<SettingsError>().is_some_and(SettingsError::is_usage);
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}
