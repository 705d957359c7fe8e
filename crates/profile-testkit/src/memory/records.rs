//! Records of every kind alike in memory, as their log tells them.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, RecordKind},
    users::KeyOwner,
};
use profile_ports::{Broken, EntryFilter, LogEntry, Page, RecordRef, Records, Unavailable};
use uuid::Uuid;

use super::store::{MemoryStore, State};

impl State {
    /// The changes of the records of a kind, oldest first, by their keys.
    fn logs(&self, kind: RecordKind) -> BTreeMap<&str, Vec<&ChangeRecord>> {
        let mut logs: BTreeMap<&str, Vec<&ChangeRecord>> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.kind == kind) {
            logs.entry(&change.key).or_default().push(change);
        }
        logs
    }

    /// Whether a living record names the one with this key.
    pub(super) fn names(&self, kind: RecordKind, key: &str) -> bool {
        let is_key = |id: i32| id.to_string() == key;
        let mut memberships = self.memberships.values();
        let mut owners = self.api_keys.values().map(|key| &key.owner);
        match kind {
            RecordKind::Customer => {
                let mut customers = self.accounts.values().filter_map(|account| account.owner.as_ref());
                customers.any(|owner| owner.id.0.to_string() == key)
            }
            RecordKind::Business => {
                let others = self.businesses.values().filter(|business| business.id.as_str() != key);
                let mut parents = others.filter_map(|business| business.parent.as_ref());
                let mut accounts = self.users.values().flat_map(|user| &user.accounts);
                let mut installs = self.apps.values().flat_map(|app| &app.installs);
                parents.any(|parent| parent.as_str() == key)
                    || accounts.any(|account| account.as_str() == key)
                    || self.overrides.keys().any(|over| over.account.as_str() == key)
                    || installs.any(|install| install.account.as_str() == key)
                    || owners.any(|owner| matches!(owner, KeyOwner::Business(id) if id.as_str() == key))
            }
            RecordKind::App => owners.any(|owner| matches!(owner, KeyOwner::App(id) if id.as_str() == key)),
            RecordKind::Language => self.members.values().filter_map(|member| member.language_id).any(is_key),
            RecordKind::Tenant => {
                self.brands.values().any(|brand| is_key(brand.tenant_id))
                    || self.groups.values().any(|group| is_key(group.tenant_id))
                    || memberships.any(|membership| is_key(membership.tenant_id))
            }
            RecordKind::Brand => {
                memberships.flat_map(|membership| &membership.brands).any(|brand| is_key(brand.brand_id))
            }
            RecordKind::Group => {
                memberships.flat_map(|membership| &membership.groups).any(|group| is_key(group.id))
            }
            _ => false,
        }
    }
}

fn entry(log: &[&ChangeRecord]) -> Result<LogEntry, Unavailable> {
    match log {
        [first, ..] if first.version == 1 => {
            Ok(LogEntry::new(first.at, log.last().copied().unwrap_or(first)))
        }
        _ => {
            let key = log.first().map(|change| change.key.clone()).unwrap_or_default();
            Err(Unavailable::broken(Broken { table: "changes", key, column: "the time of version 1" }))
        }
    }
}

#[async_trait]
impl Records for MemoryStore {
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable> {
        self.state().logs(kind).get(key).map(|log| entry(log)).transpose()
    }

    async fn find_begin(&self, kind: RecordKind, key: &str) -> Result<Option<DateTime<Utc>>, Unavailable> {
        Ok(self.find_entry(kind, key).await?.map(|entry| entry.begun))
    }

    async fn list_entries(&self, of: EntryFilter, page: Page<&str>) -> Result<Vec<LogEntry>, Unavailable> {
        let state = self.state();
        let logs = state.logs(of.kind);
        let later = logs.iter().filter(|(key, _)| page.after.is_none_or(|after| **key > after));
        let living = later.filter(|(_, log)| {
            log.last()
                .is_some_and(|last| !last.ended && of.person.is_none_or(|person| last.person == Some(person)))
        });
        living.take(page.limit as usize).map(|(_, log)| entry(log)).collect()
    }

    async fn record_changes(
        &self,
        record: RecordRef<'_>,
        page: Page<i64>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let RecordRef { kind, key } = record;
        let of_record = state.changes.iter().rev().filter(|change| change.kind == kind && change.key == key);
        let earlier = of_record.filter(|change| page.after.is_none_or(|before| change.version < before));
        Ok(earlier.take(page.limit as usize).cloned().collect())
    }

    async fn person_changes(
        &self,
        person: PersonId,
        page: Page<Uuid>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let of_person = state.changes.iter().rev().filter(|change| change.person == Some(person));
        let earlier = of_person.filter(|change| page.after.is_none_or(|before| change.id < before));
        Ok(earlier.take(page.limit as usize).cloned().collect())
    }

    async fn is_referenced(&self, kind: RecordKind, key: &str) -> Result<bool, Unavailable> {
        Ok(self.state().names(kind, key))
    }

    async fn keys_below(&self, kind: RecordKind, key: &str) -> Result<Vec<String>, Unavailable> {
        let state = self.state();
        let below = match kind {
            RecordKind::User => RecordKind::Override,
            RecordKind::Member => RecordKind::Membership,
            _ => return Ok(Vec::new()),
        };
        let living = state.versions.keys().filter(|(kind, _)| *kind == below).map(|(_, key)| key);
        Ok(living.filter(|other| below.root_of(other) == key).cloned().collect())
    }

    async fn keys_of_person(
        &self,
        person: PersonId,
        after: RecordRef<'_>,
    ) -> Result<Vec<String>, Unavailable> {
        let state = self.state();
        let of_person =
            state.changes.iter().filter(|change| change.kind == after.kind && change.person == Some(person));
        let keys: BTreeSet<&String> = of_person.map(|change| &change.key).collect();
        Ok(keys.into_iter().filter(|key| key.as_str() > after.key).cloned().collect())
    }

    async fn alias_of(&self, person: PersonId) -> Result<Option<Text>, Unavailable> {
        let state = self.state();
        let mut aliases = state.persons.iter().filter(|(_, called)| **called == person);
        Ok(aliases.next().map(|(alias, _)| alias.clone()))
    }
}
