//! The catalogue of the client kind (contract client, section 4).

use super::values::{
    ACCOUNT_OPENING_REASONS, AMOUNTS, EMPLOYMENT_STATUSES, GENDERS, SOURCES_OF_FUNDS, SOURCES_OF_WEALTH,
};
use crate::{
    field::{Field, FieldType},
    rule::TextRule,
};

const fn text(name: &'static str, max_chars: usize, rule: TextRule) -> Field {
    Field::text(name, max_chars, rule).held()
}

const fn plain(name: &'static str) -> Field {
    text(name, 100, TextRule::Plain)
}

const fn country(name: &'static str) -> Field {
    text(name, 2, TextRule::Country)
}

pub(super) const FIRST_NAME: Field = text("first_name", 50, TextRule::PersonName).person_name();
pub(super) const LAST_NAME: Field = text("last_name", 50, TextRule::PersonName).person_name();
pub(super) const DATE_OF_BIRTH: Field = text("date_of_birth", 10, TextRule::BirthDate).sensitive();
pub(super) const BIRTH_COUNTRY: Field = country("birth_country");
pub(super) const ACCOUNT_OPENING_REASON: Field =
    text("account_opening_reason", 50, TextRule::OneOf(&ACCOUNT_OPENING_REASONS));
pub(super) const EMPLOYMENT_STATUS: Field =
    text("employment_status", 50, TextRule::OneOf(&EMPLOYMENT_STATUSES));
pub(super) const RESIDENCE_COUNTRY: Field = country("residence_country");
pub(super) const CITIZEN_COUNTRY: Field = country("citizen_country");
pub(super) const TAX_RESIDENCE_COUNTRY: Field = country("tax_residence_country");
pub(super) const TAX_NUMBER: Field = text("tax_identification_number", 25, TextRule::TaxNumber).sensitive();
pub(super) const GENDER: Field = text("gender", 10, TextRule::OneOf(&GENDERS));
pub(super) const REASON: Field = text("reason", 255, TextRule::Plain);
pub(super) const STAFF_IDENTIFIER: Field = text("staff_identifier", 1024, TextRule::Any);

/// The order in which a creation is checked.
pub const PROFILE_CREATION: [Field; 11] = [
    FIRST_NAME,
    LAST_NAME,
    DATE_OF_BIRTH,
    BIRTH_COUNTRY,
    ACCOUNT_OPENING_REASON,
    EMPLOYMENT_STATUS,
    RESIDENCE_COUNTRY,
    CITIZEN_COUNTRY,
    TAX_RESIDENCE_COUNTRY,
    TAX_NUMBER,
    GENDER,
];
/// The order in which a replacement is checked.
pub const PROFILE_REPLACEMENT: [Field; 12] = [
    FIRST_NAME,
    LAST_NAME,
    RESIDENCE_COUNTRY,
    ACCOUNT_OPENING_REASON,
    TAX_RESIDENCE_COUNTRY,
    BIRTH_COUNTRY,
    TAX_NUMBER,
    CITIZEN_COUNTRY,
    EMPLOYMENT_STATUS,
    DATE_OF_BIRTH,
    GENDER,
    REASON,
];

pub(super) const ADDRESS_LINE_1: Field = plain("address_line_1");
pub(super) const ADDRESS_LINE_2: Field = plain("address_line_2");
pub(super) const STATE_PROVINCE: Field = plain("state_province");
pub(super) const CITY: Field = plain("city");
pub(super) const ZIP_POSTAL_CODE: Field = text("zip_postal_code", 20, TextRule::PostalCode);
/// The order in which an address is checked.
pub const ADDRESS: [Field; 5] = [ADDRESS_LINE_1, ADDRESS_LINE_2, STATE_PROVINCE, CITY, ZIP_POSTAL_CODE];

pub(super) const TAX_RESIDENCE: Field = country("tax_residence");
pub(super) const IS_FOREIGN_TAXPAYER: Field = Field::new("is_foreign_taxpayer", FieldType::Flag).held();
pub(super) const TAX_ASSESSMENT: Field = Field::new("financial_assessment", FieldType::Object).held();
pub(super) const TAX_OCCUPATION: Field = plain("financial_assessment.occupation");
pub(super) const TAX_INDUSTRY: Field = plain("financial_assessment.industry_of_employment");
/// The order in which tax information is checked.
pub const TAX: [Field; 7] = [
    TAX_RESIDENCE,
    TAX_NUMBER,
    IS_FOREIGN_TAXPAYER,
    EMPLOYMENT_STATUS,
    TAX_ASSESSMENT,
    TAX_OCCUPATION,
    TAX_INDUSTRY,
];

pub(super) const ESTIMATED_NET_WORTH: Field = plain("estimated_net_worth");
pub(super) const OCCUPATION: Field = plain("occupation");
pub(super) const SOURCE_OF_WEALTH: Field = plain("source_of_wealth");
pub(super) const NET_ANNUAL_INCOME: Field = plain("net_annual_income");
pub(super) const SOURCE_OF_FUNDS: Field = plain("primary_source_of_funds_for_trading");
pub(super) const INDUSTRY: Field = plain("industry_of_employment");
pub(super) const EMPLOYER_NAME: Field = plain("employer_name");
pub(super) const EDUCATION_LEVEL: Field = plain("education_level");
pub(super) const REGULAR_EXPENSE: Field = plain("regular_expense");
/// What the creation of an assessment accepts, where an update accepts any text.
const fn chosen(field: Field, words: &'static [&'static str]) -> Field {
    Field { holds: FieldType::Text { max_chars: 100, rule: TextRule::TrimmedOneOf(words) }, ..field }
}

pub(super) const NET_WORTH_CHOICE: Field = chosen(ESTIMATED_NET_WORTH, &AMOUNTS);
pub(super) const SOURCE_OF_WEALTH_CHOICE: Field = chosen(SOURCE_OF_WEALTH, &SOURCES_OF_WEALTH);
pub(super) const ANNUAL_INCOME_CHOICE: Field = chosen(NET_ANNUAL_INCOME, &AMOUNTS);
pub(super) const SOURCE_OF_FUNDS_CHOICE: Field = chosen(SOURCE_OF_FUNDS, &SOURCES_OF_FUNDS);

/// The order in which an assessment is checked at its creation.
pub const ASSESSMENT_CREATION: [Field; 5] =
    [NET_WORTH_CHOICE, OCCUPATION, SOURCE_OF_WEALTH_CHOICE, ANNUAL_INCOME_CHOICE, SOURCE_OF_FUNDS_CHOICE];
/// The order in which an update of an assessment is checked.
pub const ASSESSMENT_UPDATE: [Field; 7] = [
    INDUSTRY,
    NET_ANNUAL_INCOME,
    EMPLOYER_NAME,
    EDUCATION_LEVEL,
    ESTIMATED_NET_WORTH,
    SOURCE_OF_WEALTH,
    REGULAR_EXPENSE,
];

/// Every field of an assessment, in the order of an import's errors.
pub const ASSESSMENT: [Field; 9] = [
    INDUSTRY,
    NET_ANNUAL_INCOME,
    EMPLOYER_NAME,
    EDUCATION_LEVEL,
    ESTIMATED_NET_WORTH,
    SOURCE_OF_WEALTH,
    REGULAR_EXPENSE,
    OCCUPATION,
    SOURCE_OF_FUNDS,
];

/// The client's number.
pub const CLIENT_ID: Field = Field::new("client_id", FieldType::Integer).identifier();
pub(super) const TERMS_VERSION: Field = Field::new("tnc.version_id", FieldType::Integer);
pub(super) const TERMS_ACCEPTED: Field = Field::new("tnc.created_time", FieldType::Time);
pub(super) const ADDRESS_ID: Field = Field::new("id", FieldType::Integer);
pub(super) const CREATED_TIME: Field = Field::new("created_time", FieldType::Time);
pub(super) const UPDATED_TIME: Field = Field::new("updated_time", FieldType::Time);
pub(super) const PICTURE: Field = Field::text("picture", 255, TextRule::Any).held();
pub(super) const SYSTEM_STATUSES: Field = Field::new("system_statuses", FieldType::List);
pub(super) const STATUSES: Field = Field::new("statuses", FieldType::List);
pub(super) const ACCOUNTS: Field = Field::new("accounts", FieldType::List);
pub(super) const WALLETS: Field = Field::new("wallets", FieldType::List);
pub(super) const TOTAL_BALANCE: Field = Field::new("total_balance", FieldType::Object);
pub(super) const LOGINS: Field = Field::new("logins", FieldType::List);

/// What a sealed value is sealed for, so that none can be put in another's place.
pub const SENSITIVE_CONTEXTS: [&str; 3] =
    ["profile.date_of_birth", "profile.tax_identification_number", "tax.tax_identification_number"];

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(field: Field, text: &str) -> bool {
        field.clean(text).is_ok()
    }

    #[test]
    fn countries_are_assigned_and_small() {
        for fine in ["in", "ae", "sg", "ax", "gb", "ie", "ro"] {
            assert!(is_accepted(BIRTH_COUNTRY, fine), "{fine}");
        }
        for wrong in ["IN", "ind", "xx", "uk", "i", " in", "in ", "eu", "zz"] {
            assert!(!is_accepted(BIRTH_COUNTRY, wrong), "{wrong}");
        }
    }

    #[test]
    fn names_and_tax_numbers_are_stored_trimmed() {
        assert_eq!(FIRST_NAME.clean(" \u{a0} Zoë ").unwrap().as_str(), "Zoë");
        assert_eq!(TAX_NUMBER.clean(" A1 ").unwrap().as_str(), "A1");
    }

    #[test]
    fn enumerations_are_exact() {
        let all = [
            (GENDER, "male", true),
            (GENDER, "Male", false),
            (GENDER, " male", false),
            (ACCOUNT_OPENING_REASON, "HEDGING", false),
            (EMPLOYMENT_STATUS, "self-employed", false),
            (EMPLOYMENT_STATUS, "self_employed", true),
            (NET_WORTH_CHOICE, "Over $500000", false),
            (SOURCE_OF_WEALTH, "from an aunt", true),
            (SOURCE_OF_FUNDS_CHOICE, "Manufacturing, Mining & Industrial", true),
            (SOURCE_OF_FUNDS_CHOICE, "Manufacturing, Mining & Construction", true),
        ];
        for (field, text, fine) in all {
            assert_eq!(is_accepted(field, text), fine, "{} {text}", field.name);
        }
        let trimmed = SOURCE_OF_WEALTH_CHOICE.clean("Investments and Dividends ").unwrap();
        assert_eq!(trimmed.as_str(), "Investments and Dividends");
    }
}
