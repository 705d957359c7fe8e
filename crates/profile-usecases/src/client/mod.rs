//! The stories of the client contract.

mod change_client;
mod get_client;
mod master_key;
mod opened;
mod records;
mod refusal;
mod rotate_keys;
mod unopened;
mod update_picture;

pub use change_client::{Admitted, admit_change};
pub use get_client::{find_client, get_client};
pub(crate) use master_key::follow_current_master;
pub use master_key::missing_master_keys;
pub use opened::{KeySealer, OpenedProfile, OpenedTax, open_profile, open_tax};
pub use records::{
    accept_terms, create_address, create_assessment, create_profile, create_tax, update_address,
    update_assessment, update_profile, update_tax,
};
pub use refusal::ClientRefusal;
pub use rotate_keys::{Rewrapped, rewrap_keys};
pub use unopened::Unopened;
pub(crate) use unopened::unopened;
pub use update_picture::update_picture;
