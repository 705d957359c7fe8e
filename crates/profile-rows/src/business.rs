//! Businesses and apps.

use diesel::prelude::*;
use profile_domain::users::{App, AppId, Business, BusinessId};
use profile_ports::columns;

use crate::{
    column::Json,
    reading::{Unreadable, text},
    schema::{app, business},
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a business.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = business, treat_none_as_null = true)]
pub struct BusinessRow {
    business_id: String,
    version: i64,
    title: String,
    parent_id: Option<String>,
}

/// The row of an app.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = app, treat_none_as_null = true)]
pub struct AppRow {
    app_id: String,
    version: i64,
    installs: Json,
}

impl From<Business> for BusinessRow {
    fn from(business: Business) -> Self {
        let Business { id, version, title, parent } = business;
        Self {
            business_id: id.to_string(),
            version,
            title: title.into_string(),
            parent_id: parent.map(|parent| parent.to_string()),
        }
    }
}

impl TryFrom<BusinessRow> for Business {
    type Error = Unreadable;

    fn try_from(row: BusinessRow) -> Result<Self, Unreadable> {
        let BusinessRow { business_id, version, title, parent_id } = row;
        let id = |id: String| BusinessId::try_from(id.as_str()).map_err(|_| Unreadable("id"));
        Ok(Self {
            id: id(business_id)?,
            version,
            title: text("title", title)?,
            parent: parent_id.map(id).transpose()?,
        })
    }
}

impl From<App> for AppRow {
    fn from(app: App) -> Self {
        let App { id, version, installs } = app;
        Self { app_id: id.to_string(), version, installs: Json::from(columns::installs(&installs)) }
    }
}

impl TryFrom<AppRow> for App {
    type Error = Unreadable;

    fn try_from(row: AppRow) -> Result<Self, Unreadable> {
        let AppRow { app_id, version, installs } = row;
        Ok(Self {
            id: AppId::try_from(app_id.as_str()).map_err(|_| Unreadable("id"))?,
            version,
            installs: columns::read_installs(&installs.value()?).map_err(|_| Unreadable("installs"))?,
        })
    }
}

impl Stored for Business {
    type Row = BusinessRow;
    type Found = BusinessRow;

    fn by_key(id: &BusinessId) -> impl Select<SavedRow<BusinessRow>> + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        business::table.find(key).limit(1).select((
            columns_of::<BusinessRow>(),
            business::updated_at,
            business::chain,
        ))
    }

    fn insert(row: BusinessRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (business::created_at.eq(at), business::updated_at.eq(at), business::chain.eq(chain));
        diesel::insert_into(business::table).values((business::root.eq(root), row, mark))
    }

    fn update(row: BusinessRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = business::root
            .eq(root)
            .and(business::business_id.eq(row.business_id.clone()))
            .and(business::version.eq(base));
        Update::new(&business::table, (row, business::updated_at.eq(at), business::chain.eq(chain)), found)
    }

    fn delete(id: &BusinessId, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        diesel::delete(business::table.find(key).filter(business::version.eq(base)))
    }
}

impl Stored for App {
    type Row = AppRow;
    type Found = AppRow;

    fn by_key(id: &AppId) -> impl Select<SavedRow<AppRow>> + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        app::table.find(key).limit(1).select((columns_of::<AppRow>(), app::updated_at, app::chain))
    }

    fn insert(row: AppRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (app::created_at.eq(at), app::updated_at.eq(at), app::chain.eq(chain));
        diesel::insert_into(app::table).values((app::root.eq(root), row, mark))
    }

    fn update(row: AppRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = app::root.eq(root).and(app::app_id.eq(row.app_id.clone())).and(app::version.eq(base));
        Update::new(&app::table, (row, app::updated_at.eq(at), app::chain.eq(chain)), found)
    }

    fn delete(id: &AppId, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        diesel::delete(app::table.find(key).filter(app::version.eq(base)))
    }
}
