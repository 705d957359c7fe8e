//! What the database remembers of the service's own keys.

use std::collections::BTreeMap;

use diesel::prelude::*;
use profile_domain::sealed::WrappedKey;
use profile_ports::{KeyHolder, Unavailable, columns};
use uuid::Uuid;

use crate::{
    column::{Id, Json},
    engine::Queries,
    reading::{Unreadable, words},
    schema::{key_holder, known_key, master_key, person_key, service_key},
    sql::Now,
};

/// The kind under which the current master key is known.
pub const MASTER: &str = "master";

type HolderRow = (Id, String, i64, Json);

fn read_holder((server, host, beat, keys): HolderRow) -> Result<KeyHolder, Unreadable> {
    let keys = words("keys", &keys, |name| Some(name.to_owned()))?;
    Ok(KeyHolder { server: server.uuid()?, host, beat, keys })
}

/// Returns what is known of every kind of key.
pub async fn known_keys(engine: &impl Queries) -> Result<BTreeMap<String, String>, Unavailable> {
    let query = known_key::table.select((known_key::kind, known_key::name));
    Ok(engine.load::<_, (String, String)>(query).await?.into_iter().collect())
}

/// Makes `to` the known key of a kind, if that is `from` now; returns whether it was.
pub async fn set_known_key(
    engine: &impl Queries,
    kind: &str,
    from: Option<&str>,
    to: &str,
) -> Result<bool, Unavailable> {
    let (kind, to) = (known_key::kind.eq(kind.to_owned()), known_key::name.eq(to.to_owned()));
    let Some(from) = from else {
        let insert = diesel::insert_into(known_key::table).values((kind, to)).on_conflict_do_nothing();
        return Ok(engine.execute(insert).await? == 1);
    };
    let before = known_key::table.filter(kind.and(known_key::name.eq(from.to_owned())));
    Ok(engine.execute(diesel::update(before).set(to)).await? == 1)
}

/// Returns the names of all master keys.
pub async fn master_keys(engine: &impl Queries) -> Result<Vec<String>, Unavailable> {
    engine.load(master_key::table.order(master_key::name).select(master_key::name)).await
}

/// Adds the name of a master key, unless it is there.
pub async fn add_master_key(engine: &impl Queries, name: &str) -> Result<(), Unavailable> {
    let row = (master_key::name.eq(name.to_owned()), master_key::created_at.eq(Now));
    let insert = diesel::insert_into(master_key::table).values(row).on_conflict_do_nothing();
    engine.execute(insert).await.map(drop)
}

/// Removes every person's key that is wrapped under this master key.
pub async fn erase_person_keys(engine: &impl Queries, master: &str) -> Result<(), Unavailable> {
    let wrapped = person_key::table.filter(person_key::master.eq(master.to_owned()));
    engine.execute(diesel::delete(wrapped)).await.map(drop)
}

/// Removes the name of a master key under which nothing is wrapped; returns whether it did.
pub async fn remove_master_key(engine: &impl Queries, name: &str) -> Result<bool, Unavailable> {
    // Each table is asked for itself, as on a cluster no statement about one may look into the others. What is wrapped under it
    // meanwhile is kept by the reference, which then refuses the statement.
    let of_service = service_key::table.filter(service_key::master.eq(name.to_owned())).count();
    if count_person_keys(engine, name).await? > 0 || engine.count(of_service).await? > 0 {
        return Ok(false);
    }
    Ok(engine.execute(diesel::delete(master_key::table.find(name.to_owned()))).await? == 1)
}

/// Returns how many people's keys are wrapped under this master key.
pub async fn count_person_keys(engine: &impl Queries, master: &str) -> Result<i64, Unavailable> {
    engine.count(person_key::table.filter(person_key::master.eq(master.to_owned())).count()).await
}

/// Returns a key of the service's own.
pub async fn service_key(engine: &impl Queries, name: &str) -> Result<Option<WrappedKey>, Unavailable> {
    let query =
        service_key::table.find(name.to_owned()).limit(1).select((service_key::master, service_key::wrapped));
    let found: Option<(String, Vec<u8>)> = engine.first(query).await?;
    Ok(found.map(|(master, bytes)| WrappedKey { master, bytes }))
}

/// Makes `to` the service's key of this name, if that is `from` now; returns whether it was.
pub async fn set_service_key(
    engine: &impl Queries,
    name: &str,
    from: Option<&WrappedKey>,
    to: &WrappedKey,
) -> Result<bool, Unavailable> {
    let WrappedKey { master, bytes } = to.clone();
    let name = service_key::name.eq(name.to_owned());
    let wrapping = (service_key::master.eq(master), service_key::wrapped.eq(bytes));
    let Some(from) = from else {
        let row = (name, wrapping, service_key::created_at.eq(Now));
        let insert = diesel::insert_into(service_key::table).values(row).on_conflict_do_nothing();
        return Ok(engine.execute(insert).await? == 1);
    };
    let before = service_key::table.filter(name.and(service_key::wrapped.eq(from.bytes.clone())));
    Ok(engine.execute(diesel::update(before).set(wrapping)).await? == 1)
}

/// Returns the running servers and the names of the keys that they hold.
pub async fn key_holders(engine: &impl Queries) -> Result<Vec<KeyHolder>, Unavailable> {
    let query =
        key_holder::table.select((key_holder::server, key_holder::host, key_holder::beat, key_holder::keys));
    let rows: Vec<HolderRow> = engine.load(query).await?;
    rows.into_iter()
        .map(|row| read_holder(row).map_err(|unreadable| unreadable.of("key_holder", "of a server")))
        .collect()
}

/// Says which keys a server holds.
pub async fn set_key_holder(engine: &impl Queries, holder: &KeyHolder) -> Result<(), Unavailable> {
    let KeyHolder { server, host, beat, keys } = holder;
    let keys = Json::from(columns::words(keys.iter().map(String::as_str)));
    let state = (key_holder::host.eq(host.clone()), key_holder::beat.eq(*beat), key_holder::keys.eq(keys));
    let row = (key_holder::server.eq(Id::from(*server)), state.clone());
    let upsert = diesel::insert_into(key_holder::table)
        .values(row)
        .on_conflict(key_holder::server)
        .do_update()
        .set(state);
    engine.execute(upsert).await.map(drop)
}

/// Forgets a server.
pub async fn remove_key_holder(engine: &impl Queries, server: Uuid) -> Result<(), Unavailable> {
    engine.execute(diesel::delete(key_holder::table.find(Id::from(server)))).await.map(drop)
}
