//! Which changes a follower of the log is told of (operator API page, section 9).

use std::collections::BTreeSet;

use super::{OperatorKeyId, capabilities::ContractActor};
use crate::{
    catalogue::catalogue,
    change::{ChangeRecord, RecordKind},
};

/// Selects changes by their kind, their fields and their actor; an empty set selects by nothing.
///
/// # Examples
/// ```
/// use profile_domain::{change::RecordKind, operator::ChangeFilter};
///
/// let filter = ChangeFilter { kinds: [RecordKind::Client].into(), ..ChangeFilter::default() };
/// assert!(ChangeFilter::default().is_empty() && !filter.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ChangeFilter {
    /// Changes of records of these kinds.
    pub kinds: BTreeSet<RecordKind>,
    /// Changes that touch one of these fields; an object stands for all its members.
    pub fields: BTreeSet<String>,
    /// Changes by one of these actors.
    pub actors: BTreeSet<String>,
    /// Changes by none of these actors.
    pub not_actors: BTreeSet<String>,
}

impl ChangeFilter {
    /// Returns whether every change matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether a change matches.
    #[must_use]
    pub fn matches(&self, change: &ChangeRecord) -> bool {
        let actor = change.cause.actor.as_str();
        (self.kinds.is_empty() || self.kinds.contains(&change.kind))
            && (self.actors.is_empty() || self.actors.contains(actor))
            && !self.not_actors.contains(actor)
            && (self.fields.is_empty() || change.fields.iter().any(|field| self.selects(&field.field)))
    }

    fn selects(&self, field: &str) -> bool {
        self.fields.iter().any(|name| is_of(field, name))
    }
}

/// Returns whether a filter may name this field: some kind has it, or has it as an object with members.
///
/// # Examples
/// ```
/// use profile_domain::operator::is_filter_field;
///
/// assert!(is_filter_field("city") && is_filter_field("profile") && is_filter_field("profile.first_name"));
/// assert!(!is_filter_field("prof") && !is_filter_field("profile."));
/// ```
#[must_use]
pub fn is_filter_field(name: &str) -> bool {
    let mut entries = RecordKind::ALL.into_iter().flat_map(catalogue);
    entries.any(|entry| is_of(&entry.name, name))
}

/// Returns whether this text is an actor of the log in its one form (operator API page, section 2).
///
/// # Examples
/// ```
/// use profile_domain::operator::is_actor;
///
/// assert!(is_actor("operator") && is_actor("service") && is_actor("account-user:70021"));
/// assert!(!is_actor("account-user:070021") && !is_actor("me"));
/// ```
#[must_use]
pub fn is_actor(text: &str) -> bool {
    let is_key = |id: &str| OperatorKeyId::try_from(id).is_ok();
    matches!(text, "operator" | "service")
        || text.strip_prefix("operator:").is_some_and(is_key)
        || ContractActor::parse(text).is_some()
}

/// Returns whether `field` is the field called `name`, or a member of the object called so.
fn is_of(field: &str, name: &str) -> bool {
    field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::{prelude::*, sample::select};
    use uuid::Uuid;

    use super::*;
    use crate::change::{Cause, Digest, FieldChange, Value};

    const FIELDS: [&str; 6] =
        ["city", "name", "profile.city", "profile.first_name", "profiles", "tax_information.tax_residence"];
    const ACTORS: [&str; 3] = ["operator", "service", "account-user:70021"];

    fn change(kind: RecordKind, actor: &str, fields: &[&str]) -> ChangeRecord {
        let field =
            |name: &&str| FieldChange { field: (*name).to_owned(), old: Value::Null, new: Value::Flag(true) };
        ChangeRecord {
            id: Uuid::nil(),
            person: None,
            kind,
            key: "1".to_owned(),
            root: "1".to_owned(),
            version: 1,
            at: DateTime::UNIX_EPOCH,
            cause: Cause {
                actor: actor.to_owned(),
                door: "import".to_owned(),
                request_id: String::new(),
                reason: None,
            },
            fields: fields.iter().map(field).collect(),
            ended: false,
            salt: None,
            expired: false,
            digest: Digest::default(),
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_object_stands_for_its_members_alone() {
        let filter = ChangeFilter { fields: names(&["profile"]), ..ChangeFilter::default() };
        let matches = |fields: &[&str]| filter.matches(&change(RecordKind::Client, "service", fields));
        assert!(matches(&["city", "profile.first_name"]));
        assert!(!matches(&["profiles"]) && !matches(&["city"]) && !matches(&[]));
    }

    #[test]
    fn fields_are_known_by_their_names_and_by_their_objects() {
        for known in ["city", "profile", "tax_information.financial_assessment", "tnc", "tnc.version_id"] {
            assert!(is_filter_field(known), "{known}");
        }
        for unknown in ["", "City", "profile.", "profile.nick", "nick", ".city", "tax_information.financial"]
        {
            assert!(!is_filter_field(unknown), "{unknown}");
        }
    }

    #[test]
    fn actors_are_those_of_every_door() {
        for actor in ["operator:opk_7fK2mQ9xLd4TzB", "member:90@7", "client-staff:amy: the first"] {
            assert!(is_actor(actor), "{actor}");
        }
        for other in ["", "operator:", "operator:opk_1", "Operator", "service:1", "member:90@acme"] {
            assert!(!is_actor(other), "{other}");
        }
    }

    /// A part of what there is, often none.
    fn some(of: &'static [&'static str]) -> impl Strategy<Value = BTreeSet<String>> {
        prop::collection::btree_set(select(of).prop_map(str::to_owned), 0..3)
    }

    proptest! {
        #[test]
        fn a_change_matches_if_every_part_of_the_filter_says_so(
            kinds in prop::collection::btree_set(select(&RecordKind::ALL[..]), 0..4),
            fields in some(&["city", "profile", "profile.city", "tax_information"]),
            actors in some(&ACTORS),
            not_actors in some(&ACTORS),
            kind in select(&RecordKind::ALL[..]),
            actor in select(&ACTORS[..]),
            touched in prop::sample::subsequence(&FIELDS[..], 0..FIELDS.len()),
        ) {
            let change = change(kind, actor, &touched);
            let alone = |filter: ChangeFilter| filter.matches(&change);
            let parts = [
                alone(ChangeFilter { kinds: kinds.clone(), ..ChangeFilter::default() }),
                alone(ChangeFilter { fields: fields.clone(), ..ChangeFilter::default() }),
                alone(ChangeFilter { actors: actors.clone(), ..ChangeFilter::default() }),
                alone(ChangeFilter { not_actors: not_actors.clone(), ..ChangeFilter::default() }),
            ];
            let by_hand = [
                kinds.is_empty() || kinds.contains(&kind),
                fields.is_empty() || touched.iter().any(|field| {
                    fields.iter().any(|name| field == name || field.starts_with(&format!("{name}.")))
                }),
                actors.is_empty() || actors.contains(actor),
                !not_actors.contains(actor),
            ];
            prop_assert_eq!(parts, by_hand);
            let filter = ChangeFilter { kinds, fields, actors, not_actors };
            prop_assert_eq!(filter.matches(&change), by_hand.into_iter().all(|part| part));
            prop_assert!(!filter.is_empty() || filter.matches(&change));
        }
    }
}
