//! The stories of the tenant contract.

mod admit;
mod check_password;
mod get_member_profile;
mod list_languages;
mod list_tenant_users;
mod refusal;
mod update_member_profile;
mod view;

pub use admit::{Caller, admit, admit_to_tenant, authenticate};
pub use get_member_profile::get_member_profile;
pub use list_languages::list_languages;
pub use list_tenant_users::list_tenant_users;
pub use refusal::TenantRefusal;
pub use update_member_profile::update_member_profile;
pub use view::{MemberReference, MemberView};
