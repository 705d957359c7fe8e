//! What a member may change of the own record, and the rules of the values (contract tenant, sections 4.1 and 4.4).

use chrono::{DateTime, Utc};

use super::{Member, fields};
use crate::{
    Text,
    email::{self, EmailFault},
    field::Field,
    letters::has_visible,
};

/// What is wrong with a member of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Nothing that a reader sees.
    Blank,
    /// Over the field's limit.
    TooLong,
    /// Control characters in a name.
    Characters,
    /// No e-mail address.
    Email,
}

/// A member of the request that breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberFault {
    /// Which one.
    pub field: &'static str,
    /// Why.
    pub problem: Problem,
}

/// What a request says about the own record; what it leaves out, or says is null, stays. It has no `Debug`, as it carries a
/// password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MemberPatch {
    /// The language's number.
    pub language_id: Option<i32>,
    /// The new address.
    pub email: Option<String>,
    /// The new given name.
    pub given_name: Option<String>,
    /// The new family name.
    pub family_name: Option<String>,
    /// The new preference.
    pub display_absolute_time: Option<bool>,
    /// The current password; looked at only where the address changes.
    pub password: Option<String>,
}

impl MemberPatch {
    /// Every broken rule of the values themselves, in the documented order.
    #[must_use]
    pub fn faults(&self) -> Vec<MemberFault> {
        let fault = |field: Field, problem: Option<Problem>| {
            problem.map(|problem| MemberFault { field: field.name, problem })
        };
        let given =
            |value: &Option<String>, check: fn(&str) -> Option<Problem>| value.as_deref().and_then(check);
        let password = self.password.as_deref().filter(|_| self.email.is_some());
        [
            fault(fields::EMAIL, given(&self.email, email_problem)),
            fault(fields::GIVEN_NAME, given(&self.given_name, given_name_problem)),
            fault(fields::FAMILY_NAME, given(&self.family_name, family_name_problem)),
            fault(
                fields::PASSWORD_VALIDATION,
                password
                    .filter(|text| is_longer(text, &fields::PASSWORD_VALIDATION))
                    .map(|_| Problem::TooLong),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
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
    /// have no [`faults`](Self::faults).
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

fn is_longer(text: &str, field: &Field) -> bool {
    text.chars().count() > field.max_chars
}

fn name_problem(field: &Field, name: &str) -> Option<Problem> {
    let name = name.trim();
    if is_longer(name, field) {
        return Some(Problem::TooLong);
    }
    if name.chars().any(char::is_control) {
        return Some(Problem::Characters);
    }
    (!has_visible(name)).then_some(Problem::Blank)
}

fn given_name_problem(name: &str) -> Option<Problem> {
    name_problem(&fields::GIVEN_NAME, name)
}

/// White space alone is no family name, which may be missing; invisible characters alone are refused.
fn family_name_problem(name: &str) -> Option<Problem> {
    if name.trim().is_empty() { None } else { name_problem(&fields::FAMILY_NAME, name) }
}

fn email_problem(email: &str) -> Option<Problem> {
    email::check(email).err().map(|fault| match fault {
        EmailFault::Blank => Problem::Blank,
        EmailFault::TooLong => Problem::TooLong,
        EmailFault::Malformed => Problem::Email,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(patch: &MemberPatch) -> Vec<Problem> {
        patch.faults().into_iter().map(|fault| fault.problem).collect()
    }

    fn email(text: &str) -> MemberPatch {
        MemberPatch { email: Some(text.to_owned()), ..MemberPatch::default() }
    }

    #[test]
    fn addresses() {
        for fine in ["mira.solberg@example.test", " a@b.c ", "aaa..bbb@docomo.ne.jp"] {
            assert_eq!(problems(&email(fine)), [], "{fine}");
        }
        for wrong in ["x", "a@b", "@c.de", &format!("{}@c.de", "a".repeat(65))] {
            assert_eq!(problems(&email(wrong)), [Problem::Email], "{wrong}");
        }
        assert_eq!(problems(&email("  ")), [Problem::Blank]);
        assert_eq!(problems(&email(&format!("a@{}.de", "b".repeat(250)))), [Problem::TooLong]);
    }

    #[test]
    fn names() {
        let given = |name: &str| MemberPatch { given_name: Some(name.to_owned()), ..MemberPatch::default() };
        let family =
            |name: &str| MemberPatch { family_name: Some(name.to_owned()), ..MemberPatch::default() };
        assert_eq!(problems(&given(" \t")), [Problem::Blank]);
        assert_eq!(problems(&family(" ")), []);
        assert_eq!(problems(&given(&format!(" {} ", "é".repeat(100)))), []);
        assert_eq!(problems(&given(&"é".repeat(101))), [Problem::TooLong]);
        assert_eq!(problems(&family("a\0b")), [Problem::Characters]);
        assert_eq!(problems(&given("<script>'\"; SELECT")), []);
        for invisible in
            ["\u{3164}", "\u{115f}\u{ffa0}", "\u{200b}\u{2060}", "\u{2800}", "\u{e0041}", "\u{301}"]
        {
            assert_eq!(problems(&given(invisible)), [Problem::Blank], "{invisible:?}");
            assert_eq!(problems(&family(invisible)), [Problem::Blank], "{invisible:?}");
        }
        assert_eq!(problems(&given("\u{1}")), [Problem::Characters]);
    }

    #[test]
    fn the_password_counts_only_beside_an_address() {
        let long = Some("x".repeat(257));
        assert_eq!(problems(&MemberPatch { password: long.clone(), ..MemberPatch::default() }), []);
        assert_eq!(problems(&MemberPatch { password: long, ..email("a@b.cd") }), [Problem::TooLong]);
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
