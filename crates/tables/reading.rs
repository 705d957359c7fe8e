//! What reading any row shares.

use profile_domain::Text;

/// A row holds a value that this service never writes: somebody else did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row holds a value that this service never writes")]
pub(crate) struct Unreadable;

pub(crate) fn text(column: String) -> Result<Text, Unreadable> {
    Text::try_from(column).map_err(|_| Unreadable)
}
