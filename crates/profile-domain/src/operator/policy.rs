//! Which role may do what (operator API page, section 2): deny by default.

use super::{Role, Rule};
use crate::{
    catalogue::{Entry, catalogue},
    change::RecordKind,
    field::{Class, Write},
};

/// Checks whether `role` sees the value of a field; one that is sensitive only when it is revealed.
///
/// # Errors
/// The rule that denies it.
pub fn check_read(role: Role, entry: &Entry, reveal: bool) -> Result<(), Rule> {
    if entry.field.write_only {
        return Err(Rule::FieldWriteOnly);
    }
    match entry.field.class {
        Class::Public => Ok(()),
        Class::Personal => Rule::ReadPersonal.check(role),
        Class::Sensitive if reveal => Rule::RevealSensitive.check(role),
        Class::Sensitive => Err(Rule::RevealSensitive),
    }
}

/// Checks whether `role` writes a field of a record, `creating` it or later.
///
/// # Errors
/// The first rule that denies it, in the order of [`Rule`].
pub fn check_write(role: Role, kind: RecordKind, entry: &Entry, creating: bool) -> Result<(), Rule> {
    check_kind(kind)?;
    let field = &entry.field;
    if field.write == Write::Never || (field.write == Write::AtCreation && !creating) {
        return Err(Rule::FieldReadOnly);
    }
    Rule::Write.check(role)?;
    if field.write == Write::Grant {
        Rule::WriteGrants.check(role)?;
    }
    if field.class == Class::Sensitive {
        Rule::WriteSensitive.check(role)?;
    }
    Ok(())
}

/// Checks whether `role` ends a record: it needs the right for every field of the kind that anybody writes.
///
/// # Errors
/// The first rule that denies it.
pub fn check_end(role: Role, kind: RecordKind) -> Result<(), Rule> {
    check_kind(kind)?;
    let writable = catalogue(kind).iter().filter(|entry| entry.field.write != Write::Never);
    let denied = writable.filter_map(|entry| check_write(role, kind, entry, true).err()).min();
    denied.map_or_else(|| Rule::Write.check(role), Err)
}

/// Checks whether records of a kind are written here at all.
///
/// # Errors
/// They are not.
pub const fn check_kind(kind: RecordKind) -> Result<(), Rule> {
    match kind {
        RecordKind::Upload => Err(Rule::KindReadOnly),
        _ => Ok(()),
    }
}

/// Returns the lowest role that writes a field when its record is made; `None` where nobody does.
#[must_use]
pub fn lowest_writer(kind: RecordKind, entry: &Entry) -> Option<Role> {
    Role::ALL.into_iter().find(|role| check_write(*role, kind, entry, true).is_ok())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write as _};

    use super::*;
    use crate::field::Field;

    fn cell(outcome: Result<(), Rule>) -> &'static str {
        outcome.map_or_else(Rule::name, |()| "yes")
    }

    /// What the policy looks at in a field, in words.
    fn class_of(field: &Field) -> String {
        let only = if field.write_only { ", write-only" } else { "" };
        format!("{:?}{only}, written: {:?}", field.class, field.write).to_lowercase()
    }

    /// A line for each cell, so that a change of the policy is seen in review.
    #[test]
    fn matrix_of_roles_operations_and_classes() {
        let mut fields = BTreeMap::new();
        for kind in RecordKind::ALL {
            for entry in catalogue(kind).iter().filter(|_| check_kind(kind).is_ok()) {
                fields.entry(class_of(&entry.field)).or_insert((kind, entry));
            }
        }
        let mut page = String::new();
        let mut line = |operation: &str, of: &dyn Fn(Role) -> Result<(), Rule>| {
            let cells = Role::ALL.map(|role| format!("{}: {}", role.name(), cell(of(role))));
            writeln!(page, "{operation}\n  {}", cells.join(", ")).unwrap();
        };
        for (class, (kind, entry)) in fields {
            line(&format!("read {class}"), &|role| check_read(role, entry, false));
            line(&format!("reveal {class}"), &|role| check_read(role, entry, true));
            line(&format!("create {class}"), &|role| check_write(role, kind, entry, true));
            line(&format!("write {class}"), &|role| check_write(role, kind, entry, false));
        }
        for kind in RecordKind::ALL {
            line(&format!("end {}", kind.name()), &|role| check_end(role, kind));
        }
        for rule in Rule::OF_ROLES {
            line(rule.name(), &|role| rule.check(role));
        }
        insta::assert_snapshot!(page);
    }
}
