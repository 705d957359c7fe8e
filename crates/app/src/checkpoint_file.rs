//! Reads checkpoints that somebody has kept in a file: answers of `GET /operator/v1/checkpoints`, or single checkpoints.

use std::{fs, path::Path};

use anyhow::Context as _;
use profile_domain::chain::{Checkpoint, SignedCheckpoint};
use serde_json::{Deserializer, Value};

/// Returns the checkpoints of a file, which has at least one.
pub(crate) fn read(file: &Path) -> anyhow::Result<Vec<SignedCheckpoint>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut checkpoints = Vec::new();
    for value in Deserializer::from_str(&text).into_iter::<Value>() {
        let value = value.with_context(|| format!("{} is not JSON", file.display()))?;
        match value.get("checkpoints").and_then(Value::as_array) {
            Some(page) => {
                for one in page {
                    checkpoints.push(checkpoint(one, file)?);
                }
            }
            None => checkpoints.push(checkpoint(&value, file)?),
        }
    }
    anyhow::ensure!(!checkpoints.is_empty(), "{} has no checkpoints", file.display());
    Ok(checkpoints)
}

fn checkpoint(value: &Value, file: &Path) -> anyhow::Result<SignedCheckpoint> {
    let read = || {
        let text = |name: &str| value.get(name)?.as_str();
        let position = text("position")?.parse().ok()?;
        let count = value.get("count")?.as_i64()?;
        let (digest, at) = (text("digest")?.parse().ok()?, text("at")?.parse().ok()?);
        let checkpoint = Checkpoint { position, count, digest, at };
        Some(SignedCheckpoint { checkpoint, jws: text("jws")?.to_owned() })
    };
    read().with_context(|| format!("{} has something that is no checkpoint", file.display()))
}
