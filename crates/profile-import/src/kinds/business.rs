//! Rows of kind `business`.

use async_trait::async_trait;
use profile_domain::{
    Text,
    users::{Business, BusinessId, fields},
};
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, check, id, set},
};
use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BusinessRow {
    id: String,
    title: Option<ImportText>,
    parent_id: Option<String>,
}

impl BusinessRow {
    /// Returns the row of a record.
    pub(super) fn of(business: &Business) -> Self {
        let Business { id, version: _, title, parent } = business;
        Self {
            id: id.to_string(),
            title: Some(title.into()),
            parent_id: parent.as_ref().map(ToString::to_string),
        }
    }
}

#[async_trait(?Send)]
impl ImportRow for BusinessRow {
    fn key(&self) -> String {
        format!("business {}", self.id)
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[(fields::TITLE, &self.title)])?;
        let key: BusinessId = id("id", &self.id)?;
        let parent: Option<BusinessId> =
            self.parent_id.as_deref().map(|parent| id("parent_id", parent)).transpose()?;
        let blank = Business { id: key.clone(), version: 0, title: Text::default(), parent: None };
        work.write(key, async |existing: Option<&Business>| {
            let mut next = existing.unwrap_or(&blank).clone();
            set(&mut next.title, self.title.as_ref());
            if parent.is_some() {
                next.parent.clone_from(&parent);
            }
            Ok(next)
        })
        .await
    }
}
