//! The forms in which searched values are compared.

use std::collections::BTreeSet;

use icu_normalizer::{DecomposingNormalizer, DecomposingNormalizerBorrowed};

use crate::search::folded;

const DECOMPOSED: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizer::new_nfd();

/// The marks that do not count in names.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{0300}'..='\u{036F}';

/// Fewest digits, leading zeros aside, by whose end two phones are the same.
pub(super) const PHONE_END: usize = 7;

/// Most characters of an identifier that is searched: more than the 200 characters of a query have when they are folded,
/// and few enough for an index of PostgreSQL.
pub(super) const MAX_IDENTIFIER: usize = 600;

/// Fewest characters of a word that is a part of a name.
pub(super) const MIN_WORD: usize = 2;

/// Returns a name in the form in which names are compared: folded, without accents, one space between words.
pub(super) fn name(text: &str) -> String {
    let mut form = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !form.is_empty() {
            form.push(' ');
        }
        for letter in DECOMPOSED.normalize(&folded(word)).chars().filter(|letter| !ACCENTS.contains(letter)) {
            match letter {
                'ø' => form.push('o'),
                'đ' => form.push('d'),
                'ł' => form.push('l'),
                'æ' => form.push_str("ae"),
                'œ' => form.push_str("oe"),
                // Folded before: `ß` is `ss`.
                letter => form.push(letter),
            }
        }
    }
    form
}

/// Returns the digits of a phone.
pub(super) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// Returns what the digits of two phones have in common if they are the same, or one ends the other: the last seven without
/// leading zeros, or nothing but zeros.
pub(super) fn phone_end(digits: &str) -> String {
    let significant = match digits.trim_start_matches('0') {
        "" => digits,
        significant => significant,
    };
    let skipped = significant.len().saturating_sub(PHONE_END);
    significant.chars().skip(skipped).collect()
}

/// Returns the pieces by which an index finds the names that contain a word of this form: a word of two characters itself, and
/// of a longer one everything that is three characters long.
pub(super) fn grams_of_word(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let length = if letters.len() > MIN_WORD { MIN_WORD + 1 } else { MIN_WORD };
    letters.windows(length).map(|piece| piece.iter().collect()).collect()
}

/// Returns the pieces of a name of this form by which [`grams_of_word`] finds it.
pub(super) fn grams_of_name(name: &str) -> impl Iterator<Item = String> {
    name.split(' ').flat_map(|word| {
        let letters: Vec<char> = word.chars().collect();
        let pieces =
            |length| letters.windows(length).map(|piece| piece.iter().collect()).collect::<Vec<String>>();
        pieces(MIN_WORD).into_iter().chain(pieces(MIN_WORD + 1)).collect::<Vec<_>>()
    })
}
