//! The fields of customers, accounts and files.

use crate::{
    account::{customer_fields as customer, fields as account},
    field::Field,
    media::fields as file,
};

/// The fields of a customer.
pub(super) const CUSTOMER: [Field; 11] = [
    customer::OPTIONAL_EMAIL,
    customer::FULL_NAME,
    customer::FIRST_NAME,
    customer::LAST_NAME,
    customer::PHONE,
    customer::STATUS,
    customer::ENABLE,
    customer::BRAND,
    customer::PREFERRED_LANGUAGE,
    customer::DESK,
    customer::MANAGER_ID,
];

/// The fields of an account.
pub(super) const ACCOUNT: [Field; 30] = [
    account::NAME,
    account::AVATAR,
    account::PHONE,
    account::ADDRESS,
    account::CITY,
    account::STATE,
    account::COUNTRY,
    account::ZIPCODE,
    account::USER_COLOR,
    account::CUSTOMER_ID,
    account::OPTIONAL_EMAIL,
    account::GROUP,
    account::CURRENCY,
    account::COMMENT,
    account::ENABLE,
    account::ENABLE_READ_ONLY,
    account::ENABLE_CHANGE_PASSWORD,
    account::LEVERAGE,
    account::REGDATE,
    account::PREVBALANCE,
    account::PREVMONTHBALANCE,
    account::BALANCE,
    account::STORAGE,
    account::COMMISSION,
    account::CREDIT,
    account::MARGIN,
    account::MARGIN_FREE,
    account::MARGIN_LEVEL,
    account::EQUITY,
    account::UPDATE_TIME,
];

/// The fields of a file.
pub(super) const FILE: [Field; 5] =
    [file::EXTENSION, file::SCOPE, file::PURPOSE, file::ORIGINAL_NAME, file::FILE_SIZE];

/// What a file is made from.
pub(super) const FILE_INPUTS: [Field; 2] = [file::BASE64, file::LEGACY_SVG];
