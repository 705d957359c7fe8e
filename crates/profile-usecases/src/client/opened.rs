//! Sensitive values, sealed and opened with the key of their person.

use std::cell::OnceCell;

use profile_domain::{
    PersonId, Text,
    client::{Client, IdentityProfile, SENSITIVE_CONTEXTS, Sealer, TaxInformation},
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, UnlockedKey, Vault};

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

/// The key with which the client's values are opened; `None` if it was erased. A key that is there and cannot be used is an
/// error: the values may be read again later.
fn unlock(core: &Core, client: &Client) -> Result<Option<Box<dyn UnlockedKey>>, Unavailable> {
    client.key.as_ref().map(|key| core.vault.unlock(client.person, key)).transpose()
}

fn open(key: Option<&dyn UnlockedKey>, context: &str, sealed: &Sealed) -> Result<Option<Text>, Unavailable> {
    key.map_or(Ok(None), |key| key.open(context, sealed))
}

/// The client's profile, if there is one, to be shown to whom it is about.
///
/// # Errors
/// [`Unavailable`] if a value cannot be opened.
pub fn open_profile(core: &Core, client: &Client) -> Result<Option<OpenedProfile>, Unavailable> {
    let Some(profile) = client.profile.clone() else { return Ok(None) };
    let [birth, number, _] = SENSITIVE_CONTEXTS;
    let key = unlock(core, client)?;
    Ok(Some(OpenedProfile {
        date_of_birth: open(key.as_deref(), birth, &profile.date_of_birth)?,
        tax_identification_number: open(key.as_deref(), number, &profile.tax_identification_number)?,
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
    let key = unlock(core, client)?;
    let tax_identification_number = open(key.as_deref(), number, &tax.tax_identification_number)?;
    Ok(Some(OpenedTax { tax, tax_identification_number }))
}

/// Seals with the key of one person, which is unlocked for the first value.
pub struct KeySealer<'a> {
    vault: &'a dyn Vault,
    person: PersonId,
    key: &'a WrappedKey,
    unlocked: OnceCell<Box<dyn UnlockedKey>>,
}

impl<'a> KeySealer<'a> {
    /// Seals with `key`, which is `person`'s and wrapped by `vault`.
    pub const fn new(vault: &'a dyn Vault, person: PersonId, key: &'a WrappedKey) -> Self {
        Self { vault, person, key, unlocked: OnceCell::new() }
    }

    fn unlocked(&self) -> Result<&dyn UnlockedKey, Unavailable> {
        if let Some(key) = self.unlocked.get() {
            return Ok(&**key);
        }
        let key = self.vault.unlock(self.person, self.key)?;
        Ok(&**self.unlocked.get_or_init(|| key))
    }
}

impl Sealer for KeySealer<'_> {
    type Error = Unavailable;

    fn seal(&self, context: &str, clear: &Text, before: Option<&Sealed>) -> Result<Sealed, Unavailable> {
        let key = self.unlocked()?;
        let opened = before.map(|sealed| (sealed, key.open(context, sealed)));
        match opened {
            Some((sealed, Ok(Some(opened)))) if opened == *clear => Ok(sealed.clone()),
            _ => key.seal(context, clear),
        }
    }
}
