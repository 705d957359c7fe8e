//! Public users, and what businesses say over them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    Text,
    users::{
        BusinessId, IdentityStatus, Listing, Override, Picture, Position, UploadId, User, UserId, Username,
        Verification,
    },
};
use profile_ports::{Commit, CommitError, Unavailable, Users, columns};

use crate::{
    Store,
    column::{self, Id, Json},
    reading::{Unreadable, text},
    schema::{user_override, user_profile},
};

#[derive(Queryable, QueryableByName, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = user_profile, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct UserRow {
    user_id: String,
    person_id: Id,
    version: i64,
    username: String,
    username_key: String,
    name: Option<String>,
    name_folded: Option<String>,
    bio: Option<String>,
    picture_file: Option<String>,
    picture_rendition: Option<String>,
    banner_file: Option<String>,
    banner_rendition: Option<String>,
    email: Option<String>,
    registered_at: DateTime<Utc>,
    accounts: Json,
    verification_individual: Option<String>,
    verification_business: Option<String>,
    social_links: Json,
    holdings: Json,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = user_override, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct OverrideRow {
    user_id: String,
    account_id: String,
    person_id: Id,
    version: i64,
    name: Option<String>,
    picture_file: Option<String>,
    picture_rendition: Option<String>,
}

impl From<User> for UserRow {
    fn from(user: User) -> Self {
        let name_folded = Some(user.folded_name());
        let User {
            id,
            person,
            version,
            username,
            name,
            bio,
            picture,
            banner,
            email,
            created_at,
            accounts,
            verification,
            social_links,
            holdings,
        } = user;
        let (picture_file, picture_rendition) = picture_columns(picture);
        let (banner_file, banner_rendition) = picture_columns(banner);
        let Verification { individual, business } = verification;
        let status = |status: Option<IdentityStatus>| status.map(|status| status.name().to_owned());
        Self {
            user_id: id.to_string(),
            person_id: column::id(person.0),
            version,
            username: username.as_typed().as_str().to_owned(),
            username_key: username.key(),
            name: name.map(Text::into_string),
            name_folded,
            bio: bio.map(Text::into_string),
            picture_file,
            picture_rendition,
            banner_file,
            banner_rendition,
            email: email.map(Text::into_string),
            registered_at: created_at,
            accounts: column::json(columns::words(accounts.iter().map(BusinessId::as_str))),
            verification_individual: status(individual),
            verification_business: status(business),
            social_links: column::json(columns::social_links(&social_links)),
            holdings: column::json(columns::holdings(&holdings)),
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = Unreadable;

    fn try_from(row: UserRow) -> Result<Self, Unreadable> {
        let UserRow {
            user_id,
            person_id,
            version,
            username,
            username_key: _,
            name,
            name_folded: _,
            bio,
            picture_file,
            picture_rendition,
            banner_file,
            banner_rendition,
            email,
            registered_at,
            accounts,
            verification_individual,
            verification_business,
            social_links,
            holdings,
        } = row;
        let status = |column: Option<String>| {
            column.map(|name| IdentityStatus::from_name(&name).ok_or(Unreadable)).transpose()
        };
        Ok(Self {
            id: UserId::try_from(user_id.as_str()).map_err(|_| Unreadable)?,
            person: column::person(person_id)?,
            version,
            username: Username::try_from(&text(username)?).map_err(|_| Unreadable)?,
            name: name.map(text).transpose()?,
            bio: bio.map(text).transpose()?,
            picture: picture(picture_file, picture_rendition)?,
            banner: picture(banner_file, banner_rendition)?,
            email: email.map(text).transpose()?,
            created_at: registered_at,
            accounts: columns::read_words(&column::read_json(accounts)?, |id| BusinessId::try_from(id).ok())
                .map_err(|_| Unreadable)?,
            verification: Verification {
                individual: status(verification_individual)?,
                business: status(verification_business)?,
            },
            social_links: columns::read_social_links(&column::read_json(social_links)?)
                .map_err(|_| Unreadable)?,
            holdings: columns::read_holdings(&column::read_json(holdings)?).map_err(|_| Unreadable)?,
        })
    }
}

impl From<Override> for OverrideRow {
    fn from(over: Override) -> Self {
        let Override { user, account, person, version, name, picture } = over;
        let (picture_file, picture_rendition) = picture_columns(picture);
        Self {
            user_id: user.to_string(),
            account_id: account.to_string(),
            person_id: column::id(person.0),
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
            user: UserId::try_from(user_id.as_str()).map_err(|_| Unreadable)?,
            account: BusinessId::try_from(account_id.as_str()).map_err(|_| Unreadable)?,
            person: column::person(person_id)?,
            version,
            name: name.map(text).transpose()?,
            picture: picture(picture_file, picture_rendition)?,
        })
    }
}

/// A picture is in two columns, both of them or none.
fn picture_columns(picture: Option<Picture>) -> (Option<String>, Option<String>) {
    picture.map(|Picture { upload, rendition }| (upload.to_string(), rendition)).unzip()
}

fn picture(file: Option<String>, rendition: Option<String>) -> Result<Option<Picture>, Unreadable> {
    let (Some(file), Some(rendition)) = (file, rendition) else { return Ok(None) };
    let upload = UploadId::try_from(file.as_str()).map_err(|_| Unreadable)?;
    Ok(Some(Picture { upload, rendition }))
}

#[async_trait]
impl Users for Store {
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        find!(self, UserRow, user_profile::table.filter(user_profile::user_id.eq(id.to_string())))
    }

    async fn find_user_by_name(&self, username_key: &str) -> Result<Option<User>, Unavailable> {
        find!(
            self,
            UserRow,
            user_profile::table.filter(user_profile::username_key.eq(username_key.to_owned()))
        )
    }

    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        self.list(listing).await
    }

    async fn commit_user(&self, commit: Commit<User>) -> Result<(), CommitError> {
        commit!(self, commit, user_profile, UserRow, |row| user_profile::user_id.eq(row.user_id.clone()))
    }

    async fn find_override(
        &self,
        user: &UserId,
        account: &BusinessId,
    ) -> Result<Option<Override>, Unavailable> {
        find!(self, OverrideRow, user_override::table.find((user.to_string(), account.to_string())))
    }

    async fn commit_override(&self, commit: Commit<Override>) -> Result<(), CommitError> {
        commit!(self, commit, user_override, OverrideRow, |row| user_override::user_id
            .eq(row.user_id.clone())
            .and(user_override::account_id.eq(row.account_id.clone())))
    }
}
