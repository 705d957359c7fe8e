//! The trading account: its identity, its profile, and what only an import may set.

use std::fmt;

use super::{CustomerId, Profile, ProfilePatch, fields};
use crate::{PersonId, Text, change::Value, field::Field};

/// Identifies a trading account: 0…2147483647 (contract account, section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login(i32);

/// The number is not 0…2147483647.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an integer from 0 to 2147483647")]
pub struct LoginOutOfRange;

impl Login {
    /// The number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl TryFrom<i64> for Login {
    type Error = LoginOutOfRange;

    fn try_from(number: i64) -> Result<Self, LoginOutOfRange> {
        match i32::try_from(number) {
            Ok(number) if number >= 0 => Ok(Self(number)),
            _ => Err(LoginOutOfRange),
        }
    }
}

/// The customer who owns an account, as read together with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The customer.
    pub id: CustomerId,
    /// Whether that customer is enabled; a commit of the account does not write it.
    pub enabled: bool,
}

/// What the broker decides about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// See [`fields::EMAIL`].
    pub email: Text,
    /// See [`fields::GROUP`].
    pub group: Text,
    /// See [`fields::CURRENCY`].
    pub currency: Text,
    /// See [`fields::COMMENT`].
    pub comment: Text,
    /// See [`fields::ENABLE`].
    pub enable: bool,
    /// See [`fields::ENABLE_READ_ONLY`].
    pub enable_read_only: bool,
    /// See [`fields::ENABLE_CHANGE_PASSWORD`].
    pub enable_change_password: bool,
    /// See [`fields::LEVERAGE`].
    pub leverage: i64,
    /// See [`fields::REGDATE`].
    pub regdate: i64,
}

impl Default for Terms {
    /// What holds where an import says nothing (operator page, section 3).
    fn default() -> Self {
        Self {
            email: Text::default(),
            group: Text::default(),
            currency: Text::default(),
            comment: Text::default(),
            enable: true,
            enable_read_only: false,
            enable_change_password: true,
            leverage: 0,
            regdate: 0,
        }
    }
}

/// Money and margin, shown and never calculated here; in the account's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Money {
    /// See [`fields::PREVBALANCE`].
    pub prevbalance: f64,
    /// See [`fields::PREVMONTHBALANCE`].
    pub prevmonthbalance: f64,
    /// See [`fields::BALANCE`].
    pub balance: f64,
    /// See [`fields::STORAGE`].
    pub storage: f64,
    /// See [`fields::COMMISSION`].
    pub commission: f64,
    /// See [`fields::CREDIT`].
    pub credit: f64,
    /// See [`fields::MARGIN`].
    pub margin: f64,
    /// See [`fields::MARGIN_FREE`].
    pub margin_free: f64,
    /// See [`fields::MARGIN_LEVEL`].
    pub margin_level: f64,
    /// See [`fields::EQUITY`].
    pub equity: f64,
}

/// A trading account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The login, which names the account.
    pub login: Login,
    /// The human being; the owner's, if it has one.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// The customer who owns it, if one does.
    pub owner: Option<Owner>,
    /// What its holder may change.
    pub profile: Profile,
    /// What the broker decides.
    pub terms: Terms,
    /// Money and margin.
    pub money: Money,
    /// Unix seconds of the last accepted update.
    pub update_time: i64,
}

impl Account {
    /// Whether it and its owner, if any, are enabled (contract account, sections 4.1 and 9).
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.terms.enable && self.owner.is_none_or(|owner| owner.enabled)
    }

    /// Whether `customer` owns it.
    #[must_use]
    pub fn is_owned_by(&self, customer: CustomerId) -> bool {
        self.owner.is_some_and(|owner| owner.id == customer)
    }

    /// The next version: `patch` applied and `update_time` set to `now` (Unix seconds; contract account, section 4.1), or
    /// left where it is if the clock is behind it.
    #[must_use]
    pub fn updated(&self, patch: &ProfilePatch, now: i64) -> Self {
        let mut next = self.clone();
        patch.apply_to(&mut next.profile);
        next.version += 1;
        next.update_time = now.max(self.update_time);
        next
    }

    /// Every recorded field with its value.
    #[must_use]
    pub fn values(&self) -> [(Field, Value); 30] {
        let Self { login: _, person: _, version: _, owner, profile, terms, money, update_time } = self;
        let Terms {
            email,
            group,
            currency,
            comment,
            enable,
            enable_read_only,
            enable_change_password,
            leverage,
            regdate,
        } = terms;
        let Money {
            prevbalance,
            prevmonthbalance,
            balance,
            storage,
            commission,
            credit,
            margin,
            margin_free,
            margin_level,
            equity,
        } = money;
        let [name, avatar, phone, address, city, state, country, zipcode, user_color] = profile.values();
        let text = |text: &Text| Value::Text(text.clone());
        [
            name,
            avatar,
            phone,
            address,
            city,
            state,
            country,
            zipcode,
            user_color,
            (fields::CUSTOMER_ID, owner.map_or(Value::Null, |owner| Value::Integer(owner.id.0))),
            (fields::EMAIL, text(email)),
            (fields::GROUP, text(group)),
            (fields::CURRENCY, text(currency)),
            (fields::COMMENT, text(comment)),
            (fields::ENABLE, Value::bit(*enable)),
            (fields::ENABLE_READ_ONLY, Value::bit(*enable_read_only)),
            (fields::ENABLE_CHANGE_PASSWORD, Value::bit(*enable_change_password)),
            (fields::LEVERAGE, Value::Integer(*leverage)),
            (fields::REGDATE, Value::Integer(*regdate)),
            (fields::PREVBALANCE, Value::Number(*prevbalance)),
            (fields::PREVMONTHBALANCE, Value::Number(*prevmonthbalance)),
            (fields::BALANCE, Value::Number(*balance)),
            (fields::STORAGE, Value::Number(*storage)),
            (fields::COMMISSION, Value::Number(*commission)),
            (fields::CREDIT, Value::Number(*credit)),
            (fields::MARGIN, Value::Number(*margin)),
            (fields::MARGIN_FREE, Value::Number(*margin_free)),
            (fields::MARGIN_LEVEL, Value::Number(*margin_level)),
            (fields::EQUITY, Value::Number(*equity)),
            (fields::UPDATE_TIME, Value::Integer(*update_time)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_time_of_an_update_never_goes_back() {
        let account = Account {
            login: Login(1),
            person: PersonId(Uuid::nil()),
            version: 1,
            owner: None,
            profile: Profile::default(),
            terms: Terms::default(),
            money: Money::default(),
            update_time: 1_780_000_000,
        };
        let at = |now| account.updated(&ProfilePatch::default(), now).update_time;
        assert_eq!(at(1_780_000_001), 1_780_000_001);
        assert_eq!(at(1_779_999_999), 1_780_000_000);
    }
}
