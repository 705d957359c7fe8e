//! How the tables are asked and written here; `profile-postgres` has the same words.

/// What reads the rows of a query from a connection.
macro_rules! rows {
    ($row:ty, $query:expr) => {{
        let query = $query;
        move |connection: &mut SqliteConnection| diesel::RunQueryDsl::load::<$row>(query, connection)
    }};
}

/// Every row of a query, which may take its time.
macro_rules! load {
    ($store:expr, $row:ty, $query:expr) => {
        $store.read(rows!($row, $query)).await
    };
}

/// Every row of a search, which waits for its turn.
macro_rules! search {
    ($store:expr, $row:ty, $query:expr) => {
        $store.search(rows!($row, $query)).await
    };
}

/// The rows that have the key, or one of the keys, which a query asks for.
macro_rules! look_up {
    ($store:expr, $row:ty, $query:expr) => {
        $store.look_up(rows!($row, $query)).await
    };
}

/// Writes a commit: an insert, or an update of the row that has the key and the version which the commit starts from.
macro_rules! commit {
    ($store:expr, $commit:expr, $table:ident, $row_type:ty, |$row:ident| $key:expr) => {
        commit!($store, $commit, $table, $row_type, |$row| $key, crate::beside::Beside::default())
    };
    ($store:expr, $commit:expr, $table:ident, $row_type:ty, |$row:ident| $key:expr, $beside:expr) => {{
        let base = $commit.base();
        let profile_ports::Commit { next, record, .. } = $commit;
        let row = <$row_type>::try_from(next).map_err(profile_ports::Unavailable::database)?;
        let at = $table::updated_at.eq(record.at);
        let made = $table::created_at.eq(record.at);
        let write = move |connection: &mut SqliteConnection| match base {
            None => diesel::RunQueryDsl::execute(
                diesel::insert_into($table::table).values((row, made, at)),
                connection,
            ),
            Some(base) => {
                let update = update!($table, (row, at), base, |$row| $key);
                diesel::RunQueryDsl::execute(update, connection)
            }
        };
        $store.commit(base, record, write, $beside).await
    }};
}

/// Runs a statement that is no commit; answers how many rows it touched.
macro_rules! execute {
    ($store:expr, $statement:expr) => {{
        let statement = $statement;
        let run =
            move |connection: &mut SqliteConnection| diesel::RunQueryDsl::execute(statement, connection);
        $store.write(run).await.map_err(profile_ports::Unavailable::database)
    }};
}
