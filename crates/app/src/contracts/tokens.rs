//! The settings of a contract's tokens, and the verifier that they describe.

use std::sync::Arc;

use anyhow::Context as _;
use profile_identity::{Expectation, Issuer, Keys, Verifier};
use profile_ports::Clock;
use secrecy::SecretString;

use super::Contract;
use crate::{
    keys::{Need, OwnKeys},
    settings::{Fallback, Layers, Section, Setting, parse, settings},
};

/// What the service signs the tokens of a contract with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signing {
    /// A secret, HS256.
    Secret,
    /// Key pairs, ES256, whose public halves others may have.
    KeyPairs,
}

settings! {
    /// Who issues a contract's tokens, and for whom.
    pub(crate) struct Outside;
    required {}
    optional {
        /// JWKS file or https URL of an outside issuer of {contract} tokens
        jwks: String, "none", Url, "FILE|URL", parse::text;
        /// Issuer that {contract} tokens must name
        issuer: String, "any", Plain, "NAME", parse::text;
        /// Audience that {contract} tokens must name
        audience: String, "any", Plain, "NAME", parse::text;
    }
}

settings! {
    /// The secret of one contract's tokens.
    pub(crate) struct OwnSecret;
    required {}
    optional {
        /// HS256 secret of {contract} tokens alone
        jwt_secret: SecretString, "PROFILE_JWT_SECRET", Secret, "SECRET", parse::jwt_secret;
    }
}

settings! {
    /// The key pairs of one contract's tokens.
    pub(crate) struct OwnKeyPairs;
    required {}
    optional {
        /// PKCS#8 PEM of the ES256 key pair of {contract} tokens
        signing_key: SecretString, "generated", Secret, "PEM", parse::text;
    }
}

/// Returns the settings of the tokens of a contract.
pub(super) fn settings(signing: Signing, audience: Option<&'static str>) -> Vec<Setting> {
    let own = match signing {
        Signing::Secret => OwnSecret::SETTINGS,
        Signing::KeyPairs => OwnKeyPairs::SETTINGS,
    };
    let outside = Outside::SETTINGS.iter().map(|setting| match audience {
        Some(audience) if setting.name == "audience" => {
            Setting { fallback: Fallback::Value(audience), ..*setting }
        }
        _ => *setting,
    });
    own.iter().copied().chain(outside).collect()
}

/// The settings of a contract's tokens, the same for each contract.
pub(crate) struct TokenSettings {
    pub(crate) contract: &'static str,
    pub(crate) signing: Signing,
    /// The service's own secret or key pairs, where they are set for this contract.
    pub(crate) own: Option<SecretString>,
    pub(crate) outside: Outside,
}

impl TokenSettings {
    pub(super) fn read(contract: &Contract, layers: &mut Layers) -> Option<Self> {
        let Contract { name, signing, .. } = *contract;
        let own = match signing {
            Signing::Secret => OwnSecret::read(layers, Some(name))?.jwt_secret,
            Signing::KeyPairs => OwnKeyPairs::read(layers, Some(name))?.signing_key,
        };
        Some(Self { contract: name, signing, own, outside: Outside::read(layers, Some(name))? })
    }

    /// Which of the service's own keys tokens are issued with.
    pub(crate) const fn need(&self) -> Need {
        match self.signing {
            Signing::Secret => Need::Secret(self.contract),
            Signing::KeyPairs => Need::Users,
        }
    }

    /// Returns the keys of the outside issuer, if there is one.
    pub(crate) fn outside_keys(&self) -> anyhow::Result<Option<Keys>> {
        let location = self.outside.jwks.as_ref();
        let keys = location.map(|location| Keys::outside(self.contract, location)).transpose();
        keys.with_context(|| format!("{}_jwks", self.contract))
    }

    /// Returns what verifies the tokens, and issues them if the service does; and the outside issuer, if there is one.
    pub(crate) fn verifier(
        &self,
        own: &OwnKeys,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<(Verifier, Option<Arc<Issuer>>)> {
        let keys = match (self.outside_keys()?, self.signing) {
            (Some(outside), _) => outside,
            (None, Signing::Secret) => Keys::Own(own.secret(self.contract)?),
            (None, Signing::KeyPairs) => {
                Keys::OwnPairs(own.users.clone().context("there is no users signing key")?)
            }
        };
        let outside = match &keys {
            Keys::Outside(issuer) => Some(Arc::clone(issuer)),
            Keys::Own(_) | Keys::OwnPairs(_) => None,
        };
        let Outside { issuer, audience, .. } = &self.outside;
        let expectation = Expectation { issuer: issuer.clone(), audience: audience.clone() };
        Ok((Verifier::new(keys, expectation, clock), outside))
    }
}
