//! A vault without any key.

use profile_domain::{
    PersonId, Text,
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{ServiceVault, Unavailable, UnlockedKey, Vault};

/// Holds no master key, so nothing can be sealed or opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmptyVault;

fn missing() -> Unavailable {
    Unavailable::vault("no key is held")
}

impl Vault for EmptyVault {
    fn new_key(&self, _: PersonId) -> Result<WrappedKey, Unavailable> {
        Err(missing())
    }

    fn unlock(&self, _: PersonId, _: &WrappedKey) -> Result<Box<dyn UnlockedKey>, Unavailable> {
        Err(missing())
    }

    fn master(&self) -> String {
        String::new()
    }

    fn holds(&self, _: &str) -> bool {
        false
    }

    fn use_master(&self, _: &str) -> Result<(), Unavailable> {
        Err(missing())
    }

    fn rewrap(&self, _: PersonId, _: &WrappedKey) -> Result<WrappedKey, Unavailable> {
        Err(missing())
    }
}

impl ServiceVault for EmptyVault {
    fn seal(&self, _: &str, _: &Text) -> Result<Sealed, Unavailable> {
        Err(missing())
    }

    fn open(&self, _: &str, _: &Sealed) -> Result<Text, Unavailable> {
        Err(missing())
    }
}
