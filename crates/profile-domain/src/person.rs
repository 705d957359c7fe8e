//! The person behind the kinds.

use uuid::Uuid;

use crate::{field::Field, rule::TextRule};

/// Identifies one human being across all contracts; a `UUIDv7`, and the shard key of every row about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub Uuid);

/// What an operator calls a person: equal names mean the same human being (operator page, section 3).
pub const ALIAS: Field = Field::text("person", 1024, TextRule::Any);
