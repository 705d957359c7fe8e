//! Sensitive values, sealed and opened with the key of their person.

use profile_domain::{
    Text,
    client::{Client, IdentityProfile, SENSITIVE_CONTEXTS, Sealer, TaxInformation},
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, Vault};

use crate::Core;

/// A profile with its sensitive values; those whose key is lost are absent for ever.
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

fn open(core: &Core, key: Option<&WrappedKey>, context: &str, sealed: &Sealed) -> Option<Text> {
    core.vault.open(key?, context, sealed)
}

/// The client's profile, if there is one, to be shown to whom it is about.
#[must_use]
pub fn open_profile(core: &Core, client: &Client) -> Option<OpenedProfile> {
    let profile = client.profile.clone()?;
    let key = client.key.as_ref();
    let [birth, number, _] = SENSITIVE_CONTEXTS;
    Some(OpenedProfile {
        date_of_birth: open(core, key, birth, &profile.date_of_birth),
        tax_identification_number: open(core, key, number, &profile.tax_identification_number),
        profile,
    })
}

/// The client's tax information, if there is any, to be shown to whom it is about.
#[must_use]
pub fn open_tax(core: &Core, client: &Client) -> Option<OpenedTax> {
    let tax = client.tax.clone()?;
    let [_, _, number] = SENSITIVE_CONTEXTS;
    let opened = open(core, client.key.as_ref(), number, &tax.tax_identification_number);
    Some(OpenedTax { tax, tax_identification_number: opened })
}

/// Seals with one person's key.
pub(crate) struct KeySealer<'a> {
    pub(crate) vault: &'a dyn Vault,
    pub(crate) key: &'a WrappedKey,
}

impl Sealer for KeySealer<'_> {
    type Error = Unavailable;

    fn seal(&self, context: &str, clear: &Text, before: Option<&Sealed>) -> Result<Sealed, Unavailable> {
        match before {
            Some(sealed) if self.vault.open(self.key, context, sealed).as_ref() == Some(clear) => {
                Ok(sealed.clone())
            }
            _ => self.vault.seal(self.key, context, clear),
        }
    }
}
