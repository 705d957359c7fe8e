//! Fresh identifiers.

use profile_domain::PersonId;
use uuid::Uuid;

/// Makes identifiers; the only place that does, so that tests can fix them.
pub trait Ids: Send + Sync {
    /// A new person: `UUIDv7`.
    fn person(&self) -> PersonId;
    /// A new change record: `UUIDv7`.
    fn change(&self) -> Uuid;
    /// A new file: random version 4, so that nobody can guess another one (contract account, section 4.3).
    fn file(&self) -> Uuid;
    /// A new request that brought no usable id of its own: `UUIDv7`.
    fn request(&self) -> Uuid;
}
