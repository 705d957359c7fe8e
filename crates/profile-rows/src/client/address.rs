//! A client's address as columns of its row.
#![allow(
    clippy::struct_field_names,
    reason = "the fields are columns, and those of a record begin with its name"
)]

use diesel::prelude::*;
use profile_domain::{
    Text,
    client::{Address, AddressEntry},
};

use super::{Moment, needed, optional, times};
use crate::{column::Instant, reading::Unreadable, schema::client};

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, treat_none_as_null = true)]
pub struct AddressColumns {
    address_id: Option<i64>,
    address_line_1: Option<String>,
    address_line_2: Option<String>,
    address_state_province: Option<String>,
    address_city: Option<String>,
    address_zip_postal_code: Option<String>,
    address_staff_identifier: Option<String>,
    address_created: Moment,
    address_updated: Moment,
}

impl From<Option<Address>> for AddressColumns {
    fn from(address: Option<Address>) -> Self {
        let Some(Address { id, entry, staff_identifier, times }) = address else { return Self::default() };
        let AddressEntry { address_line_1, address_line_2, state_province, city, zip_postal_code } = entry;
        Self {
            address_id: Some(id),
            address_line_1: Some(address_line_1.into_string()),
            address_line_2: address_line_2.map(Text::into_string),
            address_state_province: Some(state_province.into_string()),
            address_city: Some(city.into_string()),
            address_zip_postal_code: Some(zip_postal_code.into_string()),
            address_staff_identifier: staff_identifier.map(Text::into_string),
            address_created: Some(times.created.into()),
            address_updated: times.updated.map(Instant),
        }
    }
}

impl TryFrom<AddressColumns> for Option<Address> {
    type Error = Unreadable;

    fn try_from(columns: AddressColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.address_created else { return Ok(None) };
        Ok(Some(Address {
            id: columns.address_id.ok_or(Unreadable("id"))?,
            entry: AddressEntry {
                address_line_1: needed("address_line_1", columns.address_line_1)?,
                address_line_2: optional("address_line_2", columns.address_line_2)?,
                state_province: needed("address_state_province", columns.address_state_province)?,
                city: needed("address_city", columns.address_city)?,
                zip_postal_code: needed("address_zip_postal_code", columns.address_zip_postal_code)?,
            },
            staff_identifier: optional("address_staff_identifier", columns.address_staff_identifier)?,
            times: times(created, columns.address_updated),
        }))
    }
}
