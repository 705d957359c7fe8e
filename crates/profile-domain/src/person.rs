//! The person behind the facets.

use uuid::Uuid;

/// Identifies one human being across all contracts; a `UUIDv7`, and the shard key of every row about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub Uuid);
