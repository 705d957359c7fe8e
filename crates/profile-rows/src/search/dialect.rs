//! What the two databases call alike things in the statements about the projection, and how each finds names by their pieces.
//!
//! The pieces of names are our own, and not those of an extension: those of `pg_trgm` depend on the language of the database,
//! in some of which no letter beyond ASCII is one, and neither it nor the tokenizer of SQLite finds words of two characters.

/// How a database is told what the statements are about.
#[derive(Debug)]
pub struct SearchDialect {
    /// What is replaced in every statement: by what `:json`, the parameter, is read, the functions that return the elements of a
    /// list and those of a list of texts, the function that returns where a text is in another one, and what makes a text an id or a
    /// moment.
    words: [(&'static str, &'static str); 6],
    /// Stores the rows of records, unless a later version is stored.
    pub(super) store_records: &'static str,
    /// Stores the pieces of the names of the rows that were stored, where they are not in the row.
    pub(super) store_grams: &'static [&'static str],
    /// Returns the rows whose names have all pieces: their person, kind, class and names.
    pub(super) with_grams: &'static str,
    /// Removes everything.
    pub(super) clear: &'static [&'static str],
}

impl SearchDialect {
    /// PostgreSQL keeps the pieces in the row, under an inverted index.
    pub const POSTGRES: Self = Self {
        words: [
            (":json", "CAST($1 AS json)"),
            (":items", "json_array_elements"),
            (":texts", "json_array_elements_text"),
            (":position", "strpos"),
            (":as_id", "::uuid"),
            (":as_moment", "::timestamptz"),
        ],
        store_records: "\
            :with_entries INSERT INTO search_record (root, kind, key, version, person_id, personal, fields, names, grams) \
            SELECT item.value ->> 'root', item.value ->> 'kind', item.value ->> 'key', \
                CAST(item.value ->> 'version' AS bigint), CAST(item.value ->> 'person' AS uuid), \
                CAST(item.value ->> 'personal' AS boolean), item.value ->> 'fields', item.value ->> 'names', \
                ARRAY(SELECT json_array_elements_text(item.value -> 'grams')) \
            FROM item \
            ON CONFLICT (root, kind, key) DO UPDATE SET version = excluded.version, person_id = excluded.person_id, \
                personal = excluded.personal, fields = excluded.fields, names = excluded.names, \
                grams = excluded.grams \
            WHERE excluded.version >= search_record.version",
        store_grams: &[],
        with_grams: "\
            SELECT person_id, kind, personal, names FROM search_record \
            WHERE grams @> CAST(:json ->> 'gram_array' AS text[])",
        clear: &["TRUNCATE search_record, search_term"],
    };

    /// SQLite keeps them in a table of its full-text search, as words of hexadecimal digits, which no tokenizer takes apart.
    pub const SQLITE: Self = Self {
        words: [
            (":json", "?1"),
            (":items", "json_each"),
            (":texts", "json_each"),
            (":position", "instr"),
            (":as_id", ""),
            (":as_moment", ""),
        ],
        store_records: "\
            :with_entries INSERT INTO search_record (root, kind, key, version, person_id, personal, fields, names) \
            SELECT item.value ->> 'root', item.value ->> 'kind', item.value ->> 'key', item.value ->> 'version', \
                item.value ->> 'person', item.value ->> 'personal', item.value ->> 'fields', item.value ->> 'names' \
            FROM item WHERE true \
            ON CONFLICT (root, kind, key) DO UPDATE SET version = excluded.version, person_id = excluded.person_id, \
                personal = excluded.personal, fields = excluded.fields, names = excluded.names \
            WHERE excluded.version >= search_record.version",
        store_grams: &[
            ":with_entries DELETE FROM search_gram WHERE rowid IN (SELECT stored.id FROM item :stored)",
            ":with_entries INSERT INTO search_gram (rowid, grams) \
             SELECT stored.id, \
                 (SELECT group_concat(hex(gram.value), ' ') FROM :texts(item.value -> 'grams') AS gram) \
             FROM item :stored WHERE json_array_length(item.value -> 'grams') > 0",
        ],
        with_grams: "\
            SELECT person_id, kind, personal, names FROM search_gram JOIN search_record ON id = search_gram.rowid \
            WHERE search_gram MATCH (SELECT group_concat(hex(gram.value), ' ') FROM :texts(:json -> 'grams') AS gram)",
        clear: &[
            "INSERT INTO search_gram (search_gram) VALUES ('delete-all')",
            "DELETE FROM search_term",
            "DELETE FROM search_record",
        ],
    };

    /// The join of an item with its row, if that was stored.
    const STORED: &str = "JOIN search_record AS stored ON stored.root = item.value ->> 'root' \
                          AND stored.kind = item.value ->> 'kind' AND stored.key = item.value ->> 'key' \
                          AND stored.version = CAST(item.value ->> 'version' AS bigint)";

    /// The entries as items. Materialized, as SQLite otherwise makes the text of an item again for each of its members.
    const WITH_ENTRIES: &str = "WITH item AS MATERIALIZED (SELECT value FROM :items(:json -> 'entries'))";

    /// Returns a statement in the words of the database.
    pub(crate) fn translated(&self, statement: &str) -> String {
        let statement =
            statement.replace(":stored", Self::STORED).replace(":with_entries", Self::WITH_ENTRIES);
        self.words.iter().fold(statement, |statement, (word, meaning)| statement.replace(word, meaning))
    }
}
