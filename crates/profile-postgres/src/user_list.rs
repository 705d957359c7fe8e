//! The list of users, by rank.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Integer, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use profile_domain::users::{Listing, Position, User};
use profile_ports::Unavailable;

use crate::{PostgresStore, error::unavailable, users::UserRow};

/// Everybody whom the search finds, with a rank.
const RANKED: &str = "SELECT * FROM (SELECT *, CASE WHEN $1 = '' OR username_key = $1 THEN 0 \
     WHEN starts_with(username_key, $1) THEN 1 ELSE 2 END AS rank FROM user_profile \
     WHERE $1 = '' OR position($1 in username_key) > 0 OR position($1 in lower(coalesce(name, ''))) > 0) AS ranked";

/// What stands behind a position, in the order of the list.
const BEHIND: &str = "rank > $2 OR (rank = $2 AND \
     (registered_at < $3 OR (registered_at = $3 AND user_id > $4)))";
const FORWARDS: &str = "rank, registered_at DESC, user_id";

/// What stands before a position, from there to the beginning.
const BEFORE: &str = "rank < $2 OR (rank = $2 AND \
     (registered_at > $3 OR (registered_at = $3 AND user_id < $4)))";
const BACKWARDS: &str = "rank DESC, registered_at, user_id DESC";

#[derive(QueryableByName)]
struct Ranked {
    #[diesel(sql_type = Integer)]
    rank: i32,
    #[diesel(embed)]
    row: UserRow,
}

impl PostgresStore {
    pub(crate) async fn list(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        let Listing { search, from, backwards, limit } = listing.clone();
        let (beyond, order) = if backwards { (BEFORE, BACKWARDS) } else { (BEHIND, FORWARDS) };
        let condition = if from.is_some() { beyond } else { "$2 = $2 AND $3 = $3 AND $4 = $4" };
        let sql = format!("{RANKED} WHERE {condition} ORDER BY {order} LIMIT {limit}");
        let (rank, at, id) =
            from.map_or_else(nowhere, |from| (from.rank, from.created_at, from.id.to_string()));
        let mut connection = self.connection().await?;
        let found: Vec<Ranked> = sql_query(sql)
            .bind::<Text, _>(search)
            .bind::<Integer, _>(rank)
            .bind::<Timestamptz, _>(at)
            .bind::<Text, _>(id)
            .load(&mut connection)
            .await
            .map_err(unavailable)?;
        let user = |found: Ranked| {
            let user = User::try_from(found.row).map_err(Unavailable::database)?;
            Ok((Position { rank: found.rank, created_at: user.created_at, id: user.id.clone() }, user))
        };
        let mut users: Vec<(Position, User)> =
            found.into_iter().map(user).collect::<Result<_, Unavailable>>()?;
        if backwards {
            users.reverse();
        }
        Ok(users)
    }
}

/// Values for a condition that looks at none of them.
fn nowhere() -> (i32, DateTime<Utc>, String) {
    (0, DateTime::UNIX_EPOCH, String::new())
}
