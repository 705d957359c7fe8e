//! Rows of kind `app`.

use async_trait::async_trait;
use profile_domain::users::{App, AppId, Business, Install};
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{each, id, set_list},
};
use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppRow {
    id: String,
    installs: Option<Vec<InstallItem>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstallItem {
    account_id: String,
    permissions: Vec<String>,
}

impl AppRow {
    /// Returns the row of a record.
    pub(super) fn of(app: &App) -> Self {
        let App { id, version: _, installs } = app;
        let item = |install: &Install| InstallItem {
            account_id: install.account.to_string(),
            permissions: install.permissions.clone(),
        };
        Self { id: id.to_string(), installs: Some(installs.iter().map(item).collect()) }
    }
}

#[async_trait(?Send)]
impl ImportRow for AppRow {
    fn key(&self) -> String {
        format!("app {}", self.id)
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        let key: AppId = id("id", &self.id)?;
        let installs = each(self.installs, |item| {
            Ok(Install { account: id("account_id", &item.account_id)?, permissions: item.permissions })
        })?;
        for install in installs.iter().flatten() {
            if work.ports.find::<Business>(&install.account).await?.is_none() {
                return Err(Refusal::dangling("account_id", "does not exist"));
            }
        }
        let blank = App { id: key.clone(), version: 0, installs: Vec::new() };
        work.write(key, async |existing: Option<&App>| {
            let mut next = existing.unwrap_or(&blank).clone();
            set_list(&mut next.installs, installs.as_ref());
            Ok(next)
        })
        .await
    }
}
