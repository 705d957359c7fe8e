//! What a user holds, and what it is worth (contract users, section 3, balance rules).

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Number;

use crate::{
    Input, Text,
    change::Value,
    edit::{Held, Members},
    rule::Fault,
};

/// An amount of one currency. Amounts are decimal text in the currency's own units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Short name of the currency.
    pub symbol: Text,
    /// Its name.
    pub name: Text,
    /// How much of it.
    pub balance: Text,
    /// What one unit costs in US dollars; absent where no rate is known.
    pub price_usd: Option<Decimal>,
    /// A picture of the currency.
    pub icon_url: Option<Text>,
    /// How the balance is made up.
    pub breakdown: Breakdown,
}

/// The parts of a balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// To be used now.
    pub available: Text,
    /// Not yet confirmed.
    pub pending: Text,
    /// Kept back.
    pub reserve: Text,
    /// On its way out.
    pub in_transit: Text,
    /// What will be available, and when.
    pub pending_settlements: Vec<Settlement>,
}

/// An amount that will be available at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The amount, in the unit of the holding.
    pub amount: Text,
    /// When, as the source wrote it.
    pub date: Text,
}

impl Default for Breakdown {
    fn default() -> Self {
        let zero = || Text::try_from("0").unwrap_or_default();
        Self {
            available: zero(),
            pending: zero(),
            reserve: zero(),
            in_transit: zero(),
            pending_settlements: Vec::new(),
        }
    }
}

impl Holding {
    /// The exact value in US dollars; `None` without a rate, or with a balance that is no decimal number.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        self.balance.as_str().parse::<Decimal>().ok()?.checked_mul(self.price_usd?)
    }

    /// The value as it is shown: for itself rounded half to even, to two places.
    #[must_use]
    pub fn value_usd(&self) -> Option<String> {
        self.value().map(dollars)
    }

    pub(super) fn recorded(&self) -> Value {
        let Self { symbol, name, balance, price_usd, icon_url, breakdown } = self;
        let Breakdown { available, pending, reserve, in_transit, pending_settlements } = breakdown;
        let text = |text: &Text| Value::Text(text.clone());
        let settlement =
            |one: &Settlement| Value::object([("amount", text(&one.amount)), ("date", text(&one.date))]);
        // By way of text, which rounds to the nearest number.
        let price = price_usd.and_then(|price| price.to_string().parse().ok());
        let breakdown = Value::object([
            ("available", text(available)),
            ("pending", text(pending)),
            ("reserve", text(reserve)),
            ("in_transit", text(in_transit)),
            ("pending_settlements", Value::List(pending_settlements.iter().map(settlement).collect())),
        ]);
        Value::object([
            ("symbol", text(symbol)),
            ("name", text(name)),
            ("balance", text(balance)),
            ("price_usd", price.map_or(Value::Null, Value::Number)),
            ("icon_url", Value::optional(icon_url.as_ref())),
            ("breakdown", breakdown),
        ])
    }
}

impl Held for Holding {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        let given: Option<f64> = members.get("price_usd")?;
        Ok(Self {
            symbol: members.get("symbol")?,
            name: members.get("name")?,
            balance: members.get("balance")?,
            price_usd: given.map(price).transpose()?,
            icon_url: members.get("icon_url")?,
            breakdown: members.get("breakdown")?,
        })
    }
}

impl Held for Breakdown {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        Ok(Self {
            available: members.get("available")?,
            pending: members.get("pending")?,
            reserve: members.get("reserve")?,
            in_transit: members.get("in_transit")?,
            pending_settlements: members.get("pending_settlements")?,
        })
    }
}

impl Held for Settlement {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        Ok(Self { amount: members.get("amount")?, date: members.get("date")? })
    }
}

/// The value of all holdings whose rate is known: exact products are added and rounded once.
#[must_use]
pub fn total_usd(holdings: &[Holding]) -> String {
    let values = holdings.iter().filter_map(Holding::value);
    dollars(values.fold(Decimal::ZERO, Decimal::saturating_add))
}

/// Returns the decimal that a JSON number writes; `None` if no decimal of 28 digits holds it. Very small and large numbers are
/// written with an exponent.
#[must_use]
pub fn decimal_of(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// Reads the price of a unit. A whole number is one without a fraction, as in an import.
fn price(number: f64) -> Result<Decimal, Fault> {
    let number = Number::from_f64(number);
    let decimal = number.as_ref().and_then(decimal_of).ok_or(Fault::OutOfRange)?;
    Ok(decimal.normalize())
}

fn dollars(value: Decimal) -> String {
    format!("{:.2}", value.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(balance: &str, price: Option<&str>) -> Holding {
        let text = |text: &str| Text::try_from(text).unwrap();
        Holding {
            symbol: text("USDT"),
            name: text("Tether"),
            balance: text(balance),
            price_usd: price.map(|price| price.parse().unwrap()),
            icon_url: None,
            breakdown: Breakdown::default(),
        }
    }

    #[test]
    fn values_are_rounded_half_to_even() {
        for (balance, price, value) in [
            ("41.9", "1", "41.90"),
            ("0.125", "1", "0.12"),
            ("0.135", "1", "0.14"),
            ("3", "0.333", "1.00"),
            ("-1", "0.5", "-0.50"),
        ] {
            assert_eq!(
                holding(balance, Some(price)).value_usd().as_deref(),
                Some(value),
                "{balance} × {price}"
            );
        }
        assert_eq!(holding("7", None).value_usd(), None);
        assert_eq!(holding("much", Some("1")).value_usd(), None);
    }

    #[test]
    fn the_total_is_rounded_once_and_leaves_unknown_rates_out() {
        let cents = holding("0.004", Some("1"));
        assert_eq!(total_usd(&[cents.clone(), cents.clone(), cents]), "0.01");
        assert_eq!(total_usd(&[holding("1", Some("2")), holding("7", None)]), "2.00");
        assert_eq!(total_usd(&[]), "0.00");
    }
}
