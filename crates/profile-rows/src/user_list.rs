//! The list of users, by rank (contract users, section 4, lists).
//!
//! Each rank is a branch of its own with its own limit, so that the database may choose for each whether to look the
//! matches up, where they are few, or to walk the newest users until it has enough, where they are many.

use chrono::DateTime;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Integer, Text},
};
use profile_domain::users::{Listing, Position, User, UserId};
use profile_ports::Unavailable;

use crate::{
    column::Instant,
    engine::Queries,
    reading::{Unreadable, anywhere},
    sql,
    user::UserRow,
};

/// What each rank finds.
const RANKS: [(i32, &str); 3] = [
    (0, "username_key = :search"),
    (1, "(username_key >= :search AND username_key < :search || '~') AND username_key <> :search"),
    (
        2,
        "(username_key LIKE :pattern ESCAPE '!' OR name_folded LIKE :pattern ESCAPE '!') \
         AND NOT (username_key >= :search AND username_key < :search || '~')",
    ),
];
/// Without a search everybody has the same rank.
const EVERYBODY: [(i32, &str); 1] = [(0, "1 = 1")];

/// A user with the rank under which the search found them.
#[derive(QueryableByName)]
struct Ranked {
    #[diesel(sql_type = Integer)]
    rank: i32,
    #[diesel(embed)]
    row: UserRow,
}

/// Returns the users of a page of the list, in the order of the list, each with its position.
pub async fn list_users<E: Queries>(
    engine: &E,
    listing: &Listing,
) -> Result<Vec<(Position, User)>, Unavailable> {
    // Where the list begins at its end, it does not matter what these are.
    let (at, id) = match &listing.from {
        Some(Position { created_at, id, .. }) => (*created_at, id.to_string()),
        None => (DateTime::UNIX_EPOCH, String::new()),
    };
    let query = sql_query(statement(listing, E::PARAMETER))
        .bind::<Text, _>(listing.search.as_str().to_owned())
        .bind::<Text, _>(anywhere(&listing.search))
        .bind::<sql::Instant, _>(Instant(at))
        .bind::<Text, _>(id);
    let found =
        if listing.search.is_empty() { engine.list(query).await? } else { engine.search(query).await? };
    page(found, listing.backwards).map_err(|unreadable| unreadable.of("user_profile", "of a list"))
}

/// The statement of a listing, where `mark` begins a parameter.
fn statement(listing: &Listing, mark: char) -> String {
    let Listing { search, from, backwards, limit } = listing;
    let from = from.as_ref().map(|from| from.rank);
    let (order, ranks, before, after) = if *backwards {
        ("registered_at, user_id DESC", "rank DESC", ">", "<")
    } else {
        ("registered_at DESC, user_id", "rank", "<", ">")
    };
    let all: &[(i32, &str)] = if search.is_empty() { &EVERYBODY } else { &RANKS };
    let ahead = |rank: i32| from.is_none_or(|from| if *backwards { rank <= from } else { rank >= from });
    let branches = all.iter().filter(|(rank, _)| ahead(*rank)).map(|(rank, found)| {
        let behind = if from == Some(*rank) {
            format!("(registered_at {before} :at OR (registered_at = :at AND user_id {after} :id))")
        } else {
            "1 = 1".to_owned()
        };
        format!(
            "SELECT * FROM (SELECT {rank} AS rank, user_profile.* FROM user_profile WHERE {found} AND {behind} \
             ORDER BY {order} LIMIT {limit}) AS rank_{rank}"
        )
    });
    let branches = branches.collect::<Vec<_>>().join(" UNION ALL ");
    // Not every listing uses every parameter, but all of them are sent.
    let sent = ":search = :search AND :pattern = :pattern AND :at = :at AND :id = :id";
    format!("SELECT * FROM ({branches}) AS listed WHERE {sent} ORDER BY {ranks}, {order} LIMIT {limit}")
        .replace(":search", &format!("{mark}1"))
        .replace(":pattern", &format!("{mark}2"))
        .replace(":at", &format!("{mark}3"))
        .replace(":id", &format!("{mark}4"))
}

/// The users of a page, in the order of the list whichever way it was walked.
fn page(found: Vec<Ranked>, backwards: bool) -> Result<Vec<(Position, User)>, Unreadable> {
    let positioned = |Ranked { rank, row }: Ranked| {
        let user = User::try_from(row)?;
        let id: UserId = user.id.clone();
        Ok((Position { rank, created_at: user.created_at, id }, user))
    };
    let mut users = found.into_iter().map(positioned).collect::<Result<Vec<_>, Unreadable>>()?;
    if backwards {
        users.reverse();
    }
    Ok(users)
}
