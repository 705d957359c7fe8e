//! What a user holds of one currency, as the user object shows it (section 3, balance rules).

use profile_domain::users::{Breakdown, Holding, Settlement};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Number;

use super::versions::{InShapes, Shape, V2026_10_13_1, since};

/// What the user holds of one currency. Amounts are decimals in the currency's own units.
// Inline, because the parts of a balance differ by version.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct HeldCurrency {
    symbol: String,
    name: String,
    balance: String,
    /// The balance in US dollars; null without a price.
    #[schemars(regex(pattern = "^-?[0-9]+\\.[0-9]{2}$"))]
    value_usd: Option<String>,
    /// What one unit costs in US dollars.
    price_usd: Option<Number>,
    icon_url: Option<String>,
    breakdown: Parts,
}

/// How the balance is made up.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Parts {
    available: String,
    pending: String,
    reserve: String,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    in_transit: InShapes<{ since(V2026_10_13_1) }, String>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    pending_settlements: InShapes<{ since(V2026_10_13_1) }, Vec<PendingSettlement>>,
}

/// An amount that will be available at a date.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserPendingSettlement")]
struct PendingSettlement {
    amount: String,
    /// As the source of balances writes it.
    date: String,
}

impl HeldCurrency {
    pub(super) fn new(holding: &Holding, shape: Shape) -> Self {
        let Holding { symbol, name, balance, price_usd, icon_url, breakdown } = holding;
        Self {
            symbol: symbol.as_str().to_owned(),
            name: name.as_str().to_owned(),
            balance: balance.as_str().to_owned(),
            value_usd: holding.value_usd(),
            price_usd: price_usd.and_then(number),
            icon_url: icon_url.as_ref().map(|url| url.as_str().to_owned()),
            breakdown: Parts::new(breakdown, shape),
        }
    }
}

impl Parts {
    fn new(breakdown: &Breakdown, shape: Shape) -> Self {
        let Breakdown { available, pending, reserve, in_transit, pending_settlements } = breakdown;
        Self {
            available: available.as_str().to_owned(),
            pending: pending.as_str().to_owned(),
            reserve: reserve.as_str().to_owned(),
            in_transit: InShapes::at(shape, || in_transit.as_str().to_owned()),
            pending_settlements: InShapes::at(shape, || {
                pending_settlements.iter().map(PendingSettlement::from).collect()
            }),
        }
    }
}

impl From<&Settlement> for PendingSettlement {
    fn from(settlement: &Settlement) -> Self {
        let Settlement { amount, date } = settlement;
        Self { amount: amount.as_str().to_owned(), date: date.as_str().to_owned() }
    }
}

/// Returns a JSON number, without a fraction where it has none.
fn number(decimal: Decimal) -> Option<Number> {
    let whole = decimal.to_i64().filter(|_| decimal.is_integer());
    whole.map(Number::from).or_else(|| Number::from_f64(decimal.to_f64()?))
}
