//! A statement as it is sent: its text, and its values in the server's binary form.

use std::{any::TypeId, error::Error as StdError, fmt};

use diesel::{
    QueryResult,
    pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata},
    query_builder::{QueryBuilder as _, QueryFragment, QueryId, bind_collector::RawBytesBindCollector},
    result::Error,
};
use tokio_postgres::{
    Statement,
    types::{IsNull, Kind, ToSql, Type, private::BytesMut},
};

/// By what a prepared statement is found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// All statements of this type have the same text.
    Type(TypeId),
    /// The text itself.
    Text(String),
}

/// A statement that is ready to be sent.
pub(crate) struct Outgoing {
    /// What the server has prepared of it.
    pub(crate) known: Option<Statement>,
    /// By what it is kept once it is prepared; `None`: its text is of this one use.
    pub(crate) key: Option<Key>,
    /// Empty where the server knows the statement.
    pub(crate) sql: String,
    pub(crate) types: Vec<Type>,
    pub(crate) values: Vec<Value>,
}

impl Outgoing {
    /// Writes down `query`; `known` answers what was prepared of it before.
    pub(crate) fn of<T: QueryFragment<Pg> + QueryId>(
        query: &T,
        known: impl Fn(&Key) -> Option<Statement>,
    ) -> QueryResult<Self> {
        let mut collector = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut collector, &mut Inferred, &Pg)?;
        let values = collector.binds.into_iter().map(Value).collect();
        let may_be_kept = query.is_safe_to_cache_prepared(&Pg)?;
        let key = T::query_id().filter(|_| may_be_kept).map(Key::Type);
        if let Some(statement) = key.as_ref().and_then(&known) {
            return Ok(Self { known: Some(statement), key, sql: String::new(), types: Vec::new(), values });
        }
        let mut builder = PgQueryBuilder::default();
        query.to_sql(&mut builder, &Pg)?;
        let sql = builder.finish();
        let key = key.or_else(|| may_be_kept.then(|| Key::Text(sql.clone())));
        let types = collector.metadata.iter().map(type_of).collect::<QueryResult<_>>()?;
        Ok(Self { known: key.as_ref().and_then(known), key, sql, types, values })
    }
}

fn type_of(metadata: &PgTypeMetadata) -> QueryResult<Type> {
    let oid = metadata.oid().map_err(|error| Error::SerializationError(Box::new(error)))?;
    let inferred = || Type::new(String::new(), oid, Kind::Simple, String::new());
    Ok(Type::from_oid(oid).unwrap_or_else(inferred))
}

/// Types that PostgreSQL does not come with are inferred by the server from their place in the statement.
struct Inferred;

impl PgMetadataLookup for Inferred {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

/// A value in binary form; `None` is null.
pub(crate) struct Value(Option<Vec<u8>>);

/// Says nothing of the value: the driver logs the parameters of a statement.
impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Value")
    }
}

impl ToSql for Value {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let Some(bytes) = &self.0 else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }
}
