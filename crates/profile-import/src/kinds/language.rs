//! Rows of kind `language`.

use async_trait::async_trait;
use profile_domain::{
    Text,
    tenant::{Language, fields},
};
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, check, set, set_optional},
    numbered::import_numbered,
};
use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LanguageRow {
    id: i32,
    name: ImportText,
    code: ImportText,
    icon: Option<ImportText>,
    icon_sqare: Option<ImportText>,
}

impl LanguageRow {
    /// Returns the row of a record.
    pub(super) fn of(language: &Language) -> Self {
        let Language { id, version: _, name, code, icon, icon_square } = language;
        Self {
            id: *id,
            name: name.into(),
            code: code.into(),
            icon: icon.as_ref().map(ImportText::from),
            icon_sqare: icon_square.as_ref().map(ImportText::from),
        }
    }
}

#[async_trait(?Send)]
impl ImportRow for LanguageRow {
    fn key(&self) -> String {
        format!("language {}", self.id)
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        let (name, code) = (Some(self.name), Some(self.code));
        check(&[
            (fields::VISIBLE_NAME, &name),
            (fields::CODE, &code),
            (fields::ICON, &self.icon),
            (fields::ICON_SQARE, &self.icon_sqare),
        ])?;
        let blank = Language {
            id: self.id,
            version: 0,
            name: Text::default(),
            code: Text::default(),
            icon: None,
            icon_square: None,
        };
        import_numbered(work, blank, |language| {
            set(&mut language.name, name.as_ref());
            set(&mut language.code, code.as_ref());
            set_optional(&mut language.icon, self.icon.as_ref());
            set_optional(&mut language.icon_square, self.icon_sqare.as_ref());
        })
        .await
    }
}
