//! What the copy of a store asks each database in its own words.

/// The words of a database. `:table` stands for the name of a table.
#[derive(Debug)]
pub struct CopyDialect {
    /// Returns, as `name`, what tells the database from every other one.
    pub(super) database_name: &'static str,
    /// Returns, as `name`, the columns of a table's primary key in their order: the order in which rows are read fast.
    pub(super) primary_key: &'static str,
    /// Has the database count what its plans rely on, where it does not do so by itself in time.
    pub(super) settle: Option<&'static str>,
}

impl CopyDialect {
    /// Two clusters do not start in the same microsecond, and databases of one have different numbers.
    pub const POSTGRES: Self = Self {
        database_name: "SELECT oid || ' ' || pg_postmaster_start_time() AS name FROM pg_database \
                        WHERE datname = current_database()",
        primary_key: "SELECT attname AS name FROM pg_index \
                      CROSS JOIN LATERAL unnest(indkey) WITH ORDINALITY AS part (number, place) \
                      JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number \
                      WHERE indisprimary AND indrelid = CAST(':table' AS regclass) ORDER BY part.place",
        settle: Some("ANALYZE"),
    };

    /// The file, by its full path.
    pub const SQLITE: Self = Self {
        database_name: "SELECT file AS name FROM pragma_database_list WHERE name = 'main'",
        primary_key: "SELECT name FROM pragma_table_info(':table') WHERE pk > 0 ORDER BY pk",
        settle: None,
    };
}
