//! Rows of kind `customer`.

use async_trait::async_trait;
use profile_domain::{
    account::{Customer, CustomerId, customer_fields as fields},
    person,
};
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, ZeroOrOne, check, optional_email, set},
};
use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerRow {
    customer_id: i64,
    email: Option<ImportText>,
    full_name: Option<ImportText>,
    first_name: Option<ImportText>,
    last_name: Option<ImportText>,
    phone: Option<ImportText>,
    status: Option<i64>,
    enable: Option<ZeroOrOne>,
    brand: Option<ImportText>,
    preferred_language: Option<ImportText>,
    desk: Option<ImportText>,
    manager_id: Option<i64>,
    person: Option<ImportText>,
}

#[async_trait(?Send)]
impl ImportRow for CustomerRow {
    fn key(&self) -> String {
        format!("customer {}", self.customer_id)
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[
            (fields::FULL_NAME, &self.full_name),
            (fields::FIRST_NAME, &self.first_name),
            (fields::LAST_NAME, &self.last_name),
            (fields::PHONE, &self.phone),
            (fields::BRAND, &self.brand),
            (fields::PREFERRED_LANGUAGE, &self.preferred_language),
            (fields::DESK, &self.desk),
            (person::ALIAS, &self.person),
        ])?;
        let email = optional_email(fields::EMAIL, self.email.as_ref())?;
        let id = CustomerId(self.customer_id);
        work.write(id, async |existing: Option<&Customer>| {
            let person =
                work.person_of(self.person.as_ref(), existing.map(|customer| customer.person)).await?;
            let moves = existing.is_some_and(|customer| customer.person != person);
            if moves && !work.ports.store.accounts_of(id, 1).await?.is_empty() {
                return Err(Refusal::invalid("person", "cannot change for a customer with accounts"));
            }
            let mut next = existing.cloned().unwrap_or_else(|| Customer::new(id, person));
            next.person = person;
            self.write_to(&mut next);
            if let Some(email) = &email {
                next.email.clone_from(email);
            }
            Ok(next)
        })
        .await
    }
}

impl CustomerRow {
    /// Returns the row of a record.
    pub(super) fn of(customer: &Customer, person: Option<ImportText>) -> Self {
        let Customer {
            id,
            person: _,
            version: _,
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
            email: Some(email.into()),
            full_name: Some(full_name.into()),
            first_name: Some(first_name.into()),
            last_name: Some(last_name.into()),
            phone: Some(phone.into()),
            status: Some(*status),
            enable: Some(ZeroOrOne(*enable)),
            brand: Some(brand.into()),
            preferred_language: Some(preferred_language.into()),
            desk: Some(desk.into()),
            manager_id: *manager_id,
            person,
        }
    }

    fn write_to(&self, customer: &mut Customer) {
        set(&mut customer.full_name, self.full_name.as_ref());
        set(&mut customer.first_name, self.first_name.as_ref());
        set(&mut customer.last_name, self.last_name.as_ref());
        set(&mut customer.phone, self.phone.as_ref());
        set(&mut customer.brand, self.brand.as_ref());
        set(&mut customer.preferred_language, self.preferred_language.as_ref());
        set(&mut customer.desk, self.desk.as_ref());
        customer.status = self.status.unwrap_or(customer.status);
        customer.enable = self.enable.map_or(customer.enable, |flag| flag.0);
        customer.manager_id = self.manager_id.or(customer.manager_id);
    }
}
