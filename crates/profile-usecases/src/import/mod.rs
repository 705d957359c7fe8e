//! The stories of an import: what exists is compared, and changed only where it differs.

mod import_account;
mod import_api_key;
mod import_app;
mod import_business;
mod import_client;
mod import_customer;
mod import_file;
mod import_member;
mod import_user;
mod import_workspace;
mod names;
mod set_aside;

pub use import_account::{AccountImport, import_account};
pub use import_api_key::import_api_key;
pub use import_app::import_app;
pub use import_business::import_business;
pub use import_client::{ClientImport, ImportedAddress, import_client};
pub use import_customer::import_customer;
pub use import_file::{FileImport, import_file};
pub use import_member::{ImportedPassword, MemberImport, MembershipImport, import_member};
pub use import_user::{UserImport, import_user};
pub use import_workspace::{Numbered, import_numbered, known_tenant};
pub use names::{Holder, Name, names_of};
pub use set_aside::set_aside;

use profile_domain::{PersonId, Text, change::Cause};
use profile_ports::Unavailable;

use crate::{Core, Origin, Refusal, write::Written};

/// What an import did with one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// The record was made or changed.
    Written,
    /// It was as the row says.
    Unchanged,
    /// A name that the row asks for is another record's; names the field. What stands before that field may be written.
    Taken(&'static str),
}

/// The door of an import, as change records remember it.
pub const IMPORT: &str = "import";

fn cause(origin: &Origin) -> Cause {
    origin.cause("operator".to_owned(), None)
}

impl Imported {
    /// Reads the outcome of a write; a name that another record has is no failure yet, as that record may give it up.
    fn of<T>(written: Result<Written<T>, Refusal>) -> Result<Self, Refusal> {
        match written {
            Ok(written) if written.is_changed => Ok(Self::Written),
            Ok(_) => Ok(Self::Unchanged),
            Err(Refusal::Taken(field)) => Ok(Self::Taken(field)),
            Err(refused) => Err(refused),
        }
    }
}

/// The person of a record: the one whom the row calls by name, else the one it has, else a new one.
async fn person_of(
    core: &Core,
    alias: Option<&Text>,
    existing: Option<PersonId>,
) -> Result<PersonId, Unavailable> {
    match (alias, existing) {
        (Some(alias), _) => core.store.person_called(alias, core.ids.person()).await,
        (None, Some(person)) => Ok(person),
        (None, None) => Ok(core.ids.person()),
    }
}
