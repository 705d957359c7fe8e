//! The binary `profile`.

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;

/// A request allocates a few hundred times, on the thread of one worker and off it on others.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = app::cli::Cli::parse();
    match app::run(cli) {
        Ok(code) => code,
        Err(error) => {
            // One line with its causes; a backtrace helps nobody who mistyped a path.
            writeln!(std::io::stderr(), "profile: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}
