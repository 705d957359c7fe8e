//! Sensitive values, sealed and opened with the key of their person.

use profile_domain::{
    PersonId, Text,
    client::{Client, IdentityProfile, SENSITIVE_CONTEXTS, Sealer, TaxInformation},
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, Vault};

use crate::Core;

/// A profile with its sensitive values; those whose key was erased are absent for ever.
pub struct OpenedProfile {
    /// The profile.
    pub profile: IdentityProfile,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<Text>,
    /// As the client wrote it.
    pub tax_identification_number: Option<Text>,
}

/// Tax information with its sensitive value.
pub struct OpenedTax {
    /// The tax information.
    pub tax: TaxInformation,
    /// As the client wrote it.
    pub tax_identification_number: Option<Text>,
}

/// `None` if the key was erased. A key that is there and cannot be used is an error: its value may be read again later.
fn open(core: &Core, client: &Client, context: &str, sealed: &Sealed) -> Result<Option<Text>, Unavailable> {
    let Some(key) = &client.key else { return Ok(None) };
    core.vault.open(client.person, key, context, sealed)
}

/// The client's profile, if there is one, to be shown to whom it is about.
///
/// # Errors
/// [`Unavailable`] if a value cannot be opened.
pub fn open_profile(core: &Core, client: &Client) -> Result<Option<OpenedProfile>, Unavailable> {
    let Some(profile) = client.profile.clone() else { return Ok(None) };
    let [birth, number, _] = SENSITIVE_CONTEXTS;
    Ok(Some(OpenedProfile {
        date_of_birth: open(core, client, birth, &profile.date_of_birth)?,
        tax_identification_number: open(core, client, number, &profile.tax_identification_number)?,
        profile,
    }))
}

/// The client's tax information, if there is any, to be shown to whom it is about.
///
/// # Errors
/// [`Unavailable`] if the value cannot be opened.
pub fn open_tax(core: &Core, client: &Client) -> Result<Option<OpenedTax>, Unavailable> {
    let Some(tax) = client.tax.clone() else { return Ok(None) };
    let [_, _, number] = SENSITIVE_CONTEXTS;
    let tax_identification_number = open(core, client, number, &tax.tax_identification_number)?;
    Ok(Some(OpenedTax { tax, tax_identification_number }))
}

/// Seals with one person's key.
pub(crate) struct KeySealer<'a> {
    pub(crate) vault: &'a dyn Vault,
    pub(crate) person: PersonId,
    pub(crate) key: &'a WrappedKey,
}

impl Sealer for KeySealer<'_> {
    type Error = Unavailable;

    fn seal(&self, context: &str, clear: &Text, before: Option<&Sealed>) -> Result<Sealed, Unavailable> {
        let opened = before.map(|sealed| (sealed, self.vault.open(self.person, self.key, context, sealed)));
        match opened {
            Some((sealed, Ok(Some(opened)))) if opened == *clear => Ok(sealed.clone()),
            _ => self.vault.seal(self.person, self.key, context, clear),
        }
    }
}
