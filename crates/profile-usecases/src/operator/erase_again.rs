//! Erases again what an older backup has brought back, by the receipts of the erasures (operator API page, section 11).

use profile_domain::{PersonId, Text, change::RecordKind};
use serde_json::Value as Json;

use super::{
    OPERATOR, OperatorRefusal, erase_person, erasure_plan::is_any_free, get_erasure::last_finished,
    held::hold_in_force, replay::kind_and_key,
};
use crate::{Ports, RequestOrigin};

/// What has come of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErasedAgain {
    /// Something was there, and is erased.
    Erased,
    /// There was nothing to erase.
    Unchanged,
    /// The database does not know the person.
    Unknown,
}

/// Why a receipt leads to nothing.
#[derive(Debug, thiserror::Error)]
pub enum EraseAgainError {
    /// The line is something else.
    #[error("this is no receipt")]
    NoReceipt,
    /// Records that a hold has kept are there, and none holds them: the hold is younger than the backup.
    #[error("records of the person were held, and no hold in force names them: place it again first")]
    NotHeld,
    /// It was not carried out.
    #[error(transparent)]
    Refused(#[from] OperatorRefusal),
}

/// Erases the person of a receipt, unless nothing of them is left.
///
/// # Errors
/// [`EraseAgainError`]; nothing was erased.
pub async fn erase_again(ports: &Ports, receipt: &str) -> Result<ErasedAgain, EraseAgainError> {
    let receipt: Json = serde_json::from_str(receipt).map_err(|_| EraseAgainError::NoReceipt)?;
    let (person, reason) = person_and_reason(&receipt).ok_or(EraseAgainError::NoReceipt)?;
    let (_, hold) = hold_in_force(ports, person).await?;
    if is_any_free(ports, person, &held(&receipt), hold.as_ref()).await? {
        return Err(EraseAgainError::NotHeld);
    }
    let before = last_finished(ports, person).await?.and_then(|erasure| erasure.receipt);
    let cause = RequestOrigin::fresh(ports, OPERATOR).cause(OPERATOR.to_owned(), Some(reason.clone()));
    match erase_person(ports, person, reason, cause, None).await {
        Ok(receipt) if before.as_ref() == Some(&receipt) => Ok(ErasedAgain::Unchanged),
        Ok(_) => Ok(ErasedAgain::Erased),
        Err(OperatorRefusal::NotFound) => Ok(ErasedAgain::Unknown),
        Err(refused) => Err(refused.into()),
    }
}

fn person_and_reason(receipt: &Json) -> Option<(PersonId, Text)> {
    // What else a receipt has tells it from a record or a row.
    receipt.get("receipt")?.as_str()?;
    let person = receipt.get("person")?.as_str()?.parse().ok()?;
    let reason = Text::try_from(receipt.get("reason")?.as_str()?).ok()?;
    Some((PersonId(person), reason))
}

fn held(receipt: &Json) -> Vec<(RecordKind, String)> {
    let records = receipt.get("held").and_then(Json::as_array).into_iter().flatten();
    records.filter_map(kind_and_key).collect()
}
