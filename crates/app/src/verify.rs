//! `profile verify`: every record is what the log of changes tells, and the log is what its checkpoints say.

use std::{
    fs,
    io::{IsTerminal as _, Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use profile_domain::chain::{Checkpoint, SignedCheckpoint};
use profile_identity::StatementKeys;
use profile_ports::{Signer as _, Store, Verification};
use profile_usecases::{Finding, Verified, verify_checkpoints, verify_media, verify_stored_checkpoints};

use crate::{
    checkpoint_file,
    keys::{HASH_KEY, OwnKeys},
    settings::Settings,
    wiring::{cause, clock, open_media, open_migrated},
};

/// What else the log is compared with.
#[derive(Debug, Default, clap::Args)]
pub struct Against {
    /// Compare the log with checkpoints that were kept elsewhere: answers of GET /operator/v1/checkpoints, or one a line
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// Verify their signatures with these public keys [default: those that the database knows]
    #[arg(long, value_name = "FILE", requires = "against")]
    pub jwks: Option<PathBuf>,
}

pub(crate) async fn verify(settings: &Settings, against: &Against) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = OwnKeys::at_hand(settings, opened.register).await?;
    let media = open_media(settings)?;
    // Read first: whoever mistypes a path does not wait for the log to be folded.
    let kept = against.kept()?;
    let position = opened.store.closed_position().await.map_err(cause).context("cannot read the log")?;
    let mut findings: u64 = 0;
    let mut found = |Finding { kind, key, problem }: Finding| {
        findings += 1;
        let name = key.map_or_else(String::new, |key| format!(" {key}"));
        writeln!(stderr(), "profile: {}{name}: {problem}", kind.name()).ok();
    };
    let terminal = stderr().is_terminal();
    let progress = |Verified { records, changes }: Verified| {
        if terminal {
            write!(stderr(), "\r{records} records, {changes} changes\r").ok();
        }
    };
    let verified = profile_usecases::verify(&*opened.store, &*keys.vault, &mut found, progress).await;
    let Verified { records, changes } = verified.map_err(cause).context("cannot read the records")?;
    let files = verify_media(&*opened.store, &*media, &mut found)
        .await
        .map_err(cause)
        .context("cannot read media")?;
    if let Some(key) = keys.register.service_key(HASH_KEY).await.map_err(cause)?
        && let Err(error) = keys.vault.open_service_key(HASH_KEY, &key)
    {
        findings += 1;
        writeln!(stderr(), "profile: the key of API keys does not open: {}", error.source).ok();
    }
    let public = StatementKeys::of_jwks(keys.signer.jwks()).context("the public keys are damaged")?;
    findings += compare(&*opened.store, kept, &public).await.context("cannot read the log")?;
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let ended = Verification {
        at: clock(settings).now(),
        position,
        records: count(records),
        files: count(files),
        changes: count(changes),
        findings: count(findings),
    };
    if let Err(error) = opened.store.set_last_verification(&ended).await {
        // What was found is true all the same.
        let cause = cause(error);
        writeln!(stderr(), "profile: warning: the console will not show this run: {cause}").ok();
    }
    writeln!(
        stdout(),
        "verified {records} records and {files} files by {changes} changes: {findings} findings"
    )?;
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checkpoints of a file, and the public keys beside it, if there are any.
type Kept = (Vec<SignedCheckpoint>, Option<StatementKeys>);

impl Against {
    fn kept(&self) -> anyhow::Result<Kept> {
        let checkpoints = self.against.as_deref().map(checkpoint_file::read).transpose()?;
        let keys = self.jwks.as_deref().map(read_jwks).transpose()?;
        Ok((checkpoints.unwrap_or_default(), keys))
    }
}

pub(crate) fn read_jwks(file: &Path) -> anyhow::Result<StatementKeys> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let keys = serde_json::from_str(&text).ok().and_then(StatementKeys::of_jwks);
    keys.with_context(|| format!("{} is no JWKS document", file.display()))
}

/// Compares the log with the checkpoints of the database and with those that were kept; returns the number of findings.
async fn compare(store: &dyn Store, (kept, keys): Kept, public: &StatementKeys) -> anyhow::Result<u64> {
    let mut findings: Vec<String> = Vec::new();
    let line = |of: &str, signed: &SignedCheckpoint, problem: &dyn std::fmt::Display| {
        let Checkpoint { position, count, .. } = signed.checkpoint;
        format!("{of} {position} ({count} changes): {problem}")
    };
    let mut faults = Vec::new();
    let unsigned = |of: &str, signed: &SignedCheckpoint, keys: &StatementKeys| {
        let verified = keys.verify(&signed.jws, Checkpoint::TYP, signed.checkpoint.payload().as_bytes());
        verified.err().map(|error| line(of, signed, &error))
    };
    let stored = "checkpoint";
    let count = verify_stored_checkpoints(
        store,
        |signed, fault| faults.push(line(stored, signed, &fault)),
        |signed| findings.extend(unsigned(stored, signed, public)),
    );
    let mut count = count.await.map_err(cause)?;
    let of_file = "checkpoint of the file";
    count += kept.len();
    findings
        .extend(kept.iter().filter_map(|signed| unsigned(of_file, signed, keys.as_ref().unwrap_or(public))));
    verify_checkpoints(store, kept, |signed, fault| faults.push(line(of_file, signed, &fault)))
        .await
        .map_err(cause)?;
    findings.extend(faults);
    for finding in &findings {
        writeln!(stderr(), "profile: {finding}").ok();
    }
    writeln!(stdout(), "compared {count} checkpoints with the log")?;
    Ok(findings.len() as u64)
}
