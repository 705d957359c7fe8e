//! Trading accounts and the customers who own them (contract account).

mod customer;
pub mod customer_fields;
mod edit;
mod entity;
pub mod fields;
pub mod policy;
mod profile;
mod session;

pub use customer::{Customer, CustomerId};
pub use entity::{Account, Login, LoginOutOfRange, Money, Owner, Terms};
pub use profile::{Profile, ProfilePatch};
pub use session::{SessionKind, TokenClaims};
