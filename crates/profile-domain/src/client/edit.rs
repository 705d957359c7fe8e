//! How an operator writes clients field by field: their own fields, and those of each of their records.

use chrono::DateTime;
use uuid::Uuid;

use super::{
    Address, AddressEntry, Assessment, CURRENT_TERMS, Client, IdentityProfile, SystemStatus, TaxInformation,
    Terms, Times,
};
use crate::{
    Beginning, Editable, Input, PersonId, Text,
    change::{Object, Value},
    edit::Held,
    rule::Fault,
    sealed::Sealed,
};

/// What a record has for its times until its `created_time` is set.
const UNSET: Times = Times::made(DateTime::UNIX_EPOCH);

/// A sensitive value that is not set yet.
const fn unsealed() -> Sealed {
    Sealed(Vec::new())
}

/// An item that is kept as JSON text.
struct Item(Text);

impl Held for Item {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::Object(item)) => Self::of(item),
            _ => Err(Fault::WrongType),
        }
    }
}

impl Item {
    fn of(item: Object) -> Result<Self, Fault> {
        Text::try_from(Value::Object(item).json_text()).map(Self).map_err(|_| Fault::Nul)
    }
}

impl Held for SystemStatus {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(Self::from_name)
    }
}

fn write_items(to: Input, items: &mut Vec<Text>) -> Result<(), Fault> {
    *items = Vec::<Item>::held(to)?.into_iter().map(|item| item.0).collect();
    Ok(())
}

impl Editable for Client {
    fn blank(sub: Uuid, beginning: Beginning) -> Self {
        Self::new(sub, beginning.person_or_nil())
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        if let Some((part, within)) = field.split_once('.') {
            return match part {
                "tnc" => self.terms.get_or_insert_with(Terms::unset).set(within, to),
                "profile" => self.profile.get_or_insert_with(IdentityProfile::unset).set(within, to),
                "address" => self.address.get_or_insert_with(Address::unset).set(within, to),
                "tax_information" => self.tax.get_or_insert_with(TaxInformation::unset).set(within, to),
                "financial_assessment" => {
                    self.assessment.get_or_insert_with(Assessment::unset).set(within, to)
                }
                _ => Err(Fault::Unknown),
            };
        }
        let imported = &mut self.imported;
        match field {
            "client_id" => to.write_unless_null(&mut self.client_id),
            "system_statuses" => to.write(&mut self.system_statuses),
            "statuses" => write_items(to, &mut imported.statuses),
            "accounts" => write_items(to, &mut imported.accounts),
            "wallets" => write_items(to, &mut imported.wallets),
            "total_balance" => {
                imported.total_balance = Option::<Item>::held(to)?.map(|item| item.0);
                Ok(())
            }
            "logins" => write_items(to, &mut imported.logins),
            "tnc" => to.remove(&mut self.terms),
            "profile" => to.remove(&mut self.profile),
            "address" => to.remove(&mut self.address),
            "tax_information" => to.remove(&mut self.tax),
            "financial_assessment" => to.remove(&mut self.assessment),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Terms {
    const fn unset() -> Self {
        Self { version: CURRENT_TERMS, accepted: DateTime::UNIX_EPOCH }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "version_id" => to.write(&mut self.version),
            "created_time" => to.write(&mut self.accepted),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Times {
    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "created_time" => to.write(&mut self.created),
            "updated_time" => to.write(&mut self.updated),
            _ => Err(Fault::Unknown),
        }
    }
}

impl IdentityProfile {
    fn unset() -> Self {
        Self {
            first_name: Text::default(),
            last_name: Text::default(),
            date_of_birth: unsealed(),
            birth_country: Text::default(),
            account_opening_reason: Text::default(),
            employment_status: Text::default(),
            residence_country: Text::default(),
            citizen_country: Text::default(),
            tax_residence_country: Text::default(),
            tax_identification_number: unsealed(),
            gender: Text::default(),
            staff_identifier: None,
            reason: None,
            times: UNSET,
        }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "first_name" => to.write(&mut self.first_name),
            "last_name" => to.write(&mut self.last_name),
            "date_of_birth" => to.write(&mut self.date_of_birth),
            "birth_country" => to.write(&mut self.birth_country),
            "account_opening_reason" => to.write(&mut self.account_opening_reason),
            "employment_status" => to.write(&mut self.employment_status),
            "residence_country" => to.write(&mut self.residence_country),
            "citizen_country" => to.write(&mut self.citizen_country),
            "tax_residence_country" => to.write(&mut self.tax_residence_country),
            "tax_identification_number" => to.write(&mut self.tax_identification_number),
            "gender" => to.write(&mut self.gender),
            "reason" => to.write(&mut self.reason),
            _ => self.times.set(field, to),
        }
    }
}

impl Address {
    /// The number 0 stands for none, as long as the store has not given one.
    fn unset() -> Self {
        Self {
            id: 0,
            entry: AddressEntry {
                address_line_1: Text::default(),
                address_line_2: None,
                state_province: Text::default(),
                city: Text::default(),
                zip_postal_code: Text::default(),
            },
            staff_identifier: None,
            times: UNSET,
        }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "address_line_1" => to.write(&mut self.entry.address_line_1),
            "address_line_2" => to.write(&mut self.entry.address_line_2),
            "state_province" => to.write(&mut self.entry.state_province),
            "city" => to.write(&mut self.entry.city),
            "zip_postal_code" => to.write(&mut self.entry.zip_postal_code),
            _ => self.times.set(field, to),
        }
    }
}

impl TaxInformation {
    fn unset() -> Self {
        Self {
            tax_residence: Text::default(),
            tax_identification_number: unsealed(),
            is_foreign_taxpayer: false,
            employment_status: Text::default(),
            occupation: Text::default(),
            industry_of_employment: Text::default(),
            times: UNSET,
        }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "tax_residence" => to.write(&mut self.tax_residence),
            "tax_identification_number" => to.write(&mut self.tax_identification_number),
            "is_foreign_taxpayer" => to.write(&mut self.is_foreign_taxpayer),
            "employment_status" => to.write(&mut self.employment_status),
            "financial_assessment.occupation" => to.write(&mut self.occupation),
            "financial_assessment.industry_of_employment" => to.write(&mut self.industry_of_employment),
            _ => self.times.set(field, to),
        }
    }
}

impl Assessment {
    const fn unset() -> Self {
        Self {
            estimated_net_worth: None,
            occupation: None,
            source_of_wealth: None,
            net_annual_income: None,
            primary_source_of_funds: None,
            industry_of_employment: None,
            employer_name: None,
            education_level: None,
            regular_expense: None,
            times: UNSET,
        }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "estimated_net_worth" => to.write(&mut self.estimated_net_worth),
            "occupation" => to.write(&mut self.occupation),
            "source_of_wealth" => to.write(&mut self.source_of_wealth),
            "net_annual_income" => to.write(&mut self.net_annual_income),
            "primary_source_of_funds_for_trading" => to.write(&mut self.primary_source_of_funds),
            "industry_of_employment" => to.write(&mut self.industry_of_employment),
            "employer_name" => to.write(&mut self.employer_name),
            "education_level" => to.write(&mut self.education_level),
            "regular_expense" => to.write(&mut self.regular_expense),
            _ => self.times.set(field, to),
        }
    }
}
