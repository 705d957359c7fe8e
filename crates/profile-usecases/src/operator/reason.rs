//! Reasons: why a privileged call is made (operator API page, section 1).

use profile_domain::Text;

const MIN_CHARS: usize = 3;
const MAX_CHARS: usize = 500;

/// Returns the reason as it is stored.
///
/// # Errors
/// The broken rule and its limit.
pub fn check_reason(text: &str) -> Result<Text, (&'static str, Option<usize>)> {
    let text = text.trim();
    match text.chars().count() {
        ..MIN_CHARS => return Err(("min_chars", Some(MIN_CHARS))),
        MIN_CHARS..=MAX_CHARS => {}
        _ => return Err(("max_chars", Some(MAX_CHARS))),
    }
    if text.chars().any(|character| character.is_control() && character != '\n') {
        return Err(("format", None));
    }
    Text::try_from(text).map_err(|_| ("format", None))
}
