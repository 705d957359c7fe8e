//! How texts are compared where letter case must not count: one form of what is stored and of what is searched for.
//!
//! The stores only compare bytes, so the language of a database has no say in what is found or in which order.

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{
    ComposingNormalizer, ComposingNormalizerBorrowed, DecomposingNormalizer, DecomposingNormalizerBorrowed,
};

const CASES: CaseMapperBorrowed<'static> = CaseMapper::new();
const DECOMPOSED: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizer::new_nfd();
const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfc();

/// The form in which texts are compared: two texts have the same one if they differ only in letter case, or in how an
/// accented letter is made up (Unicode 3.13, canonical caseless match).
///
/// The folding is full (`ß` and `SS` are the same) and of no language (`I` is `i`, also in Turkish). The form is composed,
/// so that `e` is no part of `é`.
///
/// # Examples
/// ```
/// use profile_domain::search::folded;
///
/// assert_eq!(folded("Straße"), folded("STRASSE"));
/// assert_eq!(folded("Zoe\u{308}"), folded("zoë"));
/// ```
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let cases = CASES.fold_string(&DECOMPOSED.normalize(text)).into_owned();
    COMPOSED.normalize(&cases).into_owned()
}

/// What is searched for: folded, without white space around it. Empty finds everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(String);

/// The text is longer than anything that could be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be at most {} characters long", Search::MAX_CHARS)]
pub struct SearchTooLong;

impl Search {
    /// Most characters of a search, as it was typed: more than a whole name or address has.
    pub const MAX_CHARS: usize = 256;

    /// What the typed text searches for.
    ///
    /// # Errors
    /// [`SearchTooLong`].
    pub fn of(typed: &str) -> Result<Self, SearchTooLong> {
        let typed = typed.trim();
        if typed.chars().count() > Self::MAX_CHARS {
            return Err(SearchTooLong);
        }
        Ok(Self(folded(typed)))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether everybody is found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letter_case_and_composition_do_not_count() {
        for (one, other) in [
            ("Иван Петров", "иван петров"),
            ("STRASSE", "straße"),
            ("STRAẞE", "strasse"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("οδυσσεύσ", "ΟΔΥΣΣΕΎΣ"),
            ("ǅ", "ǆ"),
            ("Ǆ", "ǆ"),
            ("ﬃ", "FFI"),
            ("Ꭰ", "ꭰ"),
            ("E\u{301}cole", "école"),
            ("NGUYE\u{302}\u{303}N", "nguyễn"),
            ("İ", "i\u{307}"),
            ("\u{212A}", "k"),
            ("ΐ", "Ϊ\u{301}"),
            ("ａｂ", "ＡＢ"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn other_letters_stay_apart() {
        for (one, other) in
            [("é", "e"), ("ı", "i"), ("I", "ı"), ("İ", "i"), ("ａ", "a"), ("и", "й"), ("o", "ø")]
        {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
        assert!(!folded("Zoë").contains(&folded("zoe")));
    }

    #[test]
    fn a_search_is_trimmed_and_has_a_limit() {
        assert_eq!(Search::of("\u{3000}Nora \t").unwrap().as_str(), "nora");
        assert!(Search::of(" \n").unwrap().is_empty());
        assert!(Search::of(&format!(" {} ", "é".repeat(256))).is_ok());
        assert_eq!(Search::of(&"é".repeat(257)), Err(SearchTooLong));
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in "\\PC{0,12}") {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }

        #[test]
        fn both_cases_fold_to_the_same(text in "[\\p{Lu}\\p{Ll}\\p{Lt}]{0,12}") {
            // Two letters have no single partner of the other case: capital I with a dot, small i without one.
            prop_assume!(!text.contains(['İ', 'ı']));
            prop_assert_eq!(folded(&text.to_uppercase()), folded(&text));
            prop_assert_eq!(folded(&text.to_lowercase()), folded(&text));
        }
    }
}
