//! The stories of the account contract.

mod get_account;
mod get_customer;
mod get_file;
mod target;
mod update_account_profile;
mod upload_avatar;

pub use get_account::get_account;
pub use get_customer::get_customer;
pub use get_file::get_file;
pub use update_account_profile::{update_account_profile, usable_avatar};
pub use upload_avatar::{AvatarFault, AvatarPlace, AvatarUpload, admit_upload, begin_avatar};
