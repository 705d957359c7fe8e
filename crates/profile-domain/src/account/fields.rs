//! The catalogue of the account kind: every field once, with its limit (contract account, section 4.1).

use crate::{
    email,
    field::{Default, Field, FieldType, Writer},
    rule::TextRule,
};

const fn text(name: &'static str, max_chars: usize) -> Field {
    Field::text(name, max_chars, TextRule::Any).held()
}

const fn number(name: &'static str) -> Field {
    Field::new(name, FieldType::Number)
}

/// Display name.
pub const NAME: Field = text("name", 128).person_name();
/// Reference to the avatar file.
pub const AVATAR: Field = text("avatar", 4096);
/// Phone number, as typed.
pub const PHONE: Field = text("phone", 64).phone();
/// Street address.
pub const ADDRESS: Field = text("address", 256);
/// City.
pub const CITY: Field = text("city", 128);
/// State or region.
pub const STATE: Field = text("state", 128);
/// Country, not checked against a list.
pub const COUNTRY: Field = text("country", 128);
/// Postal code.
pub const ZIPCODE: Field = text("zipcode", 32);
/// Colour of the account in lists, not checked to be one.
pub const USER_COLOR: Field = text("user_color", 32);

/// The nine profile fields in the order of the contract's request table.
pub const PROFILE: [Field; 9] = [NAME, AVATAR, PHONE, ADDRESS, CITY, STATE, COUNTRY, ZIPCODE, USER_COLOR];

/// Owner of the account.
pub const CUSTOMER_ID: Field = Field::new("customer_id", FieldType::Integer).nullable();
/// E-mail address.
pub const EMAIL: Field = Field::text("email", email::MAX_CHARS, TextRule::Email).identifier();
/// E-mail address as an operator writes it: it may be empty (operator API page, section 6).
pub const OPTIONAL_EMAIL: Field = EMAIL.with_text(1024, TextRule::OptionalEmail);
/// Trading group.
pub const GROUP: Field = Field::text("group", 1024, TextRule::Any);
/// Currency of the account.
pub const CURRENCY: Field = Field::text("currency", 1024, TextRule::Any);
/// The broker's remark.
pub const COMMENT: Field = Field::text("comment", 4096, TextRule::Any);
/// Whether the account is active.
pub const ENABLE: Field = Field::new("enable", FieldType::Bit).or(Default::Integer(1));
/// Whether trading is stopped.
pub const ENABLE_READ_ONLY: Field = Field::new("enable_read_only", FieldType::Bit);
/// Whether the holder may change the password.
pub const ENABLE_CHANGE_PASSWORD: Field =
    Field::new("enable_change_password", FieldType::Bit).or(Default::Integer(1));
/// Leverage.
pub const LEVERAGE: Field = Field::new("leverage", FieldType::Integer);
/// Registration, Unix seconds.
pub const REGDATE: Field = Field::new("regdate", FieldType::Integer);
/// Balance at the end of the day before.
pub const PREVBALANCE: Field = number("prevbalance");
/// Balance at the end of the month before.
pub const PREVMONTHBALANCE: Field = number("prevmonthbalance");
/// Balance.
pub const BALANCE: Field = number("balance");
/// Swaps.
pub const STORAGE: Field = number("storage");
/// Commission.
pub const COMMISSION: Field = number("commission");
/// Credit.
pub const CREDIT: Field = number("credit");
/// Margin in use.
pub const MARGIN: Field = number("margin");
/// Free margin.
pub const MARGIN_FREE: Field = number("margin_free");
/// Margin level.
pub const MARGIN_LEVEL: Field = number("margin_level");
/// Equity.
pub const EQUITY: Field = number("equity");

/// Last accepted update, Unix seconds; moved by the service, ignored in requests.
pub const UPDATE_TIME: Field = Field::new("update_time", FieldType::Integer).or(Default::Chosen);

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
