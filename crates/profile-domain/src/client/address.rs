//! The postal address (contract client, section 4).

use super::{
    Times, fields as f,
    input::{Checks, Members},
    rules,
};
use crate::{Text, Violation, change::Value, field::Field};

/// A checked request to make or replace an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressEntry {
    /// Street and number.
    pub address_line_1: Text,
    /// More of it.
    pub address_line_2: Option<Text>,
    /// Name or code.
    pub state_province: Text,
    /// City.
    pub city: Text,
    /// Postal code.
    pub zip_postal_code: Text,
}

impl AddressEntry {
    /// Reads an address.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let entry = Self {
            address_line_1: checks.required(&f::ADDRESS_LINE_1, rules::free),
            address_line_2: checks.optional(&f::ADDRESS_LINE_2, rules::free),
            state_province: checks.required(&f::STATE_PROVINCE, rules::free),
            city: checks.required(&f::CITY, rules::free),
            zip_postal_code: checks.required(&f::ZIP_POSTAL_CODE, rules::zip),
        };
        checks.entry(&f::ADDRESS, entry)
    }
}

/// A client's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Its number; 0 before it has one.
    pub id: i64,
    /// The address.
    pub entry: AddressEntry,
    /// Who on the staff wrote last; nobody, if the client did.
    pub staff_identifier: Option<Text>,
    /// When it was made and replaced.
    pub times: Times,
}

impl Address {
    pub(super) fn values(address: Option<&Self>) -> [(Field, Value); 9] {
        let text = |read: fn(&Self) -> Option<&Text>| {
            address.and_then(read).map_or(Value::Null, |text| Value::Text(text.clone()))
        };
        let [created, updated] = Times::values(address.map(|one| &one.times));
        [
            (f::ADDRESS_ID, address.map_or(Value::Null, |one| Value::Integer(one.id))),
            (f::ADDRESS_LINE_1, text(|one| Some(&one.entry.address_line_1))),
            (f::ADDRESS_LINE_2, text(|one| one.entry.address_line_2.as_ref())),
            (f::STATE_PROVINCE, text(|one| Some(&one.entry.state_province))),
            (f::CITY, text(|one| Some(&one.entry.city))),
            (f::ZIP_POSTAL_CODE, text(|one| Some(&one.entry.zip_postal_code))),
            (f::STAFF_IDENTIFIER, text(|one| one.staff_identifier.as_ref())),
            created,
            updated,
        ]
    }
}
