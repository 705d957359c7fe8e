//! What a reader can see of a text, by the properties of the Unicode Character Database, which `icu_properties` carries.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup as Group, NoncharacterCodePoint,
    },
};

/// Characters that are blank on the screen although their properties do not say so: the empty Braille pattern, the object
/// replacement character, the blanks of Egyptian hieroglyphs, and the empty note head.
const BLANK: [char; 5] = ['\u{2800}', '\u{FFFC}', '\u{13441}', '\u{13442}', '\u{1D159}'];

fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

fn is_in(group: Group, character: char) -> bool {
    group.contains(category(character))
}

/// Whether `character` is a letter in the sense of the general category L.
pub(crate) fn is_letter(character: char) -> bool {
    is_in(Group::Letter, character)
}

/// Whether `character` is a mark in the sense of the general category M.
pub(crate) fn is_mark(character: char) -> bool {
    is_in(Group::Mark, character)
}

/// Whether `character` is a symbol that is no sign of mathematics or money: an emoji, for example.
pub(crate) fn is_other_symbol(character: char) -> bool {
    category(character) == GeneralCategory::OtherSymbol
}

/// Whether a reader sees `character` by itself: no space, control, format character, mark, filler or variation selector.
pub(crate) fn is_visible(character: char) -> bool {
    let hidden = Group::Separator.union(Group::Mark).union(Group::Control).union(Group::Format);
    !is_in(hidden, character)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        && !CodePointSetData::new::<NoncharacterCodePoint>().contains(character)
        && !BLANK.contains(&character)
}

/// Whether a reader sees anything of `text`: at least one character that is visible by itself.
#[must_use]
pub fn has_visible(text: &str) -> bool {
    text.chars().any(is_visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_no_name() {
        let invisible = [
            '\0',
            '\t',
            '\n',
            ' ',
            '\u{7f}',
            '\u{85}',
            '\u{a0}',
            '\u{ad}',
            '\u{34f}',
            '\u{301}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{1680}',
            '\u{17b4}',
            '\u{17b5}',
            '\u{180b}',
            '\u{180e}',
            '\u{2000}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2060}',
            '\u{2064}',
            '\u{2065}',
            '\u{2800}',
            '\u{3000}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{fffc}',
            '\u{ffff}',
            '\u{13441}',
            '\u{1bca0}',
            '\u{1d159}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e0100}',
            '\u{e0fff}',
        ];
        for character in invisible {
            assert!(!is_visible(character), "U+{:04X}", u32::from(character));
        }
        let all: String = invisible.iter().collect();
        assert!(!has_visible(&all) && !has_visible(""));
        assert!(has_visible(&format!("{all}a")));
    }

    #[test]
    fn what_anybody_sees_is_one() {
        for text in [
            "a",
            "é",
            "e\u{301}",
            "李",
            "한",
            "ᄒ",
            "न",
            "ก",
            "ა",
            "1",
            "-",
            "<",
            "🙂",
            "👩\u{200d}🚀",
            "🇫🇷",
            "ﷺ",
            "\u{fffd}",
            "\u{f8ff}",
            "\u{3a2}",
        ] {
            assert!(has_visible(text), "{text:?}");
        }
    }
}
