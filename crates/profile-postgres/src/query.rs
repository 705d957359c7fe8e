//! How the tables are asked and written here; `profile-sqlite` has the same words.

/// Every row of a query, which may take its time.
macro_rules! load {
    ($store:expr, $row:ty, $query:expr) => {
        rows!($row, $query, $store.connection())
    };
}

/// Every row of a search, on a connection for searches.
macro_rules! search {
    ($store:expr, $row:ty, $query:expr) => {
        rows!($row, $query, $store.for_search())
    };
}

/// Every row of a query on a connection of its own.
macro_rules! rows {
    ($row:ty, $query:expr, $connection:expr) => {
        async {
            let query = $query;
            let mut connection = $connection.await?;
            diesel_async::RunQueryDsl::load::<$row>(query, &mut connection)
                .await
                .map_err(profile_ports::Unavailable::database)
        }
        .await
    };
}

/// The rows that have the key, or one of the keys, which a query asks for.
macro_rules! look_up {
    ($store:expr, $row:ty, $query:expr) => {
        async {
            let query = $query;
            let share = $store.share()?;
            let connection = share.for_lookup().await?;
            let mut shared: &crate::link::Link = &connection;
            let found = diesel_async::RunQueryDsl::load::<$row>(query, &mut shared).await;
            found.map_err(|error| {
                share.part_lookups();
                profile_ports::Unavailable::database(error)
            })
        }
        .await
    };
}

/// Writes a commit: an insert, or an update of the row that has the key and the version which the commit starts from.
macro_rules! commit {
    ($store:expr, $commit:expr, $table:ident, $row_type:ty, |$row:ident| $key:expr) => {
        commit!($store, $commit, $table, $row_type, |$row| $key, crate::beside::Beside::default())
    };
    ($store:expr, $commit:expr, $table:ident, $row_type:ty, |$row:ident| $key:expr, $beside:expr) => {{
        let beside: crate::beside::Beside = $beside;
        let base = $commit.base();
        let profile_ports::Commit { next, record, .. } = $commit;
        let row = <$row_type>::try_from(next).map_err(profile_ports::Unavailable::database)?;
        let at = $table::updated_at.eq(record.at);
        let statement: Box<dyn crate::writer::Statement> = match base {
            None => {
                let creation =
                    diesel::insert_into($table::table).values((row, $table::created_at.eq(record.at), at));
                Box::new(crate::recorded::Recorded::creation(creation, &record, beside))
            }
            Some(base) if !beside.is_nothing() => {
                let update = update!($table, (row, at), base, |$row| $key);
                Box::new(crate::recorded::Recorded::update_beside(update, &record, beside))
            }
            Some(base) => {
                let update = update!($table, (row, at), base, |$row| $key);
                Box::new(crate::recorded::Recorded::update(update, &record))
            }
        };
        crate::writer::commit($store.share()?, (record.facet.name(), record.key), statement).await
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
