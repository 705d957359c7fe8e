//! The identity profile as a record of a client: two of its values are sealed.

use profile_domain::{
    Text,
    client::{Client, IdentityProfile, ProfileEntry, SENSITIVE_CONTEXTS, Times},
};
use profile_ports::Unavailable;

use super::{change_client::WriteContext, person_key::Decrypter, records::ClientRecord};
use crate::Ports;

/// A profile with its sensitive values; those whose key was erased are absent for ever.
pub struct DecryptedProfile {
    /// The profile.
    pub profile: IdentityProfile,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<Text>,
    /// As the client wrote it.
    pub tax_identification_number: Option<Text>,
}

impl ClientRecord for IdentityProfile {
    const NAME: &'static str = "client profile";
    const EXISTING: &'static str = "A client profile";
    type Creation = ProfileEntry;
    type Replacement = ProfileEntry;
    type Decrypted = DecryptedProfile;

    fn of(client: &mut Client) -> &mut Option<Self> {
        &mut client.profile
    }

    fn create(entry: &ProfileEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        entry.sealed(&context.sealer, None, context.staff, Times::made(context.now))
    }

    fn replace(&self, entry: &ProfileEntry, context: &WriteContext<'_>) -> Result<Self, Unavailable> {
        entry.sealed(&context.sealer, Some(self), context.staff, self.times.replaced(context.now))
    }

    fn reason(entry: &ProfileEntry) -> Option<Text> {
        entry.reason().cloned()
    }

    fn decrypt(ports: &Ports, client: &Client) -> Result<Option<DecryptedProfile>, Unavailable> {
        let Some(profile) = client.profile.clone() else { return Ok(None) };
        let [birth, number, _] = SENSITIVE_CONTEXTS;
        let key = Decrypter::new(ports, client)?;
        Ok(Some(DecryptedProfile {
            date_of_birth: key.decrypt(birth, &profile.date_of_birth)?,
            tax_identification_number: key.decrypt(number, &profile.tax_identification_number)?,
            profile,
        }))
    }
}
