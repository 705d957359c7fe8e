//! The stories of the users contract.

mod authenticate;
mod check_access;
mod create_api_key;
mod get_user;
mod list_users;
mod refusal;
mod side;
mod update_user;

pub use authenticate::{Authenticated, NotAuthenticated, authenticate};
pub use check_access::check_access;
pub(crate) use create_api_key::owner_exists;
pub use create_api_key::{NewApiKey, create_api_key};
pub use get_user::get_user;
pub use list_users::{UserPage, list_users};
pub use refusal::UserRefusal;
pub use side::Which;
pub use update_user::{UpdateTarget, admit_update, update_user};
