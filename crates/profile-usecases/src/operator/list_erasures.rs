//! A privacy officer lists who was erased, and whose erasure is due again (operator API page, section 11).

use profile_domain::{PersonId, operator::Erasure};

use super::{OperatorRefusal, erasure_plan::is_any_free, held::hold_in_force};
use crate::Ports;
use profile_ports::Page;

/// People that are looked at in one step where only some are shown.
const PAGE: u32 = 200;

/// Returns the last erasures that have a receipt, at most `limit`, by person behind `after`; with `due` only those of which a
/// hold has kept records that none keeps any more.
///
/// # Errors
/// [`OperatorRefusal::Unavailable`].
pub async fn list_erasures(
    ports: &Ports,
    due: bool,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<Erasure>, OperatorRefusal> {
    if !due {
        return Ok(ports.store.last_erasures(Page { after, limit }).await?);
    }
    let (mut found, mut after) = (Vec::new(), after);
    loop {
        let page = ports.store.last_erasures(Page { after, limit: PAGE }).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.person);
        for erasure in page {
            if is_due(ports, &erasure).await? {
                found.push(erasure);
            }
            if found.len() == limit as usize {
                return Ok(found);
            }
        }
    }
}

async fn is_due(ports: &Ports, erasure: &Erasure) -> Result<bool, OperatorRefusal> {
    if erasure.held.is_empty() {
        return Ok(false);
    }
    let (_, hold) = hold_in_force(ports, erasure.person).await?;
    is_any_free(ports, erasure.person, &erasure.held, hold.as_ref()).await
}
