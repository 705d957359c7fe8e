//! How the tables are asked and written here; `profile-sqlite` has the same words.

/// Every row of a query.
macro_rules! load {
    ($store:expr, $row:ty, $query:expr) => {
        async {
            let query = $query;
            let mut connection = $store.connection().await?;
            diesel_async::RunQueryDsl::load::<$row>(query, &mut connection)
                .await
                .map_err(profile_ports::Unavailable::database)
        }
        .await
    };
}

/// The first row of a query.
macro_rules! first {
    ($store:expr, $row:ty, $query:expr) => {
        async {
            let query = $query;
            let mut connection = $store.connection().await?;
            diesel::OptionalExtension::optional(
                diesel_async::RunQueryDsl::first::<$row>(query, &mut connection).await,
            )
            .map_err(profile_ports::Unavailable::database)
        }
        .await
    };
}

/// The record of the first row that a filter lets through.
macro_rules! find {
    ($store:expr, $row:ty, $rows:expr) => {{
        let found = first!($store, $row, $rows.select(<$row>::as_select()))?;
        found.map(TryInto::try_into).transpose().map_err(profile_ports::Unavailable::database)
    }};
}

/// Writes a commit: an insert, or an update of the row that has the key and the version which the commit starts from.
macro_rules! commit {
    ($store:expr, $commit:expr, $table:ident, $row_type:ty, |$row:ident| $key:expr) => {{
        let base = $commit.base();
        let profile_ports::Commit { next, record } = $commit;
        let row = <$row_type>::try_from(next).map_err(profile_ports::Unavailable::database)?;
        let mut connection = $store.connection().await?;
        let at = $table::updated_at.eq(record.at);
        crate::error::committed(match base {
            None => {
                let creation =
                    diesel::insert_into($table::table).values((row, $table::created_at.eq(record.at), at));
                let recorded = crate::recorded::Recorded::creation(creation, &record);
                diesel_async::RunQueryDsl::execute(recorded, &mut connection).await
            }
            Some(base) => {
                let key = {
                    let $row = &row;
                    $key
                };
                let update =
                    diesel::update($table::table).filter(key.and($table::version.eq(base))).set((row, at));
                let recorded = crate::recorded::Recorded::update(update, &record);
                diesel_async::RunQueryDsl::execute(recorded, &mut connection).await
            }
        })
    }};
}

/// Runs a statement that is no commit; answers how many rows it touched.
macro_rules! execute {
    ($store:expr, $statement:expr) => {
        async {
            let statement = $statement;
            let mut connection = $store.connection().await?;
            diesel_async::RunQueryDsl::execute(statement, &mut connection)
                .await
                .map_err(profile_ports::Unavailable::database)
        }
        .await
    };
}
