//! How names and biographies are cleaned and refused (contract users, sections 4 and 13).

use crate::{Text, field::Field, letters::has_visible};

/// A line: trimmed, with a visible character, without control characters, within the field's limit.
pub(super) fn line(field: &Field, text: &Text) -> Result<Text, String> {
    let trimmed = text.as_str().trim();
    if trimmed.is_empty() {
        return Err("must not be empty".to_owned());
    }
    let line = checked(field, trimmed, char::is_control)?;
    if has_visible(line.as_str()) { Ok(line) } else { Err("must have a visible character".to_owned()) }
}

/// A paragraph: as a line, but it may have new lines, CR LF becomes one of them, and it may be empty.
pub(super) fn paragraph(field: &Field, text: &Text) -> Result<Text, String> {
    let text = text.as_str().replace("\r\n", "\n");
    checked(field, text.trim(), |character| character.is_control() && character != '\n')
}

fn checked(field: &Field, text: &str, forbidden: impl Fn(char) -> bool) -> Result<Text, String> {
    if text.chars().any(forbidden) {
        return Err("must not contain control characters".to_owned());
    }
    let text = Text::try_from(text).map_err(|nul| nul.to_string())?;
    field.check_length(&text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::fields::{BIO, NAME};

    fn text(characters: &str) -> Text {
        Text::try_from(characters).unwrap()
    }

    #[test]
    fn outer_white_space_goes_before_the_length_counts() {
        let long = format!("\u{3000} {} \n", "é".repeat(100));
        assert_eq!(line(&NAME, &text(&long)).unwrap().as_str(), "é".repeat(100));
        assert!(line(&NAME, &text(&"é".repeat(101))).is_err());
        for blank in [" \t ", "\u{3164}", "\u{2800}\u{200b}", "\u{e0041}\u{fe0f}", "\u{301}"] {
            assert!(line(&NAME, &text(blank)).is_err(), "{blank:?}");
        }
        assert_eq!(line(&NAME, &text("\u{200b}a")).unwrap().as_str(), "\u{200b}a");
    }

    #[test]
    fn control_characters_are_refused_and_new_lines_belong_to_paragraphs() {
        for control in ["a\u{1}b", "a\nb", "a\u{7f}b", "a\u{85}b"] {
            assert!(line(&NAME, &text(control)).is_err(), "{control:?}");
        }
        assert_eq!(paragraph(&BIO, &text("a\r\nb\n")).unwrap().as_str(), "a\nb");
        for control in ["a\rb", "a\tb", "a\u{7f}b"] {
            assert!(paragraph(&BIO, &text(control)).is_err(), "{control:?}");
        }
        assert!(paragraph(&BIO, &text(" ")).unwrap().is_empty());
    }
}
