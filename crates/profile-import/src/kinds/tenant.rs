//! Rows of kind `tenant`.

use async_trait::async_trait;
use profile_domain::{
    Text,
    tenant::{Tenant, fields},
};
use profile_usecases::{Ports, Refusal};
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, check, set},
    numbered::import_numbered,
};
use crate::{
    names::{Holder, Name},
    work::{Imported, Work},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TenantRow {
    id: i32,
    slug: ImportText,
    name: Option<ImportText>,
}

impl TenantRow {
    /// Returns the row of a record.
    pub(super) fn of(tenant: &Tenant) -> Self {
        let Tenant { id, version: _, slug, name } = tenant;
        Self { id: *id, slug: slug.into(), name: Some(name.into()) }
    }
}

#[async_trait(?Send)]
impl ImportRow for TenantRow {
    fn key(&self) -> String {
        format!("tenant {}", self.id)
    }

    fn claim(&self, _core: &Ports) -> Option<(Holder, Vec<Name>)> {
        Some((Holder::Tenant(self.id), vec![Name::Slug(self.slug.0.clone())]))
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        let slug = Some(self.slug);
        check(&[(fields::SLUG, &slug), (fields::NAME, &self.name)])?;
        let blank = Tenant { id: self.id, version: 0, slug: Text::default(), name: Text::default() };
        import_numbered(work, blank, |tenant| {
            set(&mut tenant.slug, slug.as_ref());
            set(&mut tenant.name, self.name.as_ref());
        })
        .await
    }
}
