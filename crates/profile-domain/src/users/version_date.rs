//! The dated versions of the contract, and which shape of a user each one has (contract users, section 2).

/// A shape of the user object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The six keys of the beginning.
    V2025_01_01,
    /// With verification, balances and a picture that is always there.
    V2026_06_08,
    /// With the balance object.
    V2026_07_08,
    /// With e-mail, banner and social accounts.
    V2026_07_22,
    /// With trading.
    V2026_09_23,
    /// With partner fields, and cards from a date within.
    V2026_10_08,
    /// With social links, level and balances in one.
    V2026_10_13,
}

/// The first date of each family, oldest first; a new shape is one more line.
const FAMILIES: [(Family, &str); 7] = [
    (Family::V2025_01_01, "2025-01-01"),
    (Family::V2026_06_08, "2026-06-08"),
    (Family::V2026_07_08, "2026-07-08"),
    (Family::V2026_07_22, "2026-07-22"),
    (Family::V2026_09_23, "2026-09-23"),
    (Family::V2026_10_08, "2026-10-08"),
    (Family::V2026_10_13, "2026-10-13-1"),
];

/// Every accepted value, oldest first; a new date is one more word.
const DATES: [&str; 70] = [
    "2025-01-01",
    "2026-06-08",
    "2026-06-09",
    "2026-06-20",
    "2026-07-01",
    "2026-07-08",
    "2026-07-08-1",
    "2026-07-18",
    "2026-07-20",
    "2026-07-22",
    "2026-07-23",
    "2026-07-25",
    "2026-07-26",
    "2026-07-27",
    "2026-07-29",
    "2026-07-29-1",
    "2026-07-31",
    "2026-08-03",
    "2026-08-05",
    "2026-08-05-1",
    "2026-08-10",
    "2026-08-12",
    "2026-08-13",
    "2026-08-14",
    "2026-08-21",
    "2026-08-21-1",
    "2026-08-25",
    "2026-08-25-1",
    "2026-08-25-2",
    "2026-08-31",
    "2026-09-02",
    "2026-09-02-1",
    "2026-09-02-2",
    "2026-09-04",
    "2026-09-06",
    "2026-09-09",
    "2026-09-09-1",
    "2026-09-11",
    "2026-09-11-1",
    "2026-09-13",
    "2026-09-15",
    "2026-09-22",
    "2026-09-22-1",
    "2026-09-22-2",
    "2026-09-22-3",
    "2026-09-22-4",
    "2026-09-23",
    "2026-09-24",
    "2026-09-24-1",
    "2026-09-25",
    "2026-09-28",
    "2026-09-29",
    "2026-10-05",
    "2026-10-05-1",
    "2026-10-06",
    "2026-10-06-1",
    "2026-10-06-2",
    "2026-10-07",
    "2026-10-07-1",
    "2026-10-07-2",
    "2026-10-08",
    "2026-10-09",
    "2026-10-09-1",
    "2026-10-09-2",
    "2026-10-13",
    "2026-10-13-1",
    "2026-10-14",
    "2026-10-14-1",
    "2026-10-15",
    "2026-10-15-1",
];

/// One accepted value: a token of the list, not a calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionDate(usize);

/// The text is none of the accepted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Unknown Api-Version-Date. Supported versions: {}", DATES.join(", "))]
pub struct UnknownVersion;

impl VersionDate {
    /// What counts where nobody has said otherwise.
    pub const OLDEST: Self = Self(0);
    /// What a key that is made today is pinned to.
    pub const NEWEST: Self = Self(DATES.len() - 1);

    /// The value as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        DATES.get(self.0).copied().unwrap_or_default()
    }

    /// The shape that a user has at this date.
    #[must_use]
    pub fn family(self) -> Family {
        let begun =
            FAMILIES.iter().rev().find(|(_, first)| Self::try_from(*first).is_ok_and(|first| first <= self));
        begun.map_or(Family::V2025_01_01, |(family, _)| *family)
    }

    /// Returns whether this date is `first` or a later one; `first` must be an accepted value.
    ///
    /// # Examples
    /// ```
    /// use profile_domain::users::VersionDate;
    ///
    /// let version = VersionDate::try_from("2026-07-08-1").unwrap();
    /// assert!(version.is_since("2026-07-08") && !version.is_since("2026-07-22"));
    /// assert!(VersionDate::try_from("2026-07-09").is_err());
    /// ```
    #[must_use]
    pub fn is_since(self, first: &str) -> bool {
        Self::try_from(first).is_ok_and(|first| first <= self)
    }
}

impl TryFrom<&str> for VersionDate {
    type Error = UnknownVersion;

    fn try_from(text: &str) -> Result<Self, UnknownVersion> {
        DATES.iter().position(|date| *date == text).map(Self).ok_or(UnknownVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(text: &str) -> Family {
        VersionDate::try_from(text).unwrap().family()
    }

    #[test]
    fn every_date_is_accepted_exactly() {
        for date in DATES {
            assert_eq!(VersionDate::try_from(date).unwrap().as_str(), date);
        }
        for unknown in ["1999-01-01", "2026-06-10", "2026-6-9", "latest", "", " 2026-06-09", "2026-10-15-2"] {
            assert_eq!(VersionDate::try_from(unknown), Err(UnknownVersion), "{unknown}");
        }
        let message = UnknownVersion.to_string();
        assert!(
            message.ends_with("2026-10-15, 2026-10-15-1") && message.matches(", ").count() == 69,
            "{message}"
        );
    }

    #[test]
    fn families_begin_and_end_as_in_the_table() {
        for (first, last, expected) in [
            ("2025-01-01", "2025-01-01", Family::V2025_01_01),
            ("2026-06-08", "2026-07-01", Family::V2026_06_08),
            ("2026-07-08", "2026-07-20", Family::V2026_07_08),
            ("2026-07-22", "2026-09-22-4", Family::V2026_07_22),
            ("2026-09-23", "2026-10-07-2", Family::V2026_09_23),
            ("2026-10-08", "2026-10-13", Family::V2026_10_08),
            ("2026-10-13-1", "2026-10-15-1", Family::V2026_10_13),
        ] {
            assert_eq!((family(first), family(last)), (expected, expected));
        }
        assert_eq!(VersionDate::NEWEST.as_str(), "2026-10-15-1");
        assert_eq!(VersionDate::OLDEST.as_str(), "2025-01-01");
    }
}
