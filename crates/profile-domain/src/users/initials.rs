//! The letters of a placeholder picture: the first grapheme of the first two words of a name.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::letters;

/// Most words that give a letter.
const WORDS: usize = 2;
/// Most characters that are kept of one grapheme; a family of emoji has eleven.
const GRAPHEME_CHARS: usize = 16;

/// At most two graphemes of letters, digits, marks and emoji: nothing that means anything in a markup language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initials(String);

impl Initials {
    /// Returns the initials of `name`, which are empty where it has no letter, digit or emoji.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(name.split(|character| !is_part_of_word(character)).filter_map(initial).take(WORDS).collect())
    }

    /// Reads initials that were written by [`as_str`](Self::as_str); `None` for every other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.graphemes(true).count() <= WORDS
            && text.chars().count() <= WORDS * GRAPHEME_CHARS
            && text.chars().all(|character| is_part_of_word(character) && !is_apostrophe(character));
        fits.then(|| Self(text.to_owned()))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first grapheme of a word, in capitals.
fn initial(word: &str) -> Option<String> {
    let word = word.trim_start_matches(|character| {
        is_apostrophe(character) || is_emoji_part(character) || !letters::is_visible(character)
    });
    let first = word.graphemes(true).next()?.to_uppercase();
    // One letter may have several capitals, of which the first is enough.
    Some(first.graphemes(true).next()?.chars().take(GRAPHEME_CHARS).collect())
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric()
        || letters::is_mark(character)
        || letters::is_other_symbol(character)
        || is_apostrophe(character)
        || is_emoji_part(character)
}

const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}

/// Joiners, skin tones and tags, which belong to the character before them.
const fn is_emoji_part(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_word_gives_its_first_grapheme() {
        for (name, initials) in [
            ("Nora Vale", "NV"),
            ("nora-vale", "NV"),
            ("Nora Middle Vale", "NM"),
            ("Élodie", "É"),
            ("E\u{301}cole", "E\u{301}"),
            ("e\u{301}cole", "E\u{301}"),
            ("नमस्ते", "न"),
            ("क्षितिज मोहन", "क्षिमो"),
            ("Nguye\u{302}\u{303}n", "N"),
            ("Nguye\u{302}\u{303}n A\u{306}n", "NA\u{306}"),
            ("สมชาย ใจดี", "สใ"),
            ("李小龍", "李"),
            ("👩\u{200d}🚀 Astro", "👩\u{200d}🚀A"),
            ("👍🏽", "👍🏽"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            ),
            ("🇫🇷", "🇫🇷"),
            ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("O'Neill", "O"),
            ("'t Hooft", "TH"),
            ("\u{3164}Kim", "K"),
            ("\u{200d}\u{301}b", "B"),
            ("ßtraße", "S"),
            ("ﬁsh", "F"),
            ("<script>&\"", "S"),
            ("(Bob) «Ann»", "BA"),
            ("--- ...", ""),
            ("", ""),
        ] {
            assert_eq!(Initials::of(name).as_str(), initials, "{name:?}");
        }
        let heap = format!("a{}", "\u{301}".repeat(1000));
        assert_eq!(Initials::of(&heap).as_str().chars().count(), GRAPHEME_CHARS);
    }

    proptest! {
        #[test]
        fn initials_are_read_back_and_hold_no_markup(name in "\\PC{0,30}") {
            let initials = Initials::of(&name);
            prop_assert_eq!(Initials::parse(initials.as_str()), Some(initials.clone()));
            prop_assert!(!initials.as_str().contains(['<', '>', '&', '"', '\'']));
        }
    }

    #[test]
    fn other_texts_are_no_initials() {
        for text in ["ABC", "<", "a<", "&", "'", "\"", " ", "A B", "\n", "\u{202e}", &"\u{301}".repeat(40)] {
            assert_eq!(Initials::parse(text), None, "{text:?}");
        }
    }
}
