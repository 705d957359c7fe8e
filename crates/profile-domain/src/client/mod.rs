//! Clients of a regulated broker: the records that must be there before any trading (contract client).

mod address;
mod assessment;
pub(crate) mod birth_date;
mod edit;
mod entity;
pub mod fields;
pub(crate) mod forms;
mod input;
pub mod policy;
mod profile;
mod status;
mod tax;
pub(crate) mod values;
mod words;

pub use address::{Address, AddressEntry};
pub use assessment::{Assessment, AssessmentEntry, AssessmentUpdate};
pub use entity::{CURRENT_TERMS, Client, Imported, LAST_IMPORTED_NUMBER, Terms, Times};
pub use fields::{SEALED_FIELDS, SENSITIVE_CONTEXTS};
pub use input::{Input, Members};
pub use profile::{IdentityProfile, ProfileEntry, ProfileRules, Sealer};
pub use status::SystemStatus;
pub use tax::{TaxEntry, TaxInformation};
pub use values::{countries, is_country};
