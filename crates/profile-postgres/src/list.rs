//! How the list of users is asked here.

use diesel::{
    sql_query,
    sql_types::{Text, Timestamptz},
};
use diesel_async::RunQueryDsl as _;
use profile_domain::users::{Listing, Position, User};
use profile_ports::Unavailable;

use crate::{
    PostgresStore,
    user_list::{Parameters, Ranked, statement, stretch},
};

impl PostgresStore {
    pub(crate) async fn list(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        let Parameters { search, pattern, at, id } = Parameters::of(listing);
        let connection = if search.is_empty() { self.connection().await } else { self.for_search().await };
        let mut connection = connection?;
        let found: Vec<Ranked> = sql_query(statement(listing, '$'))
            .bind::<Text, _>(search)
            .bind::<Text, _>(pattern)
            .bind::<Timestamptz, _>(at)
            .bind::<Text, _>(id)
            .load(&mut connection)
            .await
            .map_err(Unavailable::database)?;
        stretch(found, listing.backwards).map_err(Unavailable::database)
    }
}
