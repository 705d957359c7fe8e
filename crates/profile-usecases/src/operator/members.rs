//! The members of a JSON object in the order in which they were sent, which faults are reported in.

use serde_json::Value as Json;

/// Members with their values, in their order.
pub type Members = Vec<(String, Member)>;

/// A value of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// An object.
    Object(Members),
    /// Anything else.
    Other(Json),
}

impl Member {
    /// Returns the value without the order of its members.
    #[must_use]
    pub fn json(&self) -> Json {
        match self {
            Self::Object(members) => {
                Json::Object(members.iter().map(|(name, value)| (name.clone(), value.json())).collect())
            }
            Self::Other(json) => json.clone(),
        }
    }

    /// Returns whether it is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Other(Json::Null))
    }
}
