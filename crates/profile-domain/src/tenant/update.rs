//! What a member may change of the own record, and the rules of the values (contract tenant, sections 4.1 and 4.4).

use chrono::{DateTime, Utc};

use garde::Validate;

use super::{Member, fields};
use crate::{BrokenRule, Text, field::Field, rule::Fault};

/// The order in which the values of an update are checked.
const CHECKED: [Field; 4] =
    [fields::EMAIL, fields::GIVEN_NAME, fields::FAMILY_NAME, fields::PASSWORD_VALIDATION];

/// What a request says about the own record; what it leaves out, or says is null, stays. It has no `Debug`, as it carries a
/// password.
#[derive(Clone, Default, PartialEq, Eq, Validate)]
pub struct MemberPatch {
    /// The language's number.
    #[garde(skip)]
    pub language_id: Option<i32>,
    /// The new address.
    #[garde(custom(fields::EMAIL.optional()))]
    pub email: Option<String>,
    /// The new given name.
    #[garde(custom(fields::GIVEN_NAME.optional()))]
    pub given_name: Option<String>,
    /// The new family name.
    #[garde(custom(fields::FAMILY_NAME.optional()))]
    pub family_name: Option<String>,
    /// The new preference.
    #[garde(skip)]
    pub display_absolute_time: Option<bool>,
    /// The current password; read only where the address changes.
    #[garde(if(cond = self.email.is_some(), custom(is_short_enough)))]
    pub password_validation: Option<String>,
}

/// A password is never stored as it is, so only its length counts.
#[allow(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "garde passes what it checks by reference"
)]
fn is_short_enough(password: &Option<String>, _: &()) -> garde::Result {
    let length = password.as_ref().map(|text| text.chars().count());
    if length > fields::PASSWORD_VALIDATION.max_chars() { Err(Fault::TooLong.into()) } else { Ok(()) }
}

impl MemberPatch {
    /// Returns every broken rule of the values themselves, in the documented order.
    #[must_use]
    pub fn broken_rules(&self) -> Vec<BrokenRule> {
        self.validate().err().map_or_else(Vec::new, |report| BrokenRule::all_of(&report, &CHECKED))
    }

    /// The new address, if it is another one than the member has: not only in white space or letter case.
    #[must_use]
    pub fn new_email(&self, member: &Member) -> Option<&str> {
        let email = self.email.as_deref()?.trim();
        let same = Member::email_key_of(email) == Member::email_key_of(member.email.as_str());
        (!same).then_some(email)
    }

    /// Whether anything would be applied; a password or an address that stays is nothing.
    fn applies_to(&self, member: &Member) -> bool {
        self.language_id.is_some()
            || self.given_name.is_some()
            || self.family_name.is_some()
            || self.display_absolute_time.is_some()
            || self.new_email(member).is_some()
    }

    /// The next version of `member`, changed by itself at `now`; the same version if nothing is applied. The values must
    /// have no [`broken_rules`](Self::broken_rules).
    #[must_use]
    pub fn applied_to(&self, member: &Member, now: DateTime<Utc>) -> Member {
        let mut next = member.clone();
        if !self.applies_to(member) {
            return next;
        }
        let text = |value: &str| Text::try_from(value.trim()).ok();
        if let Some(email) = self.new_email(member).and_then(text) {
            next.email = email;
        }
        if let Some(name) = self.given_name.as_deref().and_then(text) {
            next.given_name = name;
        }
        if let Some(name) = self.family_name.as_deref().and_then(text) {
            next.family_name = name;
        }
        next.language_id = self.language_id.or(member.language_id);
        next.display_absolute_time = self.display_absolute_time.unwrap_or(member.display_absolute_time);
        // A clock that is behind the one of the last change takes nothing back.
        next.last_updated = now.max(member.last_updated);
        next.last_updated_by = Some(member.id);
        next.version += 1;
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(patch: &MemberPatch) -> Vec<Fault> {
        patch.broken_rules().into_iter().map(|broken| broken.fault).collect()
    }

    fn email(text: &str) -> MemberPatch {
        MemberPatch { email: Some(text.to_owned()), ..MemberPatch::default() }
    }

    #[test]
    fn addresses() {
        for fine in ["mira.solberg@example.test", " a@b.c ", "aaa..bbb@docomo.ne.jp"] {
            assert_eq!(faults(&email(fine)), [], "{fine}");
        }
        for wrong in ["x", "a@b", "@c.de", &format!("{}@c.de", "a".repeat(65))] {
            assert_eq!(faults(&email(wrong)), [Fault::Malformed], "{wrong}");
        }
        assert_eq!(faults(&email("  ")), [Fault::Blank]);
        assert_eq!(faults(&email(&format!("a@{}.de", "b".repeat(250)))), [Fault::TooLong]);
    }

    #[test]
    fn names() {
        let given = |name: &str| MemberPatch { given_name: Some(name.to_owned()), ..MemberPatch::default() };
        let family =
            |name: &str| MemberPatch { family_name: Some(name.to_owned()), ..MemberPatch::default() };
        assert_eq!(faults(&given(" \t")), [Fault::Invisible]);
        assert_eq!(faults(&family(" ")), []);
        assert_eq!(faults(&given(&format!(" {} ", "é".repeat(100)))), []);
        assert_eq!(faults(&given(&"é".repeat(101))), [Fault::TooLong]);
        assert_eq!(faults(&family("a\0b")), [Fault::ControlCharacter]);
        assert_eq!(faults(&given("<script>'\"; SELECT")), []);
        for invisible in
            ["\u{3164}", "\u{115f}\u{ffa0}", "\u{200b}\u{2060}", "\u{2800}", "\u{e0041}", "\u{301}"]
        {
            assert_eq!(faults(&given(invisible)), [Fault::Invisible], "{invisible:?}");
            assert_eq!(faults(&family(invisible)), [Fault::Invisible], "{invisible:?}");
        }
        assert_eq!(faults(&given("\u{1}")), [Fault::ControlCharacter]);
    }

    #[test]
    fn the_password_counts_only_beside_an_address() {
        let long = Some("x".repeat(257));
        assert_eq!(faults(&MemberPatch { password_validation: long.clone(), ..MemberPatch::default() }), []);
        assert_eq!(faults(&MemberPatch { password_validation: long, ..email("a@b.cd") }), [Fault::TooLong]);
    }

    #[test]
    fn the_time_of_an_update_never_goes_back() {
        let text = |text: &str| Text::try_from(text).unwrap();
        let last = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let member = Member {
            id: 1,
            person: crate::PersonId(uuid::Uuid::nil()),
            version: 1,
            email: text("a@b.cd"),
            given_name: text("Mira"),
            family_name: text(""),
            language_id: None,
            display_absolute_time: false,
            profile_pic: None,
            admin_roles: Vec::new(),
            permissions: Vec::new(),
            is_deleted: false,
            created: last,
            created_by: None,
            last_updated: last,
            last_updated_by: None,
            password_hash: None,
        };
        let patch = MemberPatch { display_absolute_time: Some(true), ..MemberPatch::default() };
        let second = chrono::TimeDelta::seconds(1);
        assert_eq!(patch.applied_to(&member, last + second).last_updated, last + second);
        assert_eq!(patch.applied_to(&member, last - second).last_updated, last);
    }
}
