//! The nine fields that the holder of an account may change, and a partial update of them.

use garde::Validate;

use super::fields;
use crate::{BrokenRule, Patch, Text, Violation, change::Value, field::Field};

/// The profile as stored: text that was never set is empty, never null (contract account, section 3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// See [`fields::NAME`].
    pub name: Text,
    /// See [`fields::AVATAR`].
    pub avatar: Text,
    /// See [`fields::PHONE`].
    pub phone: Text,
    /// See [`fields::ADDRESS`].
    pub address: Text,
    /// See [`fields::CITY`].
    pub city: Text,
    /// See [`fields::STATE`].
    pub state: Text,
    /// See [`fields::COUNTRY`].
    pub country: Text,
    /// See [`fields::ZIPCODE`].
    pub zipcode: Text,
    /// See [`fields::USER_COLOR`].
    pub user_color: Text,
}

/// A partial update of a [`Profile`]; `validate` reports every broken rule at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Validate)]
pub struct ProfilePatch {
    /// See [`fields::NAME`].
    #[garde(custom(fields::NAME.value()))]
    pub name: Patch<Text>,
    /// See [`fields::AVATAR`]; that it references a usable file is checked by the use case.
    #[garde(custom(fields::AVATAR.value()))]
    pub avatar: Patch<Text>,
    /// See [`fields::PHONE`].
    #[garde(custom(fields::PHONE.value()))]
    pub phone: Patch<Text>,
    /// See [`fields::ADDRESS`].
    #[garde(custom(fields::ADDRESS.value()))]
    pub address: Patch<Text>,
    /// See [`fields::CITY`].
    #[garde(custom(fields::CITY.value()))]
    pub city: Patch<Text>,
    /// See [`fields::STATE`].
    #[garde(custom(fields::STATE.value()))]
    pub state: Patch<Text>,
    /// See [`fields::COUNTRY`].
    #[garde(custom(fields::COUNTRY.value()))]
    pub country: Patch<Text>,
    /// See [`fields::ZIPCODE`].
    #[garde(custom(fields::ZIPCODE.value()))]
    pub zipcode: Patch<Text>,
    /// See [`fields::USER_COLOR`].
    #[garde(custom(fields::USER_COLOR.value()))]
    pub user_color: Patch<Text>,
}

impl Profile {
    /// Every field with its value.
    #[must_use]
    pub fn values(&self) -> [(Field, Value); 9] {
        let Self { name, avatar, phone, address, city, state, country, zipcode, user_color } = self;
        let text = |text: &Text| Value::Text(text.clone());
        [
            (fields::NAME, text(name)),
            (fields::AVATAR, text(avatar)),
            (fields::PHONE, text(phone)),
            (fields::ADDRESS, text(address)),
            (fields::CITY, text(city)),
            (fields::STATE, text(state)),
            (fields::COUNTRY, text(country)),
            (fields::ZIPCODE, text(zipcode)),
            (fields::USER_COLOR, text(user_color)),
        ]
    }
}

impl ProfilePatch {
    /// Whether no profile field is present; such an update is refused (contract account, section 4.1).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks every rule.
    ///
    /// # Errors
    /// Every broken rule, in catalogue order.
    ///
    /// # Examples
    /// ```
    /// use profile_domain::{Patch, Text, account::ProfilePatch};
    ///
    /// let city = Text::try_from("x".repeat(129)).unwrap();
    /// let patch = ProfilePatch { city: Patch::Value(city), ..ProfilePatch::default() };
    /// assert_eq!(patch.check().unwrap_err()[0].to_string(), "city is longer than 128 characters");
    /// ```
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        self.validate().map_err(|report| {
            BrokenRule::all_of(&report, &fields::PROFILE).into_iter().map(BrokenRule::in_words).collect()
        })
    }

    /// Writes the present fields over `profile`; a checked patch holds no null.
    pub fn apply_to(&self, profile: &mut Profile) {
        let Self { name, avatar, phone, address, city, state, country, zipcode, user_color } = self;
        name.write_to(&mut profile.name);
        avatar.write_to(&mut profile.avatar);
        phone.write_to(&mut profile.phone);
        address.write_to(&mut profile.address);
        city.write_to(&mut profile.city);
        state.write_to(&mut profile.state);
        country.write_to(&mut profile.country);
        zipcode.write_to(&mut profile.zipcode);
        user_color.write_to(&mut profile.user_color);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(characters: impl Into<String>) -> Patch<Text> {
        Patch::Value(Text::try_from(characters.into()).unwrap())
    }

    /// A patch with the same value in every field.
    fn everywhere(value: &Patch<Text>) -> ProfilePatch {
        ProfilePatch {
            name: value.clone(),
            avatar: value.clone(),
            phone: value.clone(),
            address: value.clone(),
            city: value.clone(),
            state: value.clone(),
            country: value.clone(),
            zipcode: value.clone(),
            user_color: value.clone(),
        }
    }

    #[test]
    fn each_limit_holds_at_and_one_over() {
        for field in fields::PROFILE {
            for character in ["a", "é", "\u{1F600}"] {
                let at = everywhere(&text(character.repeat(field.max_chars().unwrap()))).check();
                let over = everywhere(&text(character.repeat(field.max_chars().unwrap() + 1))).check();
                let named = |result: Result<(), Vec<Violation>>| {
                    result.err().unwrap_or_default().into_iter().any(|broken| broken.field == field.name)
                };
                assert!(!named(at), "{} at its limit", field.name);
                assert!(named(over), "{} over its limit", field.name);
            }
        }
    }

    #[test]
    fn every_broken_rule_is_reported_at_once_and_null_is_one() {
        let broken = everywhere(&Patch::Null).check().unwrap_err();
        assert_eq!(broken.len(), 9);
        assert_eq!(broken[0].to_string(), "name must be a string");
        let long = ProfilePatch { name: text("x".repeat(129)), ..ProfilePatch::default() };
        assert_eq!(long.check().unwrap_err()[0].to_string(), "name is longer than 128 characters");
    }

    #[test]
    fn an_empty_string_counts_as_present() {
        assert!(ProfilePatch::default().is_empty());
        assert!(!ProfilePatch { city: text(""), ..ProfilePatch::default() }.is_empty());
    }

    fn any_patch() -> impl Strategy<Value = ProfilePatch> {
        proptest::collection::vec(proptest::option::of("[^\0]{0,40}"), 9).prop_map(|values| {
            let mut values = values.into_iter().map(|value| value.map_or(Patch::Absent, text));
            let mut next = || values.next().unwrap();
            ProfilePatch {
                name: next(),
                avatar: next(),
                phone: next(),
                address: next(),
                city: next(),
                state: next(),
                country: next(),
                zipcode: next(),
                user_color: next(),
            }
        })
    }

    proptest! {
        #[test]
        fn applying_twice_is_applying_once(patch in any_patch()) {
            let mut once = Profile::default();
            patch.apply_to(&mut once);
            let mut twice = once.clone();
            patch.apply_to(&mut twice);
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn absent_fields_keep_their_value(first in any_patch(), second in any_patch()) {
            let mut profile = Profile::default();
            first.apply_to(&mut profile);
            let before = profile.clone();
            second.apply_to(&mut profile);
            if second.city.is_absent() {
                prop_assert_eq!(profile.city, before.city);
            } else {
                prop_assert_eq!(Some(&profile.city), second.city.value());
            }
        }
    }
}
