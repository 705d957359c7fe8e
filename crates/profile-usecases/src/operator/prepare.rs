//! What a write does before it takes its turn: passwords and keys are hashed, the bytes of a file are decoded.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use profile_domain::{
    Text,
    catalogue::{Entry, find},
    change::{RecordKind, Value},
};
use profile_ports::Purpose;

use super::{FieldError, OperatorRefusal, named::Step, refusal::pointer_of};
use crate::Ports;

/// Most bytes of a file.
const FILE_MAX_BYTES: usize = 32 * 1024 * 1024;

/// Returns the bytes of a file; `None` for what is not base64, or too much.
pub(super) fn decode(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok().filter(|bytes| bytes.len() <= FILE_MAX_BYTES)
}

/// A prepared write.
pub(super) struct Prepared {
    /// What is done with fields and parts.
    pub(super) steps: Vec<Step>,
    /// The bytes of a file.
    pub(super) bytes: Option<Bytes>,
    /// Whether the bytes are a drawing from before uploads.
    pub(super) is_legacy_svg: bool,
}

/// Prepares the steps of a write of a record of `kind`.
pub(super) async fn prepare(
    ports: &Ports,
    kind: RecordKind,
    steps: Vec<Step>,
) -> Result<Prepared, OperatorRefusal> {
    let mut prepared = Prepared { steps: Vec::new(), bytes: None, is_legacy_svg: false };
    for step in steps {
        match (kind, &step) {
            (RecordKind::Member, Step::Set(entry, Value::Text(text))) if entry.name == "password" => {
                let hash = ports.passwords.hash(text.as_str(), None).await?;
                prepared.steps.push(Step::Set(named(kind, "password_hash")?, Value::Text(hash)));
            }
            // Null is no password, and no change of one.
            (RecordKind::Member, Step::Set(entry, _)) if entry.name == "password" => {}
            (RecordKind::ApiKey, Step::Set(entry, Value::Text(text))) if entry.name == "secret" => {
                let hash = ports.keyed_hash.hash(Purpose::ApiKey, text.as_str());
                let hash = Text::try_from(hash).map_err(|_| invalid(entry, "format"))?;
                prepared.steps.push(Step::Set(entry, Value::Text(hash)));
            }
            (RecordKind::File, Step::Set(entry, Value::Text(text))) if entry.name == "base64" => {
                let bytes = decode(text.as_str()).ok_or_else(|| invalid(entry, "format"))?;
                prepared.bytes = Some(bytes.into());
            }
            (RecordKind::File, Step::Set(entry, Value::Flag(flag))) if entry.name == "legacy_svg" => {
                prepared.is_legacy_svg = *flag;
            }
            _ => prepared.steps.push(step),
        }
    }
    Ok(prepared)
}

fn named(kind: RecordKind, name: &str) -> Result<&'static Entry, OperatorRefusal> {
    find(kind, name).ok_or(OperatorRefusal::NotFound)
}

fn invalid(entry: &Entry, rule: &'static str) -> OperatorRefusal {
    OperatorRefusal::Invalid(vec![FieldError::at(pointer_of(&entry.name), rule)])
}
