//! How the list of users is asked here.

use diesel::{
    RunQueryDsl as _, SqliteConnection, sql_query,
    sql_types::{Text, TimestamptzSqlite},
};
use profile_domain::users::{Listing, Position, User};
use profile_ports::Unavailable;

use crate::{
    SqliteStore,
    user_list::{Parameters, Ranked, statement, stretch},
};

impl SqliteStore {
    pub(crate) async fn list(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        let Parameters { search, pattern, at, id } = Parameters::of(listing);
        let statement = statement(listing, '?');
        let query = move |connection: &mut SqliteConnection| {
            sql_query(statement)
                .bind::<Text, _>(search)
                .bind::<Text, _>(pattern)
                .bind::<TimestamptzSqlite, _>(at)
                .bind::<Text, _>(id)
                .load::<Ranked>(connection)
        };
        let found =
            if listing.search.is_empty() { self.read(query).await? } else { self.search(query).await? };
        stretch(found, listing.backwards).map_err(Unavailable::database)
    }
}
