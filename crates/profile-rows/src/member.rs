//! Members, and the list of a tenant.

use diesel::{
    dsl::count_star,
    prelude::*,
    sql_types::{self, Nullable},
};
use profile_domain::{
    Saved, Text,
    tenant::{Language, Member, MemberListing},
};
use profile_ports::{Unavailable, columns};

use crate::{
    column::{Id, Instant, Json},
    engine::Queries,
    language::LanguageRow,
    reading::{Unreadable, anywhere, readable, text},
    schema::{language, member, membership},
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of, saved},
    update::Update,
};

/// The row of a member.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = member, treat_none_as_null = true)]
pub struct MemberRow {
    member_id: i32,
    person_id: Id,
    version: i64,
    email: String,
    given_name: String,
    family_name: String,
    name_folded: Option<String>,
    search_folded: Option<String>,
    language_id: Option<i32>,
    display_absolute_time: bool,
    profile_pic: Option<String>,
    admin_roles: Json,
    permissions: Json,
    is_deleted: bool,
    registered_at: Instant,
    created_by: Option<i32>,
    last_updated: Instant,
    last_updated_by: Option<i32>,
    password_hash: Option<String>,
}

impl From<Member> for MemberRow {
    fn from(member: Member) -> Self {
        let (name_folded, search_folded) = (Some(member.folded_name()), Some(member.folded_text()));
        let Member {
            id,
            person,
            version,
            email,
            given_name,
            family_name,
            language_id,
            display_absolute_time,
            profile_pic,
            admin_roles,
            permissions,
            is_deleted,
            created,
            created_by,
            last_updated,
            last_updated_by,
            password_hash,
        } = member;
        Self {
            member_id: id,
            person_id: person.into(),
            version,
            email: email.into_string(),
            given_name: given_name.into_string(),
            family_name: family_name.into_string(),
            name_folded,
            search_folded,
            language_id,
            display_absolute_time,
            profile_pic: profile_pic.map(Text::into_string),
            admin_roles: Json::from(columns::numbers(&admin_roles)),
            permissions: Json::from(columns::numbers(&permissions)),
            is_deleted,
            registered_at: created.into(),
            created_by,
            last_updated: last_updated.into(),
            last_updated_by,
            password_hash: password_hash.map(Text::into_string),
        }
    }
}

impl TryFrom<MemberRow> for Member {
    type Error = Unreadable;

    fn try_from(row: MemberRow) -> Result<Self, Unreadable> {
        let MemberRow {
            member_id,
            person_id,
            version,
            email,
            given_name,
            family_name,
            name_folded: _,
            search_folded: _,
            language_id,
            display_absolute_time,
            profile_pic,
            admin_roles,
            permissions,
            is_deleted,
            registered_at,
            created_by,
            last_updated,
            last_updated_by,
            password_hash,
        } = row;
        let numbers =
            |column: Json| columns::read_numbers(&column.value()?).map_err(|_| Unreadable("numbers"));
        Ok(Self {
            id: member_id,
            person: person_id.person()?,
            version,
            email: text("email", email)?,
            given_name: text("given_name", given_name)?,
            family_name: text("family_name", family_name)?,
            language_id,
            display_absolute_time,
            profile_pic: profile_pic.map(|column| text("profile_pic", column)).transpose()?,
            admin_roles: numbers(admin_roles)?,
            permissions: numbers(permissions)?,
            is_deleted,
            created: registered_at.into(),
            created_by,
            last_updated: last_updated.into(),
            last_updated_by,
            password_hash: password_hash.map(|column| text("password_hash", column)).transpose()?,
        })
    }
}

impl Stored for Member {
    type Row = MemberRow;
    type Found = MemberRow;

    fn by_key(id: &i32) -> impl Select<SavedRow<MemberRow>> + use<> {
        let key = (root_of::<Self>(id), *id);
        member::table.find(key).limit(1).select((
            columns_of::<MemberRow>(),
            member::updated_at,
            member::chain,
        ))
    }

    fn insert(row: MemberRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (member::created_at.eq(at), member::updated_at.eq(at), member::chain.eq(chain));
        diesel::insert_into(member::table).values((member::root.eq(root), row, mark))
    }

    fn update(row: MemberRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found =
            member::root.eq(root).and(member::member_id.eq(row.member_id)).and(member::version.eq(base));
        Update::new(&member::table, (row, member::updated_at.eq(at), member::chain.eq(chain)), found)
    }

    fn delete(id: &i32, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), *id);
        diesel::delete(member::table.find(key).filter(member::version.eq(base)))
    }
}

/// The join of a member with the chosen language.
#[diesel::dsl::auto_type]
fn is_chosen() -> _ {
    // A language's root is its number as text.
    let root = member::language_id.cast::<Nullable<sql_types::Text>>();
    language::root.nullable().eq(root).and(language::language_id.nullable().eq(member::language_id))
}

/// Returns a member, and the chosen language if there is one.
pub async fn find_member(
    engine: &impl Queries,
    id: i32,
) -> Result<Option<(Saved<Member>, Option<Language>)>, Unavailable> {
    let query = member::table
        .left_join(language::table.on(is_chosen()))
        .filter(member::root.eq(root_of::<Member>(&id)).and(member::member_id.eq(id)))
        .limit(1)
        .select((
            (columns_of::<MemberRow>(), member::updated_at, member::chain),
            columns_of::<Option<LanguageRow>>(),
        ));
    let found: Option<(SavedRow<MemberRow>, Option<LanguageRow>)> = engine.first(query).await?;
    let read = |(member, language): (SavedRow<MemberRow>, Option<LanguageRow>)| {
        Ok::<_, Unreadable>((saved(member)?, language.map(TryInto::try_into).transpose()?))
    };
    found.map(read).transpose().map_err(|unreadable| unreadable.of("member", id.to_string()))
}

/// Returns the members of these numbers, in any order.
pub async fn find_members(engine: &impl Queries, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let roots: Vec<String> = ids.iter().map(root_of::<Member>).collect();
    let query = member::table
        .filter(member::root.eq_any(roots).and(member::member_id.eq_any(ids.to_vec())))
        .select(columns_of::<MemberRow>());
    Ok(readable::<MemberRow, _>("member", engine.look_up(query).await?))
}

/// The join of a membership with its member.
#[diesel::dsl::auto_type]
fn is_of_member() -> _ {
    membership::root.eq(member::root).and(membership::member_id.eq(member::member_id))
}

/// Returns a page of the members of a tenant, by full name and number, and how many there are.
pub async fn list_members(
    engine: &impl Queries,
    listing: &MemberListing,
) -> Result<(i64, Vec<Member>), Unavailable> {
    let MemberListing { tenant_id, search, skip, take } = listing.clone();
    let found = || {
        member::table
            .inner_join(membership::table.on(is_of_member()))
            .filter(membership::tenant_id.eq(tenant_id))
            .filter(member::is_deleted.eq(false))
            .filter(member::search_folded.like(anywhere(&search)).escape('!'))
    };
    let count = found().select(count_star());
    let all: Option<i64> = engine.search(count).await?.first().copied();
    let query = found()
        .order((member::name_folded, member::member_id))
        .offset(skip)
        .limit(take)
        .select(columns_of::<MemberRow>());
    let page = readable::<MemberRow, _>("member", engine.search(query).await?);
    Ok((all.unwrap_or_default(), page))
}
