//! What the database remembers of the service's own keys.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{dsl::now, prelude::*};
use profile_domain::sealed::WrappedKey;
use profile_ports::{KeyHolder, KeyRegister, Unavailable, columns};
use uuid::Uuid;

use crate::{
    Store,
    column::{self, Id, Json},
    reading::Unreadable,
    schema::{key_holder, known_key, master_key, person_key, service_key},
};

/// The kind under which the current master key is known.
pub(crate) const MASTER: &str = "master";

type HolderRow = (Id, String, i64, Json);

fn read_holder((server, host, beat, keys): HolderRow) -> Result<KeyHolder, Unreadable> {
    let keys = columns::read_words(&column::read_json(keys)?, |name| Some(name.to_owned()));
    Ok(KeyHolder { server: column::uuid(server)?, host, beat, keys: keys.map_err(|_| Unreadable)? })
}

#[async_trait]
impl KeyRegister for Store {
    async fn known_keys(&self) -> Result<BTreeMap<String, String>, Unavailable> {
        let query = known_key::table.select((known_key::kind, known_key::name));
        Ok(load!(self, (String, String), query)?.into_iter().collect())
    }

    async fn set_known_key(&self, kind: &str, from: Option<&str>, to: &str) -> Result<bool, Unavailable> {
        let (kind, to) = (known_key::kind.eq(kind.to_owned()), known_key::name.eq(to.to_owned()));
        let Some(from) = from else {
            let insert = diesel::insert_into(known_key::table).values((kind, to)).on_conflict_do_nothing();
            return Ok(execute!(self, insert)? == 1);
        };
        let before = known_key::table.filter(kind.and(known_key::name.eq(from.to_owned())));
        Ok(execute!(self, diesel::update(before).set(to))? == 1)
    }

    async fn master_keys(&self) -> Result<Vec<String>, Unavailable> {
        load!(self, String, master_key::table.order(master_key::name).select(master_key::name))
    }

    async fn add_master_key(&self, name: &str) -> Result<(), Unavailable> {
        let row = (master_key::name.eq(name.to_owned()), master_key::created_at.eq(now));
        let insert = diesel::insert_into(master_key::table).values(row).on_conflict_do_nothing();
        execute!(self, insert).map(drop)
    }

    async fn erase_person_keys(&self, master: &str) -> Result<(), Unavailable> {
        let wrapped = person_key::table.filter(person_key::master.eq(master.to_owned()));
        execute!(self, diesel::delete(wrapped)).map(drop)
    }

    async fn remove_master_key(&self, name: &str) -> Result<bool, Unavailable> {
        // What is wrapped under it while this runs is kept by the reference, which then refuses the statement.
        let of_person = person_key::table.filter(person_key::master.eq(name.to_owned()));
        let of_service = service_key::table.filter(service_key::master.eq(name.to_owned()));
        let unused = master_key::table
            .filter(master_key::name.eq(name.to_owned()))
            .filter(diesel::dsl::not(diesel::dsl::exists(of_person)))
            .filter(diesel::dsl::not(diesel::dsl::exists(of_service)));
        Ok(execute!(self, diesel::delete(unused))? == 1)
    }

    async fn count_person_keys(&self, master: &str) -> Result<i64, Unavailable> {
        count!(self, person_key::table.filter(person_key::master.eq(master.to_owned())).count())
    }

    async fn service_key(&self, name: &str) -> Result<Option<WrappedKey>, Unavailable> {
        let query =
            service_key::table.find(name.to_owned()).select((service_key::master, service_key::wrapped));
        let found = first!(self, (String, Vec<u8>), query)?;
        Ok(found.map(|(master, bytes)| WrappedKey { master, bytes }))
    }

    async fn set_service_key(
        &self,
        name: &str,
        from: Option<&WrappedKey>,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable> {
        let WrappedKey { master, bytes } = to.clone();
        let name = service_key::name.eq(name.to_owned());
        let wrapping = (service_key::master.eq(master), service_key::wrapped.eq(bytes));
        let Some(from) = from else {
            let row = (name, wrapping, service_key::created_at.eq(now));
            let insert = diesel::insert_into(service_key::table).values(row).on_conflict_do_nothing();
            return Ok(execute!(self, insert)? == 1);
        };
        let before = service_key::table.filter(name.and(service_key::wrapped.eq(from.bytes.clone())));
        Ok(execute!(self, diesel::update(before).set(wrapping))? == 1)
    }

    async fn key_holders(&self) -> Result<Vec<KeyHolder>, Unavailable> {
        let query = key_holder::table.select((
            key_holder::server,
            key_holder::host,
            key_holder::beat,
            key_holder::keys,
        ));
        let rows = load!(self, HolderRow, query)?;
        rows.into_iter().map(|row| read_holder(row).map_err(Unavailable::database)).collect()
    }

    async fn set_key_holder(&self, holder: &KeyHolder) -> Result<(), Unavailable> {
        let KeyHolder { server, host, beat, keys } = holder;
        let keys = column::json(columns::words(keys.iter().map(String::as_str)));
        let state =
            (key_holder::host.eq(host.clone()), key_holder::beat.eq(*beat), key_holder::keys.eq(keys));
        let row = (key_holder::server.eq(column::id(*server)), state.clone());
        let upsert = diesel::insert_into(key_holder::table)
            .values(row)
            .on_conflict(key_holder::server)
            .do_update()
            .set(state);
        execute!(self, upsert).map(drop)
    }

    async fn remove_key_holder(&self, server: Uuid) -> Result<(), Unavailable> {
        execute!(self, diesel::delete(key_holder::table.find(column::id(server)))).map(drop)
    }
}
