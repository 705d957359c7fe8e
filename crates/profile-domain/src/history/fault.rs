//! Why a history cannot be believed.

/// Why a history cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Versions count without gaps.
    #[error("version {0} is missing in the log")]
    Gap(i64),
    /// A change is not as it was written, or not where it was written; or the record's row names another digest than the log.
    #[error("version {version} does not fit into the chain: the log was altered there or before")]
    Chain {
        /// The version of the change.
        version: i64,
    },
    /// Times of a record grow from version to version.
    #[error("version {version} is not later than the one before")]
    Order {
        /// The version of the change.
        version: i64,
    },
    /// A change starts from another value than the one before it led to.
    #[error("version {version} does not start where the one before ended: {field}")]
    Break {
        /// The version of the change.
        version: i64,
        /// The field.
        field: String,
    },
    /// The record stands at another version than its history leads to.
    #[error("stands at version {stands}, and the log leads to {told}")]
    Version {
        /// Of the record.
        stands: i64,
        /// Of the history.
        told: i64,
    },
    /// The record has another value, or person, than its history leads to.
    #[error("differs from the log in: {}", .0.join(", "))]
    Fields(Vec<String>),
    /// There is a history that has not ended, and no record.
    #[error("is in the log only")]
    Lost,
    /// There is a record, and its history has ended.
    #[error("still stands, and the log ended it with version {version}")]
    Ended {
        /// The version that ended it.
        version: i64,
    },
}
