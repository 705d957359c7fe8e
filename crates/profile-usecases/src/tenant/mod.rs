//! The stories of the tenant contract.

mod admit;
mod check_password;
mod get_profile;
mod list_languages;
mod list_users;
mod refusal;
mod update_profile;
mod view;

pub use admit::{Caller, admit, admit_to_tenant, authenticate};
pub use get_profile::get_profile;
pub use list_languages::list_languages;
pub use list_users::list_users;
pub use refusal::TenantRefusal;
pub use update_profile::update_profile;
pub use view::{MemberReference, MemberView};
