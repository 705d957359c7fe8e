//! The tax information as a record of a client: its tax number is sealed.

use profile_domain::{
    Text,
    client::{Client, SENSITIVE_CONTEXTS, TaxEntry, TaxInformation, Times},
};
use profile_ports::Unavailable;

use super::{change_client::WriteContext, person_key::Decrypter, records::ClientRecord};
use crate::Ports;

/// Tax information with its sensitive value.
pub struct DecryptedTax {
    /// The tax information.
    pub tax: TaxInformation,
    /// As the client wrote it; absent for ever if the key was erased.
    pub tax_identification_number: Option<Text>,
}

impl ClientRecord for TaxInformation {
    const NAME: &'static str = "tax information";
    const EXISTING: &'static str = "Tax information";
    type Creation = TaxEntry;
    type Replacement = TaxEntry;
    type Decrypted = DecryptedTax;

    fn of(client: &mut Client) -> &mut Option<Self> {
        &mut client.tax
    }

    fn create(entry: &TaxEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        entry.sealed(&context.sealer, None, Times::made(context.now))
    }

    fn replace(&self, entry: &TaxEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        entry.sealed(&context.sealer, Some(self), self.times.replaced(context.now))
    }

    fn decrypt(ports: &Ports, client: &Client) -> Result<Option<DecryptedTax>, Unavailable> {
        let Some(tax) = client.tax.clone() else { return Ok(None) };
        let [_, _, number] = SENSITIVE_CONTEXTS;
        let key = Decrypter::new(ports, client)?;
        let tax_identification_number = key.decrypt(number, &tax.tax_identification_number)?;
        Ok(Some(DecryptedTax { tax, tax_identification_number }))
    }
}
