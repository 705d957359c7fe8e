//! Rows of kind `group`.

use async_trait::async_trait;
use profile_domain::{
    Text,
    tenant::{Group, fields},
};
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, check, set},
    numbered::{import_numbered, known_tenant},
};
use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupRow {
    id: i32,
    tenant_id: i32,
    name: ImportText,
}

impl GroupRow {
    /// Returns the row of a record.
    pub(super) fn of(group: &Group) -> Self {
        let Group { id, version: _, tenant_id, name } = group;
        Self { id: *id, tenant_id: *tenant_id, name: name.into() }
    }
}

#[async_trait(?Send)]
impl ImportRow for GroupRow {
    fn key(&self) -> String {
        format!("group {}", self.id)
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        let name = Some(self.name);
        check(&[(fields::VISIBLE_NAME, &name)])?;
        known_tenant(work, self.tenant_id).await?;
        let blank = Group { id: self.id, version: 0, tenant_id: self.tenant_id, name: Text::default() };
        import_numbered(work, blank, |group| {
            group.tenant_id = self.tenant_id;
            set(&mut group.name, name.as_ref());
        })
        .await
    }
}
