//! What operators call a key or a subscription (operator API page, sections 10 and 13).

/// Most characters of a label.
pub const MAX_LABEL_CHARS: usize = 100;

/// Why a label is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// It has more than [`MAX_LABEL_CHARS`].
    #[error("must have at most {MAX_LABEL_CHARS} characters")]
    TooLong,
    /// It has control characters.
    #[error("must have no control characters")]
    Malformed,
}

/// Checks a label, which is trimmed and may be empty.
///
/// # Errors
/// [`LabelError`].
///
/// # Examples
/// ```
/// use profile_domain::operator::{LabelError, check_label};
///
/// assert_eq!(check_label("Desk é"), Ok(()));
/// assert_eq!(check_label("a\nb"), Err(LabelError::Malformed));
/// assert_eq!(check_label(&"é".repeat(101)), Err(LabelError::TooLong));
/// ```
pub fn check_label(label: &str) -> Result<(), LabelError> {
    if label.chars().count() > MAX_LABEL_CHARS {
        return Err(LabelError::TooLong);
    }
    if label.chars().any(char::is_control) { Err(LabelError::Malformed) } else { Ok(()) }
}
