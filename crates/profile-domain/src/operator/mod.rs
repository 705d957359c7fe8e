//! The operator API's own rules: its keys, what each role may do, and what a privileged look leaves behind.

mod access;
pub mod capabilities;
mod change_filter;
mod erasure;
mod hold;
mod key;
mod label;
pub mod policy;
mod retention;
mod role;
pub mod search;
mod subscription;
mod target;

pub use access::{Access, Action};
pub use change_filter::{ChangeFilter, is_actor, is_filter_field};
pub use erasure::Erasure;
pub use hold::Hold;
pub use key::{MalformedKeyId, OperatorKey, OperatorKeyId, Revocation};
pub use label::{LabelError, MAX_LABEL_CHARS, check_label};
pub use retention::Retention;
pub use role::{Role, Rule};
pub use subscription::{
    MalformedSubscriptionId, OldSecret, SECRET_PREFIX, Subscription, SubscriptionHeader, SubscriptionId,
    SubscriptionStatus, SubscriptionValues,
};
pub use target::{
    MAX_HEADER_CHARS, MAX_HEADERS, MAX_URL_CHARS, TargetError, check_header_name, check_header_value,
    check_url,
};
