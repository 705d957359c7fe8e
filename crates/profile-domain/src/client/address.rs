//! The postal address (contract client, section 4).

use garde::Validate;

use super::{
    Times, fields as f,
    input::{Members, Reader, required, stored},
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

/// The members of a request.
#[derive(Validate)]
struct AddressInput<'a> {
    #[garde(custom(f::ADDRESS_LINE_1.required()))]
    address_line_1: Option<&'a str>,
    #[garde(custom(f::ADDRESS_LINE_2.optional()))]
    address_line_2: Option<&'a str>,
    #[garde(custom(f::STATE_PROVINCE.required()))]
    state_province: Option<&'a str>,
    #[garde(custom(f::CITY.required()))]
    city: Option<&'a str>,
    #[garde(custom(f::ZIP_POSTAL_CODE.required()))]
    zip_postal_code: Option<&'a str>,
}

impl AddressEntry {
    /// Reads an address.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn read(members: &dyn Members) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::default();
        let mut text = |field| reader.text(members, field);
        let input = AddressInput {
            address_line_1: text(f::ADDRESS_LINE_1),
            address_line_2: text(f::ADDRESS_LINE_2),
            state_province: text(f::STATE_PROVINCE),
            city: text(f::CITY),
            zip_postal_code: text(f::ZIP_POSTAL_CODE),
        };
        reader.check(&input, &(), &f::ADDRESS)?;
        let AddressInput { address_line_1, address_line_2, state_province, city, zip_postal_code } = input;
        Ok(Self {
            address_line_1: required(f::ADDRESS_LINE_1, address_line_1),
            address_line_2: stored(f::ADDRESS_LINE_2, address_line_2),
            state_province: required(f::STATE_PROVINCE, state_province),
            city: required(f::CITY, city),
            zip_postal_code: required(f::ZIP_POSTAL_CODE, zip_postal_code),
        })
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
