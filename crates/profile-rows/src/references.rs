//! Whether a living record names another one: a record that is named cannot end.
//!
//! The commit that ends a record removes its row first and asks then, by a statement of its own. On PostgreSQL the removal waits
//! for every commit that needs the row, as that holds it `FOR KEY SHARE` until it is written; the statement behind it sees
//! what they wrote, because at the isolation level `READ COMMITTED` each statement sees what is committed when it begins. A
//! commit that needs the row later waits for the removal, and finds no row. So two such commits cannot pass each other, and
//! commits that name nothing new, as most updates, ask for no lock. SQLite has one writer.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Integer, Text},
};
use profile_domain::change::RecordKind;
use profile_ports::Unavailable;

use crate::{
    engine::Queries,
    kinds::{KindVisitor, visit_kind},
    statement::Select,
    stored::Stored,
};

/// Returns the tables whose rows name a record of a kind, each with the condition under which a row names `:key`.
///
/// `:items` returns the elements of a list as rows of one column, `value`. An element that is text comes with quotes from
/// PostgreSQL and without from SQLite; no key has quotes.
const fn naming(kind: RecordKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        RecordKind::Customer => &[("account", "customer_id = CAST(:key AS bigint)")],
        RecordKind::Business => &[
            // A business that is its own parent may end.
            ("business", "parent_id = :key AND business_id <> :key"),
            ("api_key", "owner = :key"),
            (
                "app",
                "EXISTS (SELECT 1 FROM :items(installs) AS item WHERE item.value ->> 'account_id' = :key)",
            ),
            ("user_override", "account_id = :key"),
            (
                "user_profile",
                "EXISTS (SELECT 1 FROM :items(accounts) AS item \
                 WHERE CAST(item.value AS text) IN (:key, '\"' || :key || '\"'))",
            ),
        ],
        RecordKind::App => &[("api_key", "owner = :key")],
        RecordKind::Language => &[("member", "language_id = CAST(:key AS integer)")],
        RecordKind::Tenant => &[
            ("brand", "tenant_id = CAST(:key AS integer)"),
            ("member_group", "tenant_id = CAST(:key AS integer)"),
            ("membership", "tenant_id = CAST(:key AS integer)"),
        ],
        RecordKind::Brand => &[(
            "membership",
            "EXISTS (SELECT 1 FROM :items(brands) AS item \
             WHERE CAST(item.value ->> 'brand_id' AS text) = :key)",
        )],
        RecordKind::Group => &[(
            "membership",
            "EXISTS (SELECT 1 FROM :items(\"groups\") AS item \
             WHERE CAST(item.value ->> 'id' AS text) = :key)",
        )],
        RecordKind::Account
        | RecordKind::File
        | RecordKind::User
        | RecordKind::Override
        | RecordKind::ApiKey
        | RecordKind::Upload
        | RecordKind::Client
        | RecordKind::Member
        | RecordKind::Membership => &[],
    }
}

/// Whether a key has the form of its kind's: text that is no number must not reach a comparison with numbers.
struct IsKey<'a>(&'a str);

impl KindVisitor for IsKey<'_> {
    type Output = bool;

    fn visit<T: Stored>(self) -> bool {
        T::parse_key(self.0).is_some()
    }
}

/// That a row was found.
#[derive(QueryableByName)]
pub struct Found {
    #[diesel(sql_type = Integer)]
    #[expect(dead_code, reason = "only whether there is one matters")]
    found: i32,
}

/// Returns the query for a living record that names the one with this key; `None` where there can be none.
fn naming_rows<E: Queries>(kind: RecordKind, key: &str) -> Option<String> {
    let tables = naming(kind);
    if tables.is_empty() || !visit_kind(kind, IsKey(key)) {
        return None;
    }
    let branch = |(table, names): &(&str, &str)| format!("SELECT 1 AS found FROM {table} WHERE {names}");
    let branches = tables.iter().map(branch).collect::<Vec<_>>().join(" UNION ALL ");
    let query = branches.replace(":items", E::ITEMS).replace(":key", &format!("{}1", E::PARAMETER));
    Some(format!("{query} LIMIT 1"))
}

fn of_key(statement: String, key: &str) -> impl Select<Found> + use<> {
    sql_query(statement).bind::<Text, _>(key.to_owned())
}

/// Returns whether a living record names the one with this key. It may look at all rows of a table.
pub async fn is_referenced<E: Queries>(engine: &E, kind: RecordKind, key: &str) -> Result<bool, Unavailable> {
    let Some(rows) = naming_rows::<E>(kind, key) else { return Ok(false) };
    let found: Vec<Found> = engine.search(of_key(rows, key)).await?;
    Ok(!found.is_empty())
}

/// Returns the query that finds a row if no living record names the one with this key; `None` where none can.
#[must_use]
pub fn unless_referenced<E: Queries>(kind: RecordKind, key: &str) -> Option<impl Select<Found> + use<E>> {
    let rows = naming_rows::<E>(kind, key)?;
    Some(of_key(format!("SELECT 1 AS found WHERE NOT EXISTS ({rows})"), key))
}
