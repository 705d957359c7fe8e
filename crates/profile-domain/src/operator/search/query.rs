//! What a text asks for when people are searched.

use std::collections::BTreeSet;

use super::{Form, Name, Term, forms};
use crate::{PersonId, search::folded};

/// Fewest digits of a text that is read as a phone.
const MIN_PHONE_DIGITS: usize = 5;
/// What a phone is written with beside digits.
const PHONE_MARKS: [char; 7] = [' ', '+', '-', '.', '(', ')', '/'];

/// A phone that is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneQuery {
    /// All its digits.
    pub digits: String,
    /// The same without leading zeros.
    pub significant: String,
    /// What [`Term::term`] of every phone equals that may be the same.
    pub term: String,
}

/// A text by which people are searched, in every form in which something may equal it.
///
/// # Examples
/// ```
/// use profile_domain::operator::search::PersonQuery;
///
/// let query = PersonQuery::of("Lind ZØ");
/// assert_eq!(query.words, ["lind", "zo"]);
/// assert_eq!(query.identifier, "lind zø");
/// assert!(PersonQuery::of("z").words.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonQuery {
    /// As it is: what a key must equal. Empty finds no key, and no identifier.
    pub key: String,
    /// Folded: what an identifier must equal.
    pub identifier: String,
    /// The phone that it is, if it is one.
    pub phone: Option<PhoneQuery>,
    /// Its words in the form of names, of which each must be a part of a name of one record; none if it finds no name.
    pub words: Vec<String>,
}

impl PersonQuery {
    /// Most characters of a text, as it was typed (operator API page, section 8).
    pub const MAX_CHARS: usize = 200;

    /// Returns what a text asks for. One with NUL, which nothing stored has, asks for nothing.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = if text.contains('\0') { "" } else { text };
        Self {
            key: text.to_owned(),
            identifier: folded(text),
            phone: PhoneQuery::of(text),
            words: words(text).unwrap_or_default(),
        }
    }

    /// Returns the person whose id the text is.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        let id: uuid::Uuid = self.identifier.parse().ok()?;
        (id.to_string() == self.identifier).then_some(PersonId(id))
    }

    /// Returns the pieces that every name has in which all words are.
    #[must_use]
    pub fn grams(&self) -> BTreeSet<String> {
        self.words.iter().flat_map(|word| forms::grams_of_word(word)).collect()
    }

    /// Returns whether the text equals an identifier, and whether it does exactly.
    #[must_use]
    pub fn equals(&self, term: &Term) -> Option<bool> {
        match term.form {
            Form::Key => (term.term == self.key).then_some(true),
            Form::Identifier => (term.term == self.identifier).then_some(true),
            Form::Phone => self.phone.as_ref()?.equals(&term.digits),
        }
    }

    /// Returns the names of one record that contain a word of the text; none unless each word is in one of them.
    #[must_use]
    pub fn within<'a>(&self, names: &'a [Name]) -> Vec<&'a Name> {
        let is_in = |word: &String| names.iter().any(|name| name.name.contains(word.as_str()));
        if self.words.is_empty() || !self.words.iter().all(is_in) {
            return Vec::new();
        }
        let has_any = |name: &&Name| self.words.iter().any(|word| name.name.contains(word.as_str()));
        names.iter().filter(has_any).collect()
    }
}

/// Returns the words of a text in the form of names; `None` if one of them is too short.
fn words(text: &str) -> Option<Vec<String>> {
    let read = |word: &str| {
        let form = forms::name(word);
        // Both as it was typed and without accents: one letter is no part of a name.
        let is_long = |word: &str| word.chars().nth(forms::MIN_WORD - 1).is_some();
        (is_long(word) && is_long(&form)).then_some(form)
    };
    text.split_whitespace().map(read).collect()
}

impl PhoneQuery {
    fn of(text: &str) -> Option<Self> {
        let is_phone = text.chars().all(|letter| letter.is_ascii_digit() || PHONE_MARKS.contains(&letter));
        let digits = forms::digits(text);
        if !is_phone || digits.len() < MIN_PHONE_DIGITS {
            return None;
        }
        let significant = digits.trim_start_matches('0').to_owned();
        Some(Self { term: forms::phone_end(&digits), significant, digits })
    }

    /// Returns whether a phone of these digits is the same, and whether it is exactly.
    fn equals(&self, digits: &str) -> Option<bool> {
        if *digits == self.digits {
            return Some(true);
        }
        let (one, other) = (digits.trim_start_matches('0'), self.significant.as_str());
        let is_long = one.len().min(other.len()) >= forms::PHONE_END;
        (is_long && (one.ends_with(other) || other.ends_with(one))).then_some(false)
    }
}
