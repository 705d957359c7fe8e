//! Members of a multi-tenant workspace (contract tenant): members are global, and memberships hang on them.

mod attempts;
mod edit;
pub mod fields;
mod member;
mod membership;
pub mod policy;
mod update;
mod workspace;

pub use attempts::{Attempts, Locked};
pub use member::Member;
pub use membership::{BrandUser, GroupUser, Membership};
pub use update::MemberPatch;
pub use workspace::{Brand, Group, Language, MemberListing, Tenant};
