//! A row of kind `business`.

use profile_domain::users::{Business, BusinessId, fields};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Imported, import_business},
};
use serde::Deserialize;

use super::members::{Words, check, id, set};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct BusinessRow {
    pub(super) id: String,
    title: Option<Words>,
    parent_id: Option<String>,
}

impl BusinessRow {
    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[(fields::TITLE, &self.title)]).map_err(Refusal::Invalid)?;
        let key: BusinessId = id("id", &self.id)?;
        let parent: Option<BusinessId> =
            self.parent_id.as_deref().map(|parent| id("parent_id", parent)).transpose()?;
        let adjust = |business: &mut Business| {
            set(&mut business.title, self.title.as_ref());
            if parent.is_some() {
                business.parent.clone_from(&parent);
            }
        };
        import_business(core, key, adjust, origin).await
    }
}
