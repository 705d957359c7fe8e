//! Members, what they are in a tenant, and their wrong passwords.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{dsl::count_star, prelude::*};
use profile_domain::{
    Text,
    tenant::{Attempts, Language, Member, MemberListing, Membership},
};
use profile_ports::{Commit, CommitError, Members, Unavailable, columns};

use crate::{
    Store,
    column::{self, Id, Json},
    memberships::MembershipRow,
    reading::{Unreadable, anywhere, readable, text},
    schema::{language, member, membership, password_attempts},
    workspaces::LanguageRow,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = member, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct MemberRow {
    member_id: i32,
    person_id: Id,
    version: i64,
    email: String,
    email_key: Option<String>,
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
    registered_at: DateTime<Utc>,
    created_by: Option<i32>,
    last_updated: DateTime<Utc>,
    last_updated_by: Option<i32>,
    password_hash: Option<String>,
}

impl From<Member> for MemberRow {
    fn from(member: Member) -> Self {
        let (email_key, name_folded, search_folded) =
            (member.email_key(), Some(member.folded_name()), Some(member.folded_text()));
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
            person_id: column::id(person.0),
            version,
            email: email.into_string(),
            email_key,
            given_name: given_name.into_string(),
            family_name: family_name.into_string(),
            name_folded,
            search_folded,
            language_id,
            display_absolute_time,
            profile_pic: profile_pic.map(Text::into_string),
            admin_roles: column::json(columns::numbers(&admin_roles)),
            permissions: column::json(columns::numbers(&permissions)),
            is_deleted,
            registered_at: created,
            created_by,
            last_updated,
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
            email_key: _,
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
            |column: Json| columns::read_numbers(&column::read_json(column)?).map_err(|_| Unreadable);
        Ok(Self {
            id: member_id,
            person: column::person(person_id)?,
            version,
            email: text(email)?,
            given_name: text(given_name)?,
            family_name: text(family_name)?,
            language_id,
            display_absolute_time,
            profile_pic: profile_pic.map(text).transpose()?,
            admin_roles: numbers(admin_roles)?,
            permissions: numbers(permissions)?,
            is_deleted,
            created: registered_at,
            created_by,
            last_updated,
            last_updated_by,
            password_hash: password_hash.map(text).transpose()?,
        })
    }
}

#[async_trait]
impl Members for Store {
    async fn find_member(&self, id: i32) -> Result<Option<(Member, Option<Language>)>, Unavailable> {
        let query = member::table
            .left_join(language::table.on(language::language_id.nullable().eq(member::language_id)))
            .filter(member::member_id.eq(id))
            .select((MemberRow::as_select(), Option::<LanguageRow>::as_select()));
        let found = first!(self, (MemberRow, Option<LanguageRow>), query)?;
        let read = |(member, language): (MemberRow, Option<LanguageRow>)| {
            Ok::<_, Unreadable>((member.try_into()?, language.map(TryInto::try_into).transpose()?))
        };
        found.map(read).transpose().map_err(Unavailable::database)
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query =
            member::table.filter(member::member_id.eq_any(ids.to_vec())).select(MemberRow::as_select());
        Ok(readable("member", look_up!(self, MemberRow, query)?))
    }

    async fn commit_member(&self, commit: Commit<Member>) -> Result<(), CommitError> {
        commit!(self, commit, member, MemberRow, |row| member::member_id.eq(row.member_id))
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let query = membership::table
            .filter(membership::tenant_id.eq(tenant_id))
            .filter(membership::member_id.eq_any(members.to_vec()))
            .select(MembershipRow::as_select());
        Ok(readable("membership", look_up!(self, MembershipRow, query)?))
    }

    async fn commit_membership(&self, commit: Commit<Membership>) -> Result<(), CommitError> {
        commit!(self, commit, membership, MembershipRow, |row| membership::member_id
            .eq(row.member_id)
            .and(membership::tenant_id.eq(row.tenant_id)))
    }

    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable> {
        let MemberListing { tenant_id, search, skip, take } = listing.clone();
        let found = || {
            member::table
                .inner_join(membership::table.on(membership::member_id.eq(member::member_id)))
                .filter(membership::tenant_id.eq(tenant_id))
                .filter(member::is_deleted.eq(false))
                .filter(member::search_folded.like(anywhere(&search)).escape('!'))
        };
        let all = search!(self, i64, found().select(count_star()))?.first().copied().unwrap_or_default();
        let query = found()
            .order((member::name_folded, member::member_id))
            .offset(skip)
            .limit(take)
            .select(MemberRow::as_select());
        Ok((all, readable("member", search!(self, MemberRow, query)?)))
    }

    async fn find_attempts(&self, member: i32) -> Result<Attempts, Unavailable> {
        let query = password_attempts::table
            .find(member)
            .select((password_attempts::version, password_attempts::times));
        let Some((version, times)) = first!(self, (i64, Json), query)? else {
            return Ok(Attempts::default());
        };
        let times = column::read_json(times).map_err(Unavailable::database)?;
        Ok(Attempts { version, times: columns::read_moments(&times).map_err(Unavailable::database)? })
    }

    async fn keep_attempts(&self, member: i32, attempts: &Attempts) -> Result<bool, Unavailable> {
        let (version, times) = (attempts.version, column::json(columns::moments(&attempts.times)));
        if version == 1 {
            let first = diesel::insert_into(password_attempts::table)
                .values((
                    password_attempts::member_id.eq(member),
                    password_attempts::version.eq(version),
                    password_attempts::times.eq(times),
                ))
                .on_conflict_do_nothing();
            return Ok(execute!(self, first)? == 1);
        }
        let next = diesel::update(password_attempts::table.find(member))
            .filter(password_attempts::version.eq(version - 1))
            .set((password_attempts::version.eq(version), password_attempts::times.eq(times)));
        Ok(execute!(self, next)? == 1)
    }
}
