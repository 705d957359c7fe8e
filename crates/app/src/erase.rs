//! `profile erase --receipts FILE`: erases again what an older backup has brought back.

use std::{
    io::{BufRead as _, BufReader, Read, Write as _, stderr, stdin, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use indicatif::ProgressBar;
use profile_usecases::operator::{EraseAgainError, ErasedAgain, OperatorRefusal, erase_again};

use crate::{
    keys::{Adopt, Need},
    output::progress,
    settings::Settings,
    wiring::{open_keys, open_migrated, ports},
};

/// How many receipts have led to what.
#[derive(Default)]
struct Counts {
    erased: u64,
    unchanged: u64,
    unknown: u64,
    failed: u64,
}

pub(crate) async fn command(settings: &Settings, receipts: &Path, adopt: Adopt) -> anyhow::Result<ExitCode> {
    let lines = BufReader::new(open(receipts)?).lines();
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    let bar = progress(ProgressBar::no_length(), "{pos} receipts, {per_sec}");
    let mut counts = Counts::default();
    for (number, line) in (1_u64..).zip(lines) {
        let line = line.with_context(|| format!("cannot read {}", receipts.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        match erase_again(&ports, &line).await {
            Ok(ErasedAgain::Erased) => counts.erased += 1,
            Ok(ErasedAgain::Unchanged) => counts.unchanged += 1,
            Ok(ErasedAgain::Unknown) => counts.unknown += 1,
            // The next one would fail, too.
            Err(EraseAgainError::Refused(
                error @ (OperatorRefusal::Unavailable(_) | OperatorRefusal::Unknown(_)),
            )) => {
                return Err(error)
                    .with_context(|| format!("line {number}; the same file goes on from there"));
            }
            Err(error) => {
                counts.failed += 1;
                bar.suspend(|| writeln!(stderr(), "line {number}: {error}")).ok();
            }
        }
        bar.set_position(number);
    }
    bar.finish_and_clear();
    let Counts { erased, unchanged, unknown, failed } = counts;
    writeln!(stdout(), "erased {erased}, unchanged {unchanged}, unknown {unknown}, failed {failed}")?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Opens the file; `-` is standard input.
fn open(receipts: &Path) -> anyhow::Result<Box<dyn Read>> {
    if receipts == Path::new("-") {
        return Ok(Box::new(stdin()));
    }
    let file = std::fs::File::open(receipts);
    Ok(Box::new(file.with_context(|| format!("cannot open {}", receipts.display()))?))
}
