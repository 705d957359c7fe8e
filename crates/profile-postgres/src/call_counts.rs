//! The calls that servers count together: a row for each caller, with a number for each second of the last minute.

use std::time::Duration;

use async_trait::async_trait;
use diesel::{
    sql_query,
    sql_types::{BigInt, Integer, Text},
};
use profile_ports::{AgedCalls, CallCounts, CountedCalls, NewCalls, Unavailable};
use profile_rows::Queries as _;

use crate::PostgresStore;

/// The row is locked by the update, so servers count one after the other, and its seconds are those of the database's clock. The
/// second that began a minute ago counts whole.
const COUNT: &str = "\
    INSERT INTO call_count AS it (hash, second, calls, granted, number) \
    VALUES ($1, extract(epoch FROM clock_timestamp())::bigint, ARRAY[$2 + least($3, greatest($4 - $2, 0))], \
            least($3, greatest($4 - $2, 0)), 1) \
    ON CONFLICT (hash) DO UPDATE SET (second, calls, granted, number) = ( \
        SELECT greatest(it.second, excluded.second), array_prepend(kept[1] + $2 + free, kept[2:]), free, \
               it.number + 1 \
        FROM (SELECT (array_fill(0, ARRAY[least(greatest(excluded.second - it.second, 0), 61)::integer]) \
                      || it.calls)[1:61] AS kept) AS moved, \
             LATERAL (SELECT least($3, greatest($4 - $2 - sum(calls)::integer, 0)) AS free \
                      FROM unnest(kept) AS calls) AS decided) \
    RETURNING granted, number, array_to_json(calls)::text AS calls";
const FORGET: &str =
    "DELETE FROM call_count WHERE second < extract(epoch FROM clock_timestamp())::bigint - 120";

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    granted: i32,
    #[diesel(sql_type = BigInt)]
    number: i64,
    /// A list of numbers, the present second first.
    #[diesel(sql_type = Text)]
    calls: String,
}

impl Row {
    fn counted(self) -> Result<CountedCalls, Unavailable> {
        let seconds: Vec<u32> = serde_json::from_str(&self.calls).map_err(Unavailable::database)?;
        let aged =
            |(second, calls)| AgedCalls { age: Duration::from_secs(u64::saturating_sub(second, 1)), calls };
        Ok(CountedCalls {
            granted: u32::try_from(self.granted).unwrap_or_default(),
            number: self.number,
            calls: (0..).zip(seconds).filter(|(_, calls)| *calls > 0).map(aged).collect(),
        })
    }
}

#[async_trait]
impl CallCounts for PostgresStore {
    async fn count_calls(&self, caller: &str, calls: NewCalls) -> Result<CountedCalls, Unavailable> {
        let NewCalls { passed, asked, most } = calls;
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let count = sql_query(COUNT)
            .bind::<Text, _>(caller.to_owned())
            .bind::<Integer, _>(number(passed))
            .bind::<Integer, _>(number(asked))
            .bind::<Integer, _>(number(most));
        let rows: Vec<Row> = self.load(count).await?;
        let row = rows.into_iter().next();
        row.ok_or_else(|| Unavailable::database("the database has counted nothing"))?.counted()
    }

    async fn forget_calls(&self) -> Result<(), Unavailable> {
        self.execute(sql_query(FORGET)).await.map(drop)
    }
}
