//! The rules of single values. Each gets the text as it was sent, and answers it as it is kept, or what was expected.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::values::{self, is_country};

fn when(fine: bool, text: &str, expected: &str) -> Result<String, String> {
    if fine { Ok(text.to_owned()) } else { Err(format!("expected {expected}")) }
}

/// A name of any script (contract client, section 4).
pub(super) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let group = |character: char| character.general_category_group();
    let is_letter = |character: char| group(character) == GeneralCategoryGroup::Letter;
    let allowed = |character: char| {
        is_letter(character)
            || group(character) == GeneralCategoryGroup::Mark
            || matches!(character, ' ' | '-' | '\'' | '’' | '.')
    };
    let fine = text.chars().all(allowed) && text.chars().any(is_letter);
    when(fine, text, "letters, spaces, hyphens, apostrophes or full stops")
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
        for fine in ["Jean-Luc", "O'Neill", "O’Neill", "Dvořák", "李", "a\u{301}", "सीता", "J. R."]
        {
            assert!(name(fine).is_ok(), "{fine}");
        }
        assert_eq!(name("  Zoë "), Ok("Zoë".to_owned()));
        for wrong in ["R2D2", "<b>", "-", ". '", "a\nb", "a\0", "Ⅷ", "🙂"] {
            assert!(name(wrong).is_err(), "{wrong}");
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
