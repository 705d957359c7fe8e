//! The financial assessment as a record of a client: a replacement has other members than a creation, and both are stored.

use profile_domain::client::{Assessment, AssessmentEntry, AssessmentUpdate, Client, Times};
use profile_ports::Unavailable;

use super::{change_client::WriteContext, records::ClientRecord};
use crate::Ports;

impl ClientRecord for Assessment {
    const NAME: &'static str = "financial assessment";
    const EXISTING: &'static str = "A financial assessment";
    type Creation = AssessmentEntry;
    type Replacement = AssessmentUpdate;
    type Decrypted = Self;

    fn of(client: &mut Client) -> &mut Option<Self> {
        &mut client.assessment
    }

    fn create(entry: &AssessmentEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        Ok(entry.clone().made(Times::made(context.now)))
    }

    fn replace(&self, entry: &AssessmentUpdate, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        Ok(entry.clone().over(self, self.times.replaced(context.now)))
    }

    fn decrypt(_: &Ports, client: &Client) -> Result<Option<Self>, Unavailable> {
        Ok(client.assessment.clone())
    }
}
