//! Values of the SQL types that are ours, in the form in which each database stores them.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types,
    sqlite::Sqlite,
};
use profile_domain::PersonId;
use serde_json::Value;
use uuid::Uuid;

use crate::{moment, reading::Unreadable, sql};

/// A UUID. Text that is none makes its row unreadable, but not the rows beside it.
#[derive(Debug, Clone, Copy, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Id)]
pub struct Id(Result<Uuid, Unreadable>);

impl Id {
    /// Returns the UUID.
    pub fn uuid(self) -> Result<Uuid, Unreadable> {
        self.0
    }

    /// Returns the person with this id.
    pub fn person(self) -> Result<PersonId, Unreadable> {
        self.0.map(PersonId)
    }
}

impl From<Uuid> for Id {
    fn from(uuid: Uuid) -> Self {
        Self(Ok(uuid))
    }
}

impl From<PersonId> for Id {
    fn from(person: PersonId) -> Self {
        Self(Ok(person.0))
    }
}

impl ToSql<sql::Id, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let uuid = self.0.as_ref().map_err(|unreadable| *unreadable)?;
        ToSql::<sql_types::Uuid, Pg>::to_sql(uuid, out)
    }
}

impl ToSql<sql::Id, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0?.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Id, Pg> for Id {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(value).map(Self::from)
    }
}

impl FromSql<sql::Id, Sqlite> for Id {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::try_parse(&text).map_err(|_| Unreadable("a UUID"))))
    }
}

/// A moment.
#[derive(Debug, Clone, Copy, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Instant)]
pub struct Instant(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Instant {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(Instant(moment): Instant) -> Self {
        moment
    }
}

impl ToSql<sql::Instant, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<sql::Instant, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(moment::write(self.0));
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Instant, Pg> for Instant {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<sql_types::Timestamptz, Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<sql::Instant, Sqlite> for Instant {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        match moment::read(value.read_text()) {
            Some(moment) => Ok(Self(moment)),
            // As the database itself writes it, or somebody else.
            None => {
                <DateTime<Utc> as FromSql<sql_types::TimestamptzSqlite, Sqlite>>::from_sql(value).map(Self)
            }
        }
    }
}

/// A JSON value, as the text that both databases store: it is written and read by whoever asks, not by the one thread that
/// commits to SQLite. Text that is no JSON makes its row unreadable, but not the rows beside it.
#[derive(Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Json)]
pub struct Json(String);

impl Json {
    /// Returns the value with this text, which is stored as it is: a number keeps its form.
    pub(crate) const fn of_text(text: String) -> Self {
        Self(text)
    }

    /// Returns the value.
    pub fn value(&self) -> Result<Value, Unreadable> {
        serde_json::from_str(&self.0).map_err(|_| Unreadable("a column of JSON"))
    }
}

/// Says nothing of the value, which may be personal.
impl fmt::Debug for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Json")
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

impl ToSql<sql::Json, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Text, Pg>::to_sql(self.0.as_str(), out)
    }
}

impl ToSql<sql::Json, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        ToSql::<sql_types::Text, Sqlite>::to_sql(self.0.as_str(), out)
    }
}

impl FromSql<sql::Json, Pg> for Json {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<sql_types::Text, Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<sql::Json, Sqlite> for Json {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, dsl};

    use super::*;

    #[test]
    fn damaged_text_makes_only_its_own_row_unreadable() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let damaged = (dsl::sql::<sql::Id>("'no uuid'"), dsl::sql::<sql::Json>("'{'"));
        let (id, json): (Id, Json) = diesel::select(damaged).get_result(&mut connection).unwrap();
        assert_eq!(id.uuid(), Err(Unreadable("a UUID")));
        assert_eq!(json.value(), Err(Unreadable("a column of JSON")));
    }

    #[test]
    fn json_shows_nothing_of_its_value() {
        assert_eq!(format!("{:?}", Json::from(Value::from("a name"))), "Json");
    }
}
