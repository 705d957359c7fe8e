//! Customers.

use diesel::prelude::*;
use profile_domain::account::{Customer, CustomerId};

use crate::{
    column::Id,
    reading::{Unreadable, text},
    schema::customer,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a customer.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customer, treat_none_as_null = true)]
pub struct CustomerRow {
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
            person_id: person.into(),
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
            person: person_id.person()?,
            version,
            email: text("email", email)?,
            full_name: text("full_name", full_name)?,
            first_name: text("first_name", first_name)?,
            last_name: text("last_name", last_name)?,
            phone: text("phone", phone)?,
            status,
            enable,
            brand: text("brand", brand)?,
            preferred_language: text("preferred_language", preferred_language)?,
            desk: text("desk", desk)?,
            manager_id,
        })
    }
}

impl Stored for Customer {
    type Row = CustomerRow;
    type Found = CustomerRow;

    fn by_key(id: &CustomerId) -> impl Select<SavedRow<CustomerRow>> + use<> {
        let key = (root_of::<Self>(id), id.0);
        customer::table.find(key).limit(1).select((
            columns_of::<CustomerRow>(),
            customer::updated_at,
            customer::chain,
        ))
    }

    fn insert(row: CustomerRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (customer::created_at.eq(at), customer::updated_at.eq(at), customer::chain.eq(chain));
        diesel::insert_into(customer::table).values((customer::root.eq(root), row, mark))
    }

    fn update(row: CustomerRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = customer::root
            .eq(root)
            .and(customer::customer_id.eq(row.customer_id))
            .and(customer::version.eq(base));
        Update::new(&customer::table, (row, customer::updated_at.eq(at), customer::chain.eq(chain)), found)
    }

    fn delete(id: &CustomerId, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), id.0);
        diesel::delete(customer::table.find(key).filter(customer::version.eq(base)))
    }
}
