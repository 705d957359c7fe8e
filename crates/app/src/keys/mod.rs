//! The service's own keys: opened from settings and files, and checked against those that the database is used with.

mod check;
mod files;
mod holders;
mod lock;
mod masters;
mod signing;
mod statements;

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use clap::Args;
use profile_identity::{KeyVault, PurposeKeys, Secret, SigningKeys, StatementSigner};
use profile_ports::{KeyRegister, Store, Vault as _};

use self::{files::KeyFiles, signing::ended};
pub(crate) use self::{
    holders::{Registration, living_server, wait_until_held},
    lock::{exclusively, lock_folder},
    masters::HASH_KEY,
    statements::STATEMENT_KEY,
};
use crate::{contracts::Signing, settings::Settings, wiring::cause};

/// What the database knows the current master key as.
pub(crate) const MASTER: &str = "master";
/// What it knows the current users signing key as.
pub(crate) const USERS: &str = "users";

/// Whether other keys than those that the database is used with may take their place.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Adopt {
    /// Use the keys at hand although the database is used with others; refused where sealed values would be lost
    #[arg(long, global = true, hide = true)]
    pub adopt_keys: bool,
    /// With --adopt-keys: give up sealed values and API keys whose master key is missing
    #[arg(long, global = true, hide = true, requires = "adopt_keys")]
    pub lose_sealed_values: bool,
}

/// Which keys a command cannot do without; others are checked where they are at hand, and never made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Sealing and hashing only.
    Vault,
    /// The same for a dry run, which writes nothing.
    Nothing,
    /// The secret of one contract's tokens.
    Secret(&'static str),
    /// The key pair of users tokens.
    Users,
    /// Everything that a server uses.
    All,
}

/// What the database knows the secret of a contract's tokens as.
fn secret_kind(contract: &str) -> String {
    format!("jwt {contract}")
}

impl Need {
    fn secret(self, contract: &'static str) -> bool {
        self == Self::All || self == Self::Secret(contract)
    }

    fn users(self) -> bool {
        matches!(self, Self::All | Self::Users)
    }

    fn writes(self) -> bool {
        self != Self::Nothing
    }
}

/// The keys of this process. Secrets are absent where the tokens come from an outside issuer, or are not needed.
pub struct OwnKeys {
    pub(crate) vault: Arc<KeyVault>,
    pub(crate) hash: Arc<PurposeKeys>,
    secrets: Vec<(&'static str, Secret)>,
    pub(crate) users: Option<Arc<SigningKeys>>,
    pub(crate) signer: Arc<StatementSigner>,
    pub(crate) register: Arc<dyn KeyRegister>,
}

impl OwnKeys {
    /// Opens the keys that `need` asks for. New ones are made only where the database knows none.
    pub async fn open(
        settings: &Settings,
        store: &dyn Store,
        register: Arc<dyn KeyRegister>,
        need: Need,
        adopt: Adopt,
    ) -> anyhow::Result<Self> {
        let files = KeyFiles::of(settings)?;
        let opening = masters::Opening { files: &files, store, register: &*register, need, adopt };
        let vault = opening.vault(settings.general.master_key.as_ref()).await?;
        let hash = Arc::new(opening.purpose_keys(&vault).await?);
        let signer = Arc::new(opening.statement_signer(&vault).await?);
        let mut secrets = Vec::new();
        let mut users = None;
        for tokens in settings.contracts.iter().map(|contract| contract.tokens()) {
            match tokens.signing {
                Signing::Secret => {
                    let shared = settings.general.jwt_secret.as_ref();
                    let secret = check::secret(tokens, shared, &opening, &*hash).await?;
                    secrets.extend(secret.map(|secret| (tokens.contract, secret)));
                }
                Signing::KeyPairs => users = signing::open(tokens, &opening).await?.map(Arc::new),
            }
        }
        Ok(Self { vault: Arc::new(vault), hash, secrets, users, signer, register })
    }

    /// The keys at hand, whatever the database is used with: for who reports what they do not open.
    pub(crate) async fn at_hand(settings: &Settings, register: Arc<dyn KeyRegister>) -> anyhow::Result<Self> {
        let held = match &settings.general.master_key {
            Some(keys) => Some(KeyVault::of_setting(keys).context("master_key")?),
            None => KeyVault::read(&KeyFiles::of(settings)?.master_key())?,
        };
        let throwaway = KeyVault::ephemeral()?;
        let root = throwaway.new_service_key(HASH_KEY).map_err(cause)?;
        let root = throwaway.open_service_key(HASH_KEY, &root).map_err(cause)?;
        let hash = Arc::new(PurposeKeys::derive(&root)?);
        let vault = Arc::new(held.unwrap_or(throwaway));
        let known = register.known_keys().await.map_err(cause)?;
        let signer = Arc::new(StatementSigner::new(None, statements::public_keys(&known)?));
        Ok(Self { vault, hash, secrets: Vec::new(), users: None, signer, register })
    }

    /// The secret that signs and verifies a contract's tokens.
    pub(crate) fn secret(&self, contract: &str) -> anyhow::Result<Secret> {
        let found = self.secrets.iter().find(|(of, _)| *of == contract);
        found
            .map(|(_, secret)| secret.clone())
            .with_context(|| format!("there is no secret: {}", secret_kind(contract)))
    }

    /// Reads changed key files again.
    pub(crate) fn reload(&self) -> anyhow::Result<()> {
        self.vault.reload()?;
        if let Some(users) = &self.users {
            users.reload()?;
        }
        Ok(())
    }

    /// Reads changed key files again, and uses the keys that the database names as current.
    pub(crate) async fn refresh(&self, now: i64) -> anyhow::Result<()> {
        let known = self.register.known_keys().await.map_err(cause)?;
        self.follow(&known, now)
    }

    fn follow(&self, known: &BTreeMap<String, String>, now: i64) -> anyhow::Result<()> {
        self.reload()?;
        if let Some(master) = known.get(MASTER).filter(|name| **name != self.vault.master()) {
            self.vault.use_master(master).map_err(cause)?;
        }
        if let (Some(users), Some(kid)) = (&self.users, known.get(USERS)) {
            users.use_key(kid);
            users.end(&ended(known, now));
        }
        Ok(())
    }

    /// The names of all keys that other servers may come to use.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = self.vault.names();
        names.extend(self.users.iter().flat_map(|users| users.kids()));
        names
    }

    /// Remembers until when a users token is valid, so that a rotation keeps its key for as long.
    pub(crate) async fn note_users_token(&self, until: i64) -> anyhow::Result<()> {
        signing::note_token(&*self.register, until).await
    }
}

/// Returns the places of all key files, whether or not they are there.
pub(crate) fn key_files(settings: &Settings) -> anyhow::Result<[std::path::PathBuf; 3]> {
    let files = KeyFiles::of(settings)?;
    Ok([files.master_key(), files.jwt_secret(), files.users_key()])
}

pub(crate) use self::signing::{key_until, retire};
