//! The list of the tables, each with the names and types of its columns as the schema has them.

use diesel::{
    Expression, QueryResult, Table,
    expression::QueryMetadata,
    pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata},
    query_builder::{QueryBuilder as _, QueryFragment},
};
use profile_ports::{CopiedTable, TableContent};

use crate::schema;

/// Tables that a copy leaves out: about servers that run, about this database alone, or made anew from the log.
pub const NOT_COPIED: [&str; 12] = [
    "__diesel_schema_migrations",
    "call_count",
    "feed_server",
    "key_holder",
    "migration_turn",
    "search_gram",
    "search_progress",
    "search_record",
    "search_term",
    "store_copy",
    "verification",
    "write_probe",
];

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    Bool,
    Integer,
    BigInt,
    Double,
    Text,
    Json,
    Binary,
    Id,
    Instant,
}

impl ColumnType {
    /// Returns the type with this number in PostgreSQL.
    pub(super) const fn of_oid(oid: u32) -> Option<Self> {
        Some(match oid {
            16 => Self::Bool,
            17 => Self::Binary,
            20 => Self::BigInt,
            23 => Self::Integer,
            25 => Self::Text,
            114 => Self::Json,
            701 => Self::Double,
            1184 => Self::Instant,
            2950 => Self::Id,
            _ => return None,
        })
    }
}

/// A table as it is copied.
#[derive(Debug)]
pub struct TableShape {
    pub(super) name: String,
    pub(super) columns: Vec<(String, ColumnType)>,
    pub(super) content: TableContent,
}

impl TableShape {
    fn of<T: Table>(content: TableContent) -> QueryResult<Self>
    where
        T::AllColumns: QueryFragment<Pg>,
        Pg: QueryMetadata<<T::AllColumns as Expression>::SqlType>,
    {
        let mut builder = PgQueryBuilder::default();
        T::all_columns().to_sql(&mut builder, &Pg)?;
        let text = builder.finish();
        let mut types = Vec::new();
        Pg::row_metadata(&mut Unasked, &mut types);
        let mut shape = Self { name: String::new(), columns: Vec::with_capacity(types.len()), content };
        for (column, metadata) in text.split(", ").zip(types) {
            let mut names = column.split('.').map(|name| name.trim_matches(['"', '(', ')']).to_owned());
            let oid = metadata.and_then(|metadata| metadata.oid().ok()).and_then(ColumnType::of_oid);
            let (Some(table), Some(name), Some(of)) = (names.next(), names.next(), oid) else {
                return Err(diesel::result::Error::QueryBuilderError(format!("{column} has no type").into()));
            };
            shape.name = table;
            shape.columns.push((name, of));
        }
        Ok(shape)
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// Returns it as the port names it.
    #[must_use]
    pub fn copied(&self) -> CopiedTable {
        CopiedTable { name: self.name.clone(), content: self.content }
    }
}

/// Every type of the schema has a number of its own, so nobody is asked.
struct Unasked;

impl PgMetadataLookup for Unasked {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

/// Returns every table that is copied: records, the log, and then facts, each behind those that it refers to.
///
/// # Errors
/// A column of the schema has a type that is not known here.
pub fn tables() -> QueryResult<Vec<TableShape>> {
    use TableContent::{Facts, Log, Records};
    [
        TableShape::of::<schema::customer::table>(Records),
        TableShape::of::<schema::account::table>(Records),
        TableShape::of::<schema::media_file::table>(Records),
        TableShape::of::<schema::user_profile::table>(Records),
        TableShape::of::<schema::user_override::table>(Records),
        TableShape::of::<schema::business::table>(Records),
        TableShape::of::<schema::app::table>(Records),
        TableShape::of::<schema::api_key::table>(Records),
        TableShape::of::<schema::upload::table>(Records),
        TableShape::of::<schema::client::table>(Records),
        TableShape::of::<schema::language::table>(Records),
        TableShape::of::<schema::tenant::table>(Records),
        TableShape::of::<schema::brand::table>(Records),
        TableShape::of::<schema::member_group::table>(Records),
        TableShape::of::<schema::member::table>(Records),
        TableShape::of::<schema::membership::table>(Records),
        TableShape::of::<schema::changes::table>(Log),
        TableShape::of::<schema::person_record::table>(Facts),
        TableShape::of::<schema::claim::table>(Facts),
        TableShape::of::<schema::idempotency_key::table>(Facts),
        TableShape::of::<schema::client_number::table>(Facts),
        TableShape::of::<schema::master_key::table>(Facts),
        TableShape::of::<schema::person_key::table>(Facts),
        TableShape::of::<schema::known_key::table>(Facts),
        TableShape::of::<schema::service_key::table>(Facts),
        TableShape::of::<schema::password_attempts::table>(Facts),
        TableShape::of::<schema::operator_key::table>(Facts),
        TableShape::of::<schema::access::table>(Facts),
        TableShape::of::<schema::hold::table>(Facts),
        TableShape::of::<schema::erasure::table>(Facts),
        TableShape::of::<schema::subscription::table>(Facts),
        TableShape::of::<schema::follower::table>(Facts),
        TableShape::of::<schema::delivery_waiting::table>(Facts),
        TableShape::of::<schema::delivery_attempt::table>(Facts),
        TableShape::of::<schema::checkpoint::table>(Facts),
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_those_of_the_schema() {
        let tables = tables().unwrap();
        let keys = tables.iter().find(|table| table.name == "person_key").unwrap();
        let columns: Vec<_> = keys.columns.iter().map(|(name, of)| (name.as_str(), *of)).collect();
        let expected = [
            ("root", ColumnType::Text),
            ("person_id", ColumnType::Id),
            ("master", ColumnType::Text),
            ("wrapped", ColumnType::Binary),
            ("created_at", ColumnType::Instant),
        ];
        assert_eq!(columns, expected);
    }
}
