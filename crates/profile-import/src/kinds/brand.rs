//! Rows of kind `brand`.

use async_trait::async_trait;
use profile_domain::{
    Text,
    tenant::{Brand, fields},
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
pub(super) struct BrandRow {
    id: i32,
    tenant_id: i32,
    name: Option<ImportText>,
}

impl BrandRow {
    /// Returns the row of a record.
    pub(super) fn of(brand: &Brand) -> Self {
        let Brand { id, version: _, tenant_id, name } = brand;
        Self { id: *id, tenant_id: *tenant_id, name: Some(name.into()) }
    }
}

#[async_trait(?Send)]
impl ImportRow for BrandRow {
    fn key(&self) -> String {
        format!("brand {}", self.id)
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[(fields::NAME, &self.name)])?;
        known_tenant(work, self.tenant_id).await?;
        let blank = Brand { id: self.id, version: 0, tenant_id: self.tenant_id, name: Text::default() };
        import_numbered(work, blank, |brand| {
            brand.tenant_id = self.tenant_id;
            set(&mut brand.name, self.name.as_ref());
        })
        .await
    }
}
