//! A row of kind `app`.

use profile_domain::users::{AppId, Install};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Imported, import_app},
};
use serde::Deserialize;

use super::members::id;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct AppRow {
    pub(super) id: String,
    installs: Option<Vec<InstallItem>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstallItem {
    account_id: String,
    permissions: Vec<String>,
}

impl AppRow {
    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        let key: AppId = id("id", &self.id)?;
        let install = |item: InstallItem| {
            Ok(Install { account: id("account_id", &item.account_id)?, permissions: item.permissions })
        };
        let installs: Option<Vec<Install>> = self
            .installs
            .map(|items| items.into_iter().map(install).collect::<Result<_, Refusal>>())
            .transpose()?;
        import_app(core, key, installs, origin).await
    }
}
