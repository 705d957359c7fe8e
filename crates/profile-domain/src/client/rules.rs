//! The rules of single values. Each gets the text as it was sent, and answers it as it is kept, or what was expected.

use super::values::{self, is_country};
use crate::letters::{is_letter, is_mark, is_visible};

fn when(fine: bool, text: &str, expected: &str) -> Result<String, String> {
    if fine { Ok(text.to_owned()) } else { Err(format!("expected {expected}")) }
}

/// A name of any script (contract client, section 4).
pub(super) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
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
    let fine = text.chars().any(is_name_letter) && text.chars().all(allowed) && joins_letters(text);
    when(
        fine,
        text,
        "letters, spaces, hyphens, apostrophes, middle dots, full stops, commas or slashes, with at least one letter",
    )
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

/// Any text without control characters; its length is the field's.
pub(super) fn free(text: &str) -> Result<String, String> {
    let text = text.trim();
    when(!text.chars().any(char::is_control), text, "text without control characters")
}

/// An assigned country, exactly as it is written in lists.
pub(super) fn country(text: &str) -> Result<String, String> {
    when(is_country(text), text, "a two-letter lower-case country code")
}

pub(super) fn zip(text: &str) -> Result<String, String> {
    let text = text.trim();
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '-');
    when(text.chars().all(allowed), text, "letters, digits, spaces or hyphens")
}

pub(super) fn tax_number(text: &str) -> Result<String, String> {
    let text = text.trim();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let fine = text.bytes().all(allowed) && !text.starts_with('-') && has_digit;
    when(fine, text, "letters, digits or hyphens, with at least one digit")
}

fn one_of(text: &str, all: &[&str]) -> Result<String, String> {
    when(all.contains(&text), text, &format!("one of {}", all.join(", ")))
}

pub(super) fn gender(text: &str) -> Result<String, String> {
    one_of(text, &values::GENDERS)
}

pub(super) fn account_opening_reason(text: &str) -> Result<String, String> {
    one_of(text, &values::ACCOUNT_OPENING_REASONS)
}

pub(super) fn employment_status(text: &str) -> Result<String, String> {
    one_of(text, &values::EMPLOYMENT_STATUSES)
}

pub(super) fn amount(text: &str) -> Result<String, String> {
    one_of(text.trim(), &values::AMOUNTS)
}

pub(super) fn source_of_wealth(text: &str) -> Result<String, String> {
    one_of(text.trim(), &values::SOURCES_OF_WEALTH)
}

pub(super) fn source_of_funds(text: &str) -> Result<String, String> {
    one_of(text.trim(), &values::SOURCES_OF_FUNDS)
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
            assert_eq!(name(fine), Ok(fine.to_owned()));
        }
        assert_eq!(name(" \u{a0} Zoë "), Ok("Zoë".to_owned()));
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
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn countries_are_assigned_and_small() {
        for fine in ["in", "ae", "sg", "ax", "gb", "ie", "ro"] {
            assert!(country(fine).is_ok(), "{fine}");
        }
        for wrong in ["IN", "ind", "xx", "uk", "i", " in", "in ", "eu", "zz"] {
            assert!(country(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tax_numbers_have_a_digit() {
        for fine in ["IE-7731905", "1", " A1 "] {
            assert!(tax_number(fine).is_ok(), "{fine}");
        }
        for wrong in ["-1", "AB", "1 2", "1_2", "é1"] {
            assert!(tax_number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn enumerations_are_exact() {
        assert!(gender("male").is_ok() && gender("Male").is_err() && gender(" male").is_err());
        assert!(account_opening_reason("HEDGING").is_err());
        assert!(employment_status("self-employed").is_err() && employment_status("self_employed").is_ok());
        assert_eq!(
            source_of_wealth("Investments and Dividends "),
            Ok("Investments and Dividends".to_owned())
        );
        assert!(amount("Over $500000").is_err());
        for both in ["Manufacturing, Mining & Industrial", "Manufacturing, Mining & Construction"] {
            assert!(source_of_funds(both).is_ok());
        }
    }
}
