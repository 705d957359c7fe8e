//! All settings as one table: the general ones, and those that each contract brings.

use super::{Fallback, General, Kind, Section, Setting};
use crate::contracts::{self, Contract};

/// A setting with its full name.
pub(crate) struct Row {
    /// The contract that it belongs to.
    pub(crate) contract: Option<&'static str>,
    /// The key of the file. In capitals and after `PROFILE_` it is the environment variable, with dashes the flag.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) value: &'static str,
    pub(crate) help: String,
    pub(crate) fallback: Fallback,
}

/// Every setting, in the order in which they are shown.
pub(crate) type Rows = Vec<Row>;

/// Returns every setting.
pub(crate) fn rows() -> Rows {
    let general = General::SETTINGS.iter().map(|setting| Row::of(None, *setting));
    let of_contracts = contracts::ALL
        .iter()
        .flat_map(|contract| contract.settings().into_iter().map(|setting| Row::of(Some(contract), setting)));
    general.chain(of_contracts).collect()
}

/// Returns the full name of a setting.
pub(super) fn full_name(contract: Option<&str>, name: &str) -> String {
    contract.map_or_else(|| name.to_owned(), |contract| format!("{contract}_{name}"))
}

impl Row {
    fn of(contract: Option<&Contract>, setting: Setting) -> Self {
        let Setting { name, kind, value, help, fallback } = setting;
        let contract = contract.map(|contract| contract.name);
        let help = help.trim().replace("{contract}", contract.unwrap_or_default());
        Self { contract, name: full_name(contract, name), kind, value, help, fallback }
    }

    /// The value that counts where none is given.
    pub(super) const fn default(&self) -> Option<&'static str> {
        match self.fallback {
            Fallback::Value(value) => Some(value),
            Fallback::Unset(_) => None,
        }
    }

    /// What counts where no value is given, in words.
    pub(crate) fn default_in_words(&self) -> &'static str {
        match self.fallback {
            Fallback::Value("") => "none",
            Fallback::Value(words) | Fallback::Unset(words) => words,
        }
    }

    /// The names under which it may be given: its own, and for what may be secret that of a file which holds it.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let file = (self.kind != Kind::Plain).then(|| self.file_name());
        std::iter::once(self.name.clone()).chain(file)
    }

    /// The name of the flag that gives it, and what help calls the flag's value: a secret is given as a file.
    pub(super) fn flag(&self) -> (String, &'static str) {
        match self.kind {
            Kind::Secret => (self.file_name(), "FILE"),
            Kind::Plain | Kind::Url => (self.name.clone(), self.value),
        }
    }

    /// The name under which a file is given that holds the value.
    pub(crate) fn file_name(&self) -> String {
        format!("{}_file", self.name)
    }
}

/// Returns what a name of a setting is as an environment variable.
pub(super) fn variable(name: &str) -> String {
    format!("PROFILE_{}", name.to_uppercase())
}
