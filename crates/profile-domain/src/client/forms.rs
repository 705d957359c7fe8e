//! The forms of names, postal codes and tax numbers (contract client, section 4).

use crate::letters::{is_letter, is_mark, is_visible};

/// Returns whether `text` is a name of any script.
pub(crate) fn is_person_name(text: &str) -> bool {
    let allowed = |character| {
        is_letter(character)
            || is_mark(character)
            || is_joiner(character)
            || matches!(character, ' ' | '\u{a0}' | '.' | ',' | '/')
            || matches!(character, '-' | '\u{2010}' | '\u{2011}')
            || matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{5f3}' | '\u{5f4}')
            || matches!(character, '\u{b7}' | '\u{30fb}' | '\u{2027}')
    };
    // This apostrophe has the properties of a letter.
    let is_name_letter = |character| is_letter(character) && is_visible(character) && character != '\u{2bc}';
    text.chars().any(is_name_letter) && text.chars().all(allowed) && joins_letters(text)
}

/// A zero width joiner or non-joiner.
const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Whether every joiner stands between two letters. A letter's marks belong to it, on whichever side of the joiner they are.
fn joins_letters(text: &str) -> bool {
    let mut parts = text.chars().filter(|character| !is_mark(*character)).peekable();
    let mut after_letter = false;
    while let Some(part) = parts.next() {
        if is_joiner(part) && !(after_letter && parts.peek().copied().is_some_and(is_letter)) {
            return false;
        }
        after_letter = is_letter(part);
    }
    true
}

/// Returns whether `text` has letters, digits, spaces and hyphens only.
pub(crate) fn is_postal_code(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || matches!(character, ' ' | '-'))
}

/// Returns whether `text` has letters, digits and hyphens only, at least one digit, and no hyphen at its beginning.
pub(crate) fn is_tax_number(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    text.bytes().all(allowed) && !text.starts_with('-') && has_digit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts() {
        for fine in [
            "Jean-Luc",
            "Jean\u{2010}Luc\u{2011}Marie",
            "O'Neill",
            "O’Neill",
            "\u{2018}Abd",
            "Hawai\u{2bc}i",
            "צ\u{5f3}רלי",
            "צה\u{5f4}ל",
            "Gal·la",
            "ジョン・スミス",
            "a\u{2027}b",
            "Dvořák",
            "李",
            "a\u{301}",
            "सीता",
            "J. R.",
            "King, Jr.",
            "da Silva e/ou Costa",
            "Anne\u{a0}Marie",
            "علی\u{200c}رضا",
            "ශ\u{dca}\u{200d}රී",
            "র\u{200d}\u{9cd}যাব",
            "Kim\u{3164}",
            "葛\u{e0100}",
        ] {
            assert!(is_person_name(fine), "{fine}");
        }
        for wrong in [
            "R2D2",
            "<b>",
            "-",
            ". '",
            "a\nb",
            "a\0",
            "Ⅷ",
            "🙂",
            "·",
            "\u{2bc}",
            "a_b",
            "a\u{2013}b",
            "a\u{2014}b",
            "a\u{2003}b",
            "a\u{202f}b",
            "a\u{200b}b",
            "a\u{2060}b",
            "a\u{ad}b",
            "\u{200d}a",
            "a\u{200d}",
            "a\u{200d} b",
            "a-\u{200c}b",
            "a\u{200c}\u{200d}b",
            "\u{301}\u{200d}a",
            "\u{301}",
            "\u{115f}",
            "\u{1160}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{3164}\u{200d}\u{115f}",
            "\u{2800}",
            "1",
            "a;b",
            "a\u{60}b",
        ] {
            assert!(!is_person_name(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn tax_numbers_have_a_digit() {
        for fine in ["IE-7731905", "1", "A1"] {
            assert!(is_tax_number(fine), "{fine}");
        }
        for wrong in ["-1", "AB", "1 2", "1_2", "é1"] {
            assert!(!is_tax_number(wrong), "{wrong}");
        }
    }
}
