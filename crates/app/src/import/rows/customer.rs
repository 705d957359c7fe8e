//! A row of kind `customer`.

use profile_domain::{
    account::{Customer, CustomerId, customer_fields as fields},
    person,
};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Imported, import_customer},
};
use serde::Deserialize;

use super::members::{Flag, Words, check, optional_email, set};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct CustomerRow {
    pub(super) customer_id: i64,
    email: Option<Words>,
    full_name: Option<Words>,
    first_name: Option<Words>,
    last_name: Option<Words>,
    phone: Option<Words>,
    status: Option<i64>,
    enable: Option<Flag>,
    brand: Option<Words>,
    preferred_language: Option<Words>,
    desk: Option<Words>,
    manager_id: Option<i64>,
    person: Option<Words>,
}

impl CustomerRow {
    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[
            (fields::FULL_NAME, &self.full_name),
            (fields::FIRST_NAME, &self.first_name),
            (fields::LAST_NAME, &self.last_name),
            (fields::PHONE, &self.phone),
            (fields::BRAND, &self.brand),
            (fields::PREFERRED_LANGUAGE, &self.preferred_language),
            (fields::DESK, &self.desk),
            (person::ALIAS, &self.person),
        ])
        .map_err(Refusal::Invalid)?;
        let email = optional_email(self.email.as_ref())?;
        let id = CustomerId(self.customer_id);
        let alias = self.person.as_ref().map(|person| &person.0);
        let adjust = |customer: &mut Customer| {
            self.write_to(customer);
            if let Some(email) = &email {
                customer.email.clone_from(email);
            }
        };
        import_customer(core, id, alias, adjust, origin).await
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
