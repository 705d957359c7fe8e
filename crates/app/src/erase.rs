//! `profile erase --receipts FILE`: erases again what an older backup has brought back.

use std::{
    fmt::Display,
    io::{BufRead as _, BufReader, Read, Write as _, stderr, stdin, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use indicatif::ProgressBar;
use profile_identity::{StatementError, StatementKeys, payload};
use profile_ports::Signer as _;
use profile_usecases::operator::{EraseAgainError, ErasedAgain, OperatorRefusal, RECEIPT_TYPE, erase_again};
use serde_json::Value as Json;

use crate::{
    keys::{Adopt, Need},
    output::progress,
    settings::Settings,
    verify::read_jwks,
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

pub(crate) async fn command(
    settings: &Settings,
    receipts: &Path,
    jwks: Option<&Path>,
    adopt: Adopt,
) -> anyhow::Result<ExitCode> {
    let given = jwks.map(read_jwks).transpose()?;
    let lines = BufReader::new(open(receipts)?).lines();
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let known = || StatementKeys::of_jwks(keys.signer.jwks()).context("the public keys are damaged");
    let public = given.map_or_else(known, Ok)?;
    let ports = ports(settings, opened.store, &keys)?;
    let bar = progress(ProgressBar::no_length(), "{pos} receipts, {per_sec}");
    let mut counts = Counts::default();
    for (number, line) in (1_u64..).zip(lines) {
        let line = line.with_context(|| format!("cannot read {}", receipts.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let mut report = |error: &dyn Display| {
            counts.failed += 1;
            bar.suspend(|| writeln!(stderr(), "line {number}: {error}")).ok();
        };
        if let Err(error) = check_signature(&public, &line) {
            report(&error);
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
            Err(error) => report(&error),
        }
        bar.set_position(number);
    }
    bar.finish_and_clear();
    let Counts { erased, unchanged, unknown, failed } = counts;
    writeln!(stdout(), "erased {erased}, unchanged {unchanged}, unknown {unknown}, failed {failed}")?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks that one of the keys has signed a receipt.
fn check_signature(keys: &StatementKeys, line: &str) -> anyhow::Result<()> {
    let mut receipt: Json = serde_json::from_str(line).map_err(|_| EraseAgainError::NoReceipt)?;
    let jws = receipt.as_object_mut().and_then(|members| members.remove("jws"));
    let jws = jws.as_ref().and_then(Json::as_str).ok_or(EraseAgainError::NoReceipt)?;
    let signed = payload(jws).ok_or(StatementError::Form)?;
    keys.verify(jws, RECEIPT_TYPE, &signed)?;
    // As JSON, so that it does not matter how the line was written down.
    if serde_json::from_slice::<Json>(&signed).ok() != Some(receipt) {
        return Err(StatementError::Payload.into());
    }
    Ok(())
}

/// Opens the file; `-` is standard input.
fn open(receipts: &Path) -> anyhow::Result<Box<dyn Read>> {
    if receipts == Path::new("-") {
        return Ok(Box::new(stdin()));
    }
    let file = std::fs::File::open(receipts);
    Ok(Box::new(file.with_context(|| format!("cannot open {}", receipts.display()))?))
}
