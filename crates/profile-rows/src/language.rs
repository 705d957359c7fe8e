//! Languages.

use diesel::prelude::*;
use profile_domain::{Text, tenant::Language};
use profile_ports::Unavailable;

use crate::{
    engine::Queries,
    reading::{Unreadable, readable, text},
    schema::language,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a language.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = language, treat_none_as_null = true)]
pub struct LanguageRow {
    language_id: i32,
    version: i64,
    name: String,
    code: String,
    icon: Option<String>,
    icon_square: Option<String>,
}

impl From<Language> for LanguageRow {
    fn from(language: Language) -> Self {
        let Language { id, version, name, code, icon, icon_square } = language;
        Self {
            language_id: id,
            version,
            name: name.into_string(),
            code: code.into_string(),
            icon: icon.map(Text::into_string),
            icon_square: icon_square.map(Text::into_string),
        }
    }
}

impl TryFrom<LanguageRow> for Language {
    type Error = Unreadable;

    fn try_from(row: LanguageRow) -> Result<Self, Unreadable> {
        let LanguageRow { language_id, version, name, code, icon, icon_square } = row;
        Ok(Self {
            id: language_id,
            version,
            name: text("name", name)?,
            code: text("code", code)?,
            icon: icon.map(|column| text("icon", column)).transpose()?,
            icon_square: icon_square.map(|column| text("icon_square", column)).transpose()?,
        })
    }
}

impl Stored for Language {
    type Row = LanguageRow;
    type Found = LanguageRow;

    fn by_key(id: &i32) -> impl Select<SavedRow<LanguageRow>> + use<> {
        let key = (root_of::<Self>(id), *id);
        language::table.find(key).limit(1).select((
            columns_of::<LanguageRow>(),
            language::updated_at,
            language::chain,
        ))
    }

    fn insert(row: LanguageRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (language::created_at.eq(at), language::updated_at.eq(at), language::chain.eq(chain));
        diesel::insert_into(language::table).values((language::root.eq(root), row, mark))
    }

    fn update(row: LanguageRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = language::root
            .eq(root)
            .and(language::language_id.eq(row.language_id))
            .and(language::version.eq(base));
        Update::new(&language::table, (row, language::updated_at.eq(at), language::chain.eq(chain)), found)
    }

    fn delete(id: &i32, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), *id);
        diesel::delete(language::table.find(key).filter(language::version.eq(base)))
    }
}

/// Returns a page of all languages by number, and how many there are.
pub async fn list_languages(
    engine: &impl Queries,
    skip: i64,
    take: i64,
) -> Result<(i64, Vec<Language>), Unavailable> {
    let all = engine.count(language::table.count()).await?;
    let query = language::table
        .order(language::language_id)
        .offset(skip)
        .limit(take)
        .select(columns_of::<LanguageRow>());
    Ok((all, readable::<LanguageRow, _>("language", engine.load(query).await?)))
}
