//! Customers.

use async_trait::async_trait;
use diesel::prelude::*;
use profile_domain::{
    Text,
    account::{Customer, CustomerId},
};
use profile_ports::{Commit, CommitError, Customers, Unavailable};

use crate::{SqliteStore, error::Unreadable, ids::person, schema::customer};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customer, check_for_backend(diesel::sqlite::Sqlite), treat_none_as_null = true)]
struct CustomerRow {
    customer_id: i64,
    person_id: String,
    version: i64,
    email: String,
    full_name: String,
    first_name: String,
    last_name: String,
    phone: String,
    status: i64,
    enable: bool,
    brand: String,
    preferred_language: String,
    desk: String,
    manager_id: Option<i64>,
}

impl From<Customer> for CustomerRow {
    fn from(customer: Customer) -> Self {
        let Customer {
            id,
            person,
            version,
            email,
            full_name,
            first_name,
            last_name,
            phone,
            status,
            enable,
            brand,
            preferred_language,
            desk,
            manager_id,
        } = customer;
        Self {
            customer_id: id.0,
            person_id: person.0.to_string(),
            version,
            email: email.into_string(),
            full_name: full_name.into_string(),
            first_name: first_name.into_string(),
            last_name: last_name.into_string(),
            phone: phone.into_string(),
            status,
            enable,
            brand: brand.into_string(),
            preferred_language: preferred_language.into_string(),
            desk: desk.into_string(),
            manager_id,
        }
    }
}

fn read(row: CustomerRow) -> Result<Customer, Unreadable> {
    let CustomerRow {
        customer_id,
        person_id,
        version,
        email,
        full_name,
        first_name,
        last_name,
        phone,
        status,
        enable,
        brand,
        preferred_language,
        desk,
        manager_id,
    } = row;
    let text = |column: String| Text::try_from(column).map_err(|_| Unreadable);
    Ok(Customer {
        id: CustomerId(customer_id),
        person: person(&person_id)?,
        version,
        email: text(email)?,
        full_name: text(full_name)?,
        first_name: text(first_name)?,
        last_name: text(last_name)?,
        phone: text(phone)?,
        status,
        enable,
        brand: text(brand)?,
        preferred_language: text(preferred_language)?,
        desk: text(desk)?,
        manager_id,
    })
}

#[async_trait]
impl Customers for SqliteStore {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable> {
        let query = move |connection: &mut SqliteConnection| {
            customer::table.find(id.0).select(CustomerRow::as_select()).first(connection).optional()
        };
        self.read(query).await?.map(read).transpose().map_err(Unavailable::database)
    }

    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError> {
        let base = commit.base();
        let Commit { next, record } = commit;
        let row = CustomerRow::from(next);
        let at = customer::updated_at.eq(record.at);
        let write = move |connection: &mut SqliteConnection| match base {
            None => diesel::insert_into(customer::table)
                .values((row, customer::created_at.eq(record.at), at))
                .execute(connection),
            Some(base) => diesel::update(customer::table)
                .filter(customer::customer_id.eq(row.customer_id).and(customer::version.eq(base)))
                .set((row, at))
                .execute(connection),
        };
        self.commit(base, record, write).await
    }
}
