//! Public users.

use diesel::prelude::*;
use profile_domain::{
    Text,
    users::{BusinessId, IdentityStatus, Picture, UploadId, User, UserId, Username, Verification},
};
use profile_ports::columns;

use crate::{
    column::{Id, Instant, Json},
    reading::{Unreadable, text, words},
    schema::user_profile,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a user.
#[derive(Queryable, QueryableByName, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = user_profile, treat_none_as_null = true)]
pub struct UserRow {
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
    registered_at: Instant,
    accounts: Json,
    verification_individual: Option<String>,
    verification_business: Option<String>,
    social_links: Json,
    holdings: Json,
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
            person_id: person.into(),
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
            registered_at: created_at.into(),
            accounts: Json::from(columns::words(accounts.iter().map(BusinessId::as_str))),
            verification_individual: status(individual),
            verification_business: status(business),
            social_links: Json::from(columns::social_links(&social_links)),
            holdings: Json::from(columns::holdings(&holdings)),
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
            column.map(|name| IdentityStatus::from_name(&name).ok_or(Unreadable("status"))).transpose()
        };
        Ok(Self {
            id: UserId::try_from(user_id.as_str()).map_err(|_| Unreadable("id"))?,
            person: person_id.person()?,
            version,
            username: Username::try_from(&text("username", username)?).map_err(|_| Unreadable("username"))?,
            name: name.map(|column| text("name", column)).transpose()?,
            bio: bio.map(|column| text("bio", column)).transpose()?,
            picture: picture(picture_file, picture_rendition)?,
            banner: picture(banner_file, banner_rendition)?,
            email: email.map(|column| text("email", column)).transpose()?,
            created_at: registered_at.into(),
            accounts: words("accounts", &accounts, |id| BusinessId::try_from(id).ok())?,
            verification: Verification {
                individual: status(verification_individual)?,
                business: status(verification_business)?,
            },
            social_links: columns::read_social_links(&social_links.value()?)
                .map_err(|_| Unreadable("social_links"))?,
            holdings: columns::read_holdings(&holdings.value()?).map_err(|_| Unreadable("holdings"))?,
        })
    }
}

impl Stored for User {
    type Row = UserRow;
    type Found = UserRow;

    fn by_key(id: &UserId) -> impl Select<SavedRow<UserRow>> + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        user_profile::table.find(key).limit(1).select((
            columns_of::<UserRow>(),
            user_profile::updated_at,
            user_profile::chain,
        ))
    }

    fn insert(row: UserRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark =
            (user_profile::created_at.eq(at), user_profile::updated_at.eq(at), user_profile::chain.eq(chain));
        diesel::insert_into(user_profile::table).values((user_profile::root.eq(root), row, mark))
    }

    fn update(row: UserRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = user_profile::root
            .eq(root)
            .and(user_profile::user_id.eq(row.user_id.clone()))
            .and(user_profile::version.eq(base));
        Update::new(
            &user_profile::table,
            (row, user_profile::updated_at.eq(at), user_profile::chain.eq(chain)),
            found,
        )
    }

    fn delete(id: &UserId, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        diesel::delete(user_profile::table.find(key).filter(user_profile::version.eq(base)))
    }
}

/// A picture is in two columns, both of them or none.
pub(crate) fn picture_columns(picture: Option<Picture>) -> (Option<String>, Option<String>) {
    picture.map(|Picture { upload, rendition }| (upload.to_string(), rendition)).unzip()
}

pub(crate) fn picture(
    file: Option<String>,
    rendition: Option<String>,
) -> Result<Option<Picture>, Unreadable> {
    let (Some(file), Some(rendition)) = (file, rendition) else { return Ok(None) };
    let upload = UploadId::try_from(file.as_str()).map_err(|_| Unreadable("upload"))?;
    Ok(Some(Picture { upload, rendition }))
}
