//! The catalogue of the client facet (contract client, section 4).

use crate::field::{Class, Field};

const fn sensitive(name: &'static str, max_chars: usize) -> Field {
    Field { class: Class::Sensitive, ..Field::held_text(name, max_chars) }
}

pub(super) const FIRST_NAME: Field = Field::held_text("first_name", 50);
pub(super) const LAST_NAME: Field = Field::held_text("last_name", 50);
pub(super) const DATE_OF_BIRTH: Field = sensitive("date_of_birth", 10);
pub(super) const BIRTH_COUNTRY: Field = Field::held_text("birth_country", 2);
pub(super) const ACCOUNT_OPENING_REASON: Field = Field::held_text("account_opening_reason", 50);
pub(super) const EMPLOYMENT_STATUS: Field = Field::held_text("employment_status", 50);
pub(super) const RESIDENCE_COUNTRY: Field = Field::held_text("residence_country", 2);
pub(super) const CITIZEN_COUNTRY: Field = Field::held_text("citizen_country", 2);
pub(super) const TAX_RESIDENCE_COUNTRY: Field = Field::held_text("tax_residence_country", 2);
pub(super) const TAX_NUMBER: Field = sensitive("tax_identification_number", 25);
pub(super) const GENDER: Field = Field::held_text("gender", 10);
pub(super) const REASON: Field = Field::held_text("reason", 255);
pub(super) const STAFF_IDENTIFIER: Field = Field::held_text("staff_identifier", 1024);

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

pub(super) const ADDRESS_LINE_1: Field = Field::held_text("address_line_1", 100);
pub(super) const ADDRESS_LINE_2: Field = Field::held_text("address_line_2", 100);
pub(super) const STATE_PROVINCE: Field = Field::held_text("state_province", 100);
pub(super) const CITY: Field = Field::held_text("city", 100);
pub(super) const ZIP_POSTAL_CODE: Field = Field::held_text("zip_postal_code", 20);
/// The order in which an address is checked.
pub const ADDRESS: [Field; 5] = [ADDRESS_LINE_1, ADDRESS_LINE_2, STATE_PROVINCE, CITY, ZIP_POSTAL_CODE];

pub(super) const TAX_RESIDENCE: Field = Field::held_text("tax_residence", 2);
pub(super) const IS_FOREIGN_TAXPAYER: Field = Field::held_text("is_foreign_taxpayer", 0);
pub(super) const TAX_ASSESSMENT: Field = Field::held_text("financial_assessment", 0);
pub(super) const TAX_OCCUPATION: Field = Field::held_text("financial_assessment.occupation", 100);
pub(super) const TAX_INDUSTRY: Field = Field::held_text("financial_assessment.industry_of_employment", 100);
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

pub(super) const ESTIMATED_NET_WORTH: Field = Field::held_text("estimated_net_worth", 100);
pub(super) const OCCUPATION: Field = Field::held_text("occupation", 100);
pub(super) const SOURCE_OF_WEALTH: Field = Field::held_text("source_of_wealth", 100);
pub(super) const NET_ANNUAL_INCOME: Field = Field::held_text("net_annual_income", 100);
pub(super) const SOURCE_OF_FUNDS: Field = Field::held_text("primary_source_of_funds_for_trading", 100);
pub(super) const INDUSTRY: Field = Field::held_text("industry_of_employment", 100);
pub(super) const EMPLOYER_NAME: Field = Field::held_text("employer_name", 100);
pub(super) const EDUCATION_LEVEL: Field = Field::held_text("education_level", 100);
pub(super) const REGULAR_EXPENSE: Field = Field::held_text("regular_expense", 100);
/// The order in which an assessment is checked at its creation.
pub const ASSESSMENT_CREATION: [Field; 5] =
    [ESTIMATED_NET_WORTH, OCCUPATION, SOURCE_OF_WEALTH, NET_ANNUAL_INCOME, SOURCE_OF_FUNDS];
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

/// The client's number.
pub const CLIENT_ID: Field = Field::imported("client_id");
pub(super) const TERMS_VERSION: Field = Field::imported("tnc.version_id");
pub(super) const TERMS_ACCEPTED: Field = Field::imported("tnc.created_time");
pub(super) const ADDRESS_ID: Field = Field::imported("id");
pub(super) const CREATED_TIME: Field = Field::imported("created_time");
pub(super) const UPDATED_TIME: Field = Field::imported("updated_time");
pub(super) const PICTURE: Field = Field::held_text("picture", 0);
pub(super) const SYSTEM_STATUSES: Field = Field::imported("system_statuses");
pub(super) const STATUSES: Field = Field::imported("statuses");
pub(super) const ACCOUNTS: Field = Field::imported("accounts");
pub(super) const WALLETS: Field = Field::imported("wallets");
pub(super) const TOTAL_BALANCE: Field = Field::imported("total_balance");
pub(super) const LOGINS: Field = Field::imported("logins");

/// What a sealed value is sealed for, so that none can be put in another's place.
pub const SENSITIVE_CONTEXTS: [&str; 3] =
    ["profile.date_of_birth", "profile.tax_identification_number", "tax.tax_identification_number"];
