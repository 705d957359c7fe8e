//! The fields of clients: their own, and those of each of their parts.

use super::Part;
use crate::{client::fields as f, field::Field};

/// The fields of a client itself.
pub(super) const CLIENT: [Field; 10] = [
    f::CLIENT_ID,
    f::TERMS_VERSION,
    f::TERMS_ACCEPTED,
    f::PICTURE,
    f::SYSTEM_STATUSES,
    f::STATUSES,
    f::ACCOUNTS,
    f::WALLETS,
    f::TOTAL_BALANCE,
    f::LOGINS,
];

/// The fields of each record of a client, behind its name.
pub(super) const RECORDS: [(&str, &[Field]); 4] = [
    ("profile", &PROFILE),
    ("address", &ADDRESS),
    ("tax_information", &TAX),
    ("financial_assessment", &ASSESSMENT),
];

/// The objects of a client.
pub(super) const PARTS: [Part; 6] = [
    Part { name: "tnc", nullable: true, mandatory: false },
    Part { name: "profile", nullable: true, mandatory: false },
    Part { name: "address", nullable: true, mandatory: false },
    Part { name: "tax_information", nullable: true, mandatory: false },
    Part { name: "tax_information.financial_assessment", nullable: false, mandatory: true },
    Part { name: "financial_assessment", nullable: true, mandatory: false },
];

const PROFILE: [Field; 15] = [
    f::FIRST_NAME,
    f::LAST_NAME,
    f::DATE_OF_BIRTH,
    f::BIRTH_COUNTRY,
    f::ACCOUNT_OPENING_REASON,
    f::EMPLOYMENT_STATUS,
    f::RESIDENCE_COUNTRY,
    f::CITIZEN_COUNTRY,
    f::TAX_RESIDENCE_COUNTRY,
    f::TAX_NUMBER,
    f::GENDER,
    f::STAFF_IDENTIFIER,
    f::REASON,
    f::CREATED_TIME,
    f::UPDATED_TIME,
];

const ADDRESS: [Field; 9] = [
    f::ADDRESS_ID,
    f::ADDRESS_LINE_1,
    f::ADDRESS_LINE_2,
    f::STATE_PROVINCE,
    f::CITY,
    f::ZIP_POSTAL_CODE,
    f::STAFF_IDENTIFIER,
    f::CREATED_TIME,
    f::UPDATED_TIME,
];

const TAX: [Field; 8] = [
    f::TAX_RESIDENCE,
    f::TAX_NUMBER,
    f::IS_FOREIGN_TAXPAYER,
    f::EMPLOYMENT_STATUS,
    f::TAX_OCCUPATION,
    f::TAX_INDUSTRY,
    f::CREATED_TIME,
    f::UPDATED_TIME,
];

const ASSESSMENT: [Field; 11] = [
    f::ESTIMATED_NET_WORTH,
    f::OCCUPATION,
    f::SOURCE_OF_WEALTH,
    f::NET_ANNUAL_INCOME,
    f::SOURCE_OF_FUNDS,
    f::INDUSTRY,
    f::EMPLOYER_NAME,
    f::EDUCATION_LEVEL,
    f::REGULAR_EXPENSE,
    f::CREATED_TIME,
    f::UPDATED_TIME,
];
