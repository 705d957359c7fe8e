//! Customers.

use async_trait::async_trait;
use diesel::prelude::*;
use profile_domain::account::{Customer, CustomerId};
use profile_ports::{Commit, CommitError, Customers, Unavailable};

use crate::{
    Store,
    column::{self, Id},
    reading::{Unreadable, text},
    schema::customer,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customer, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct CustomerRow {
    customer_id: i64,
    person_id: Id,
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
            person_id: column::id(person.0),
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

impl TryFrom<CustomerRow> for Customer {
    type Error = Unreadable;

    fn try_from(row: CustomerRow) -> Result<Self, Unreadable> {
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
        Ok(Self {
            id: CustomerId(customer_id),
            person: column::person(person_id)?,
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
}

#[async_trait]
impl Customers for Store {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable> {
        find!(self, CustomerRow, customer::table.find(id.0))
    }

    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError> {
        commit!(self, commit, customer, CustomerRow, |row| customer::customer_id.eq(row.customer_id))
    }
}
