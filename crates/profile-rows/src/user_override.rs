//! What businesses say over public users.

use diesel::prelude::*;
use profile_domain::{
    OverrideKey, Text,
    users::{BusinessId, Override, UserId},
};

use crate::{
    column::Id,
    reading::{Unreadable, text},
    schema::user_override,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
    user::{picture, picture_columns},
};

/// The row of an override.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = user_override, treat_none_as_null = true)]
pub struct OverrideRow {
    user_id: String,
    account_id: String,
    person_id: Id,
    version: i64,
    name: Option<String>,
    picture_file: Option<String>,
    picture_rendition: Option<String>,
}

impl From<Override> for OverrideRow {
    fn from(over: Override) -> Self {
        let Override { user, account, person, version, name, picture } = over;
        let (picture_file, picture_rendition) = picture_columns(picture);
        Self {
            user_id: user.to_string(),
            account_id: account.to_string(),
            person_id: person.into(),
            version,
            name: name.map(Text::into_string),
            picture_file,
            picture_rendition,
        }
    }
}

impl TryFrom<OverrideRow> for Override {
    type Error = Unreadable;

    fn try_from(row: OverrideRow) -> Result<Self, Unreadable> {
        let OverrideRow { user_id, account_id, person_id, version, name, picture_file, picture_rendition } =
            row;
        Ok(Self {
            user: UserId::try_from(user_id.as_str()).map_err(|_| Unreadable("user"))?,
            account: BusinessId::try_from(account_id.as_str()).map_err(|_| Unreadable("account"))?,
            person: person_id.person()?,
            version,
            name: name.map(|column| text("name", column)).transpose()?,
            picture: picture(picture_file, picture_rendition)?,
        })
    }
}

impl Stored for Override {
    type Row = OverrideRow;
    type Found = OverrideRow;

    fn by_key(key: &OverrideKey) -> impl Select<SavedRow<OverrideRow>> + use<> {
        let key = (root_of::<Self>(key), key.user.to_string(), key.account.to_string());
        user_override::table.find(key).limit(1).select((
            columns_of::<OverrideRow>(),
            user_override::updated_at,
            user_override::chain,
        ))
    }

    fn insert(row: OverrideRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (
            user_override::created_at.eq(at),
            user_override::updated_at.eq(at),
            user_override::chain.eq(chain),
        );
        diesel::insert_into(user_override::table).values((user_override::root.eq(root), row, mark))
    }

    fn update(row: OverrideRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let key = user_override::user_id
            .eq(row.user_id.clone())
            .and(user_override::account_id.eq(row.account_id.clone()));
        let found = user_override::root.eq(root).and(key).and(user_override::version.eq(base));
        Update::new(
            &user_override::table,
            (row, user_override::updated_at.eq(at), user_override::chain.eq(chain)),
            found,
        )
    }

    fn delete(key: &OverrideKey, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(key), key.user.to_string(), key.account.to_string());
        diesel::delete(user_override::table.find(key).filter(user_override::version.eq(base)))
    }
}
