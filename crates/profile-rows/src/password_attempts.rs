//! The wrong passwords of members. They are no part of the change log.

use diesel::prelude::*;
use profile_domain::tenant::{Attempts, Member};
use profile_ports::{Unavailable, columns};

use crate::{column::Json, engine::Queries, schema::password_attempts, stored::root_of};

/// Returns the wrong passwords of a member; none before the first.
pub async fn find_attempts(engine: &impl Queries, member: i32) -> Result<Attempts, Unavailable> {
    let query = password_attempts::table
        .find((root_of::<Member>(&member), member))
        .limit(1)
        .select((password_attempts::version, password_attempts::times));
    let found: Option<(i64, Json)> = engine.first(query).await?;
    let Some((version, times)) = found else { return Ok(Attempts::default()) };
    let times = times.value().map_err(Unavailable::database)?;
    Ok(Attempts { version, times: columns::read_moments(&times).map_err(Unavailable::database)? })
}

/// Stores the attempts of a member, if those stored are one version older; returns whether they were.
pub async fn keep_attempts(
    engine: &impl Queries,
    member: i32,
    attempts: &Attempts,
) -> Result<bool, Unavailable> {
    let root = root_of::<Member>(&member);
    let (version, times) = (attempts.version, Json::from(columns::moments(&attempts.times)));
    if version == 1 {
        let first = diesel::insert_into(password_attempts::table)
            .values((
                password_attempts::root.eq(root),
                password_attempts::member_id.eq(member),
                password_attempts::version.eq(version),
                password_attempts::times.eq(times),
            ))
            .on_conflict_do_nothing();
        return Ok(engine.execute(first).await? == 1);
    }
    let next = diesel::update(password_attempts::table.find((root, member)))
        .filter(password_attempts::version.eq(version - 1))
        .set((password_attempts::version.eq(version), password_attempts::times.eq(times)));
    Ok(engine.execute(next).await? == 1)
}
