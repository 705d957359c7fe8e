//! A holding in the answer of another service; members that it does not have are ignored (operator page, section 2).

use profile_domain::{
    Text,
    users::{Breakdown, Holding, Settlement},
};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Number;

/// Not a holding; says which part is wrong, never what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MalformedHolding {
    /// An amount or price.
    #[error("has a number that is no decimal")]
    Number,
    /// A text with the one character that no store keeps.
    #[error("contains a NUL character")]
    Nul,
}

/// A holding, before its amounts are checked.
#[derive(Deserialize)]
pub(crate) struct HoldingItem {
    symbol: String,
    name: String,
    balance: String,
    price_usd: Option<Number>,
    icon_url: Option<String>,
    breakdown: Option<BreakdownItem>,
}

#[derive(Deserialize)]
struct BreakdownItem {
    available: Option<String>,
    pending: Option<String>,
    reserve: Option<String>,
    in_transit: Option<String>,
    pending_settlements: Option<Vec<SettlementItem>>,
}

#[derive(Deserialize)]
struct SettlementItem {
    amount: String,
    date: String,
}

impl TryFrom<HoldingItem> for Holding {
    type Error = MalformedHolding;

    fn try_from(item: HoldingItem) -> Result<Self, MalformedHolding> {
        let HoldingItem { symbol, name, balance, price_usd, icon_url, breakdown } = item;
        balance.parse::<Decimal>().map_err(|_| MalformedHolding::Number)?;
        let price = price_usd.map(|price| decimal(&price).ok_or(MalformedHolding::Number)).transpose()?;
        Ok(Self {
            symbol: text(symbol)?,
            name: text(name)?,
            balance: text(balance)?,
            price_usd: price,
            icon_url: icon_url.map(text).transpose()?,
            breakdown: breakdown.map(self::breakdown).transpose()?.unwrap_or_default(),
        })
    }
}

fn text(text: String) -> Result<Text, MalformedHolding> {
    Text::try_from(text).map_err(|_| MalformedHolding::Nul)
}

/// The decimal that a JSON number writes; very small and large ones are written with an exponent.
fn decimal(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn breakdown(item: BreakdownItem) -> Result<Breakdown, MalformedHolding> {
    let BreakdownItem { available, pending, reserve, in_transit, pending_settlements } = item;
    let zero = Breakdown::default();
    let or = |given: Option<String>, zero: Text| given.map_or(Ok(zero), text);
    let settlement =
        |item: SettlementItem| Ok(Settlement { amount: text(item.amount)?, date: text(item.date)? });
    Ok(Breakdown {
        available: or(available, zero.available)?,
        pending: or(pending, zero.pending)?,
        reserve: or(reserve, zero.reserve)?,
        in_transit: or(in_transit, zero.in_transit)?,
        pending_settlements: pending_settlements
            .into_iter()
            .flatten()
            .map(settlement)
            .collect::<Result<_, MalformedHolding>>()?,
    })
}
