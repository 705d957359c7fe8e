//! The stories of the users contract.

mod attach_picture;
mod authenticate;
mod check_access;
mod create_api_key;
mod create_upload;
mod get_balances;
mod get_upload;
mod get_user;
mod list_api_keys;
mod list_users;
mod process_upload;
mod receive_upload;
mod refusal;
mod revoke_api_key;
mod side;
mod update_user;

pub use attach_picture::PictureChoice;
pub use authenticate::{Authenticated, NotAuthenticated, authenticate};
pub use check_access::check_access;
pub use create_api_key::{CreatedApiKey, NewApiKey, create_api_key, owner_exists};
pub use create_upload::{NewUpload, create_upload};
pub use get_balances::get_balances;
pub use get_upload::{find_readable, get_upload};
pub use get_user::get_user;
pub use list_api_keys::list_api_keys;
pub use list_users::{UserPage, list_users};
pub use process_upload::rendition_file;
pub(crate) use process_upload::{ProcessFault, RENDITION_PREFIX, fail_upload, process_upload};
pub(crate) use receive_upload::CONTENT_PREFIX;
pub use receive_upload::{ReceiveFault, Receiving, admit_bytes};
pub use refusal::UserRefusal;
pub use revoke_api_key::revoke_api_key;
pub use side::Which;
pub use update_user::{PictureChoices, UpdateTarget, admit_update, update_user};
