//! The catalogue of the account facet: every field once, with its limit (contract account, section 4.1).

use crate::{
    email,
    field::{Field, Writer},
};

/// Display name.
pub const NAME: Field = Field::held_text("name", 128);
/// Reference to the avatar file.
pub const AVATAR: Field = Field::held_text("avatar", 4096);
/// Phone number, as typed.
pub const PHONE: Field = Field::held_text("phone", 64);
/// Street address.
pub const ADDRESS: Field = Field::held_text("address", 256);
/// City.
pub const CITY: Field = Field::held_text("city", 128);
/// State or region.
pub const STATE: Field = Field::held_text("state", 128);
/// Country, not checked against a list.
pub const COUNTRY: Field = Field::held_text("country", 128);
/// Postal code.
pub const ZIPCODE: Field = Field::held_text("zipcode", 32);
/// Colour of the account in lists, not checked to be one.
pub const USER_COLOR: Field = Field::held_text("user_color", 32);

/// The nine profile fields in the order of the contract's request table.
pub const PROFILE: [Field; 9] = [NAME, AVATAR, PHONE, ADDRESS, CITY, STATE, COUNTRY, ZIPCODE, USER_COLOR];

/// Owner of the account.
pub const CUSTOMER_ID: Field = Field::imported("customer_id");
/// E-mail address.
pub const EMAIL: Field = Field::imported_text("email", email::MAX_CHARS);
/// Trading group.
pub const GROUP: Field = Field::imported_text("group", 1024);
/// Currency of the account.
pub const CURRENCY: Field = Field::imported_text("currency", 1024);
/// The broker's remark.
pub const COMMENT: Field = Field::imported_text("comment", 4096);
/// Whether the account is active.
pub const ENABLE: Field = Field::imported("enable");
/// Whether trading is stopped.
pub const ENABLE_READ_ONLY: Field = Field::imported("enable_read_only");
/// Whether the holder may change the password.
pub const ENABLE_CHANGE_PASSWORD: Field = Field::imported("enable_change_password");
/// Leverage.
pub const LEVERAGE: Field = Field::imported("leverage");
/// Registration, Unix seconds.
pub const REGDATE: Field = Field::imported("regdate");
/// Balance at the end of the day before.
pub const PREVBALANCE: Field = Field::imported("prevbalance");
/// Balance at the end of the month before.
pub const PREVMONTHBALANCE: Field = Field::imported("prevmonthbalance");
/// Balance.
pub const BALANCE: Field = Field::imported("balance");
/// Swaps.
pub const STORAGE: Field = Field::imported("storage");
/// Commission.
pub const COMMISSION: Field = Field::imported("commission");
/// Credit.
pub const CREDIT: Field = Field::imported("credit");
/// Margin in use.
pub const MARGIN: Field = Field::imported("margin");
/// Free margin.
pub const MARGIN_FREE: Field = Field::imported("margin_free");
/// Margin level.
pub const MARGIN_LEVEL: Field = Field::imported("margin_level");
/// Equity.
pub const EQUITY: Field = Field::imported("equity");

/// Last accepted update, Unix seconds; moved by the service, ignored in requests.
pub const UPDATE_TIME: Field = Field::imported("update_time");

/// The fields that only an import writes.
pub const IMPORTED: [Field; 20] = [
    CUSTOMER_ID,
    EMAIL,
    GROUP,
    CURRENCY,
    COMMENT,
    ENABLE,
    ENABLE_READ_ONLY,
    ENABLE_CHANGE_PASSWORD,
    LEVERAGE,
    REGDATE,
    PREVBALANCE,
    PREVMONTHBALANCE,
    BALANCE,
    STORAGE,
    COMMISSION,
    CREDIT,
    MARGIN,
    MARGIN_FREE,
    MARGIN_LEVEL,
    EQUITY,
];

/// Account columns of the upstream product that this service does not keep, and that nobody may send either.
const NOT_KEPT: [&str; 15] = [
    "password",
    "password_investor",
    "password_phone",
    "enable_otp",
    "otp_secret",
    "id",
    "status",
    "magic",
    "brand",
    "lastdate",
    "last_ip",
    "lead_source",
    "agent_account",
    "interestrate",
    "taxes",
];

/// Whether a request that carries `name` is refused, whatever the value (contract account, section 4.1).
#[must_use]
pub fn is_forbidden(name: &str) -> bool {
    NOT_KEPT.contains(&name)
        || IMPORTED.iter().any(|field| field.writer == Writer::Operator && field.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forbidden_names_are_those_of_the_contract() {
        let names = "group leverage enable enable_read_only balance credit customer_id email password \
            password_investor password_phone enable_change_password enable_otp otp_secret id comment status magic \
            brand currency regdate lastdate last_ip lead_source agent_account prevbalance prevmonthbalance margin \
            margin_free margin_level equity storage commission interestrate taxes";
        for name in names.split_whitespace() {
            assert!(is_forbidden(name), "{name}");
        }
        assert_eq!(names.split_whitespace().count(), IMPORTED.len() + NOT_KEPT.len());
        for name in PROFILE.map(|field| field.name).into_iter().chain(["login", "update_time", "nickname"]) {
            assert!(!is_forbidden(name), "{name}");
        }
    }
}
