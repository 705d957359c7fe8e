//! The stories of the client contract.

mod accept_terms;
mod address;
mod assessment;
mod change_client;
mod clear_values;
mod find_client;
mod master_key;
mod person_key;
mod profile;
pub mod records;
mod refusal;
mod rotate_keys;
mod tax;
mod unopened;
mod update_picture;

pub use accept_terms::accept_terms;
pub use change_client::{Admitted, WriteContext, admit_change};
pub use clear_values::clear_values;
pub use find_client::find_client;
pub(crate) use master_key::follow_current_master;
pub use master_key::missing_master_keys;
pub use person_key::KeySealer;
pub use profile::DecryptedProfile;
pub use refusal::ClientRefusal;
pub use rotate_keys::{Rewrapped, rewrap_keys};
pub use tax::DecryptedTax;
pub use unopened::Unopened;
pub(crate) use unopened::unopened;
pub use update_picture::update_picture;
