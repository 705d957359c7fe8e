//! The catalogue of the client kind (contract client, section 4).

use super::{
    LAST_IMPORTED_NUMBER,
    values::{
        ACCOUNT_OPENING_REASONS, AMOUNTS, EMPLOYMENT_STATUSES, GENDERS, SOURCES_OF_FUNDS, SOURCES_OF_WEALTH,
    },
};
use crate::{
    catalogue::items,
    field::{Content, Default, Field, FieldType, Write},
    rule::TextRule,
};

const fn text(name: &'static str, max_chars: usize, rule: TextRule) -> Field {
    Field::text(name, max_chars, rule).held()
}

/// A text that the contract needs wherever the record is.
const fn needed(name: &'static str, max_chars: usize, rule: TextRule) -> Field {
    text(name, max_chars, rule).mandatory()
}

const fn plain(name: &'static str) -> Field {
    text(name, 100, TextRule::Plain)
}

const fn country(name: &'static str) -> Field {
    needed(name, 2, TextRule::Country)
}

pub(crate) const FIRST_NAME: Field = needed("first_name", 50, TextRule::PersonName).person_name();
pub(crate) const LAST_NAME: Field = needed("last_name", 50, TextRule::PersonName).person_name();
pub(crate) const DATE_OF_BIRTH: Field = needed("date_of_birth", 10, TextRule::BirthDate).sensitive();
pub(crate) const BIRTH_COUNTRY: Field = country("birth_country");
pub(crate) const ACCOUNT_OPENING_REASON: Field =
    needed("account_opening_reason", 50, TextRule::OneOf(&ACCOUNT_OPENING_REASONS));
pub(crate) const EMPLOYMENT_STATUS: Field =
    needed("employment_status", 50, TextRule::OneOf(&EMPLOYMENT_STATUSES));
pub(crate) const RESIDENCE_COUNTRY: Field = country("residence_country");
pub(crate) const CITIZEN_COUNTRY: Field = country("citizen_country");
pub(crate) const TAX_RESIDENCE_COUNTRY: Field = country("tax_residence_country");
pub(crate) const TAX_NUMBER: Field = needed("tax_identification_number", 25, TextRule::TaxNumber).sensitive();
pub(crate) const GENDER: Field = needed("gender", 10, TextRule::OneOf(&GENDERS));
pub(crate) const REASON: Field = text("reason", 255, TextRule::Plain).nullable();
pub(crate) const STAFF_IDENTIFIER: Field =
    text("staff_identifier", 1024, TextRule::Any).nullable().written(Write::Never);

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

pub(crate) const ADDRESS_LINE_1: Field = plain("address_line_1").mandatory();
pub(crate) const ADDRESS_LINE_2: Field = plain("address_line_2").nullable();
pub(crate) const STATE_PROVINCE: Field = plain("state_province").mandatory();
pub(crate) const CITY: Field = plain("city").mandatory();
pub(crate) const ZIP_POSTAL_CODE: Field = needed("zip_postal_code", 20, TextRule::PostalCode);
/// The order in which an address is checked.
pub const ADDRESS: [Field; 5] = [ADDRESS_LINE_1, ADDRESS_LINE_2, STATE_PROVINCE, CITY, ZIP_POSTAL_CODE];

pub(crate) const TAX_RESIDENCE: Field = country("tax_residence");
pub(crate) const IS_FOREIGN_TAXPAYER: Field =
    Field::new("is_foreign_taxpayer", FieldType::Flag).held().mandatory();
pub(crate) const TAX_ASSESSMENT: Field = Field::new("financial_assessment", FieldType::Object).held();
pub(crate) const TAX_OCCUPATION: Field = plain("financial_assessment.occupation").mandatory();
pub(crate) const TAX_INDUSTRY: Field = plain("financial_assessment.industry_of_employment").mandatory();
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

pub(crate) const ESTIMATED_NET_WORTH: Field = plain("estimated_net_worth").nullable();
pub(crate) const OCCUPATION: Field = plain("occupation").nullable();
pub(crate) const SOURCE_OF_WEALTH: Field = plain("source_of_wealth").nullable();
pub(crate) const NET_ANNUAL_INCOME: Field = plain("net_annual_income").nullable();
pub(crate) const SOURCE_OF_FUNDS: Field = plain("primary_source_of_funds_for_trading").nullable();
pub(crate) const INDUSTRY: Field = plain("industry_of_employment").nullable();
pub(crate) const EMPLOYER_NAME: Field = plain("employer_name").nullable();
pub(crate) const EDUCATION_LEVEL: Field = plain("education_level").nullable();
pub(crate) const REGULAR_EXPENSE: Field = plain("regular_expense").nullable();
/// What the creation of an assessment accepts, where an update accepts any text.
const fn chosen(field: Field, words: &'static [&'static str]) -> Field {
    Field { holds: FieldType::Text { max_chars: 100, rule: TextRule::TrimmedOneOf(words) }, ..field }
}

pub(crate) const NET_WORTH_CHOICE: Field = chosen(ESTIMATED_NET_WORTH, &AMOUNTS);
pub(crate) const SOURCE_OF_WEALTH_CHOICE: Field = chosen(SOURCE_OF_WEALTH, &SOURCES_OF_WEALTH);
pub(crate) const ANNUAL_INCOME_CHOICE: Field = chosen(NET_ANNUAL_INCOME, &AMOUNTS);
pub(crate) const SOURCE_OF_FUNDS_CHOICE: Field = chosen(SOURCE_OF_FUNDS, &SOURCES_OF_FUNDS);

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
pub const CLIENT_ID: Field =
    Field::new("client_id", FieldType::IntegerWithin { min: 1, max: LAST_IMPORTED_NUMBER })
        .identifier()
        .or(Default::Chosen);
pub(crate) const TERMS_VERSION: Field =
    Field::new("tnc.version_id", FieldType::INTEGER_32).or(Default::Integer(1));
pub(crate) const TERMS_ACCEPTED: Field = Field::new("tnc.created_time", FieldType::Time);
pub(crate) const ADDRESS_ID: Field = Field::new("id", FieldType::Integer).written(Write::Never);
pub(crate) const CREATED_TIME: Field = Field::new("created_time", FieldType::Time);
pub(crate) const UPDATED_TIME: Field = Field::new("updated_time", FieldType::Time).nullable();
pub(crate) const PICTURE: Field =
    Field::text("picture", 255, TextRule::Any).held().nullable().written(Write::Never);
pub(crate) const SYSTEM_STATUSES: Field =
    Field::new("system_statuses", FieldType::List).of(Content::Values(&items::SYSTEM_STATUS));
pub(crate) const STATUSES: Field =
    Field::new("statuses", FieldType::List).of(Content::Members(&items::STATUS));
pub(crate) const ACCOUNTS: Field =
    Field::new("accounts", FieldType::List).of(Content::Members(&items::ACCOUNT));
pub(crate) const WALLETS: Field = Field::new("wallets", FieldType::List).of(Content::Members(&items::WALLET));
pub(crate) const TOTAL_BALANCE: Field =
    Field::new("total_balance", FieldType::Object).of(Content::Members(&items::SUM)).nullable();
pub(crate) const LOGINS: Field =
    Field::new("logins", FieldType::List).of(Content::Descending { members: &items::LOGIN, by: "datetime" });

/// What a sealed value is sealed for, so that none can be put in another's place.
pub const SENSITIVE_CONTEXTS: [&str; 3] =
    ["profile.date_of_birth", "profile.tax_identification_number", "tax.tax_identification_number"];

/// The fields whose values are sealed, as the log names them, each with what it is sealed for.
pub const SEALED_FIELDS: [(&str, &str); 3] = {
    let [birth, number, tax] = SENSITIVE_CONTEXTS;
    [(birth, birth), (number, number), ("tax_information.tax_identification_number", tax)]
};

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
