//! A holding in a row of kind `user`, whose members are all known (operator page, section 3).

use profile_domain::{
    Text,
    users::{Breakdown, Holding, Settlement, decimal_of},
};
use profile_usecases::Refusal;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// A holding, before its amounts are checked.
#[derive(Serialize, Deserialize)]
pub(super) struct HoldingItem {
    symbol: String,
    name: String,
    balance: String,
    price_usd: Option<Number>,
    icon_url: Option<String>,
    breakdown: Option<BreakdownItem>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

#[derive(Default, Serialize, Deserialize)]
struct BreakdownItem {
    available: Option<String>,
    pending: Option<String>,
    reserve: Option<String>,
    in_transit: Option<String>,
    pending_settlements: Option<Vec<SettlementItem>>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct SettlementItem {
    amount: String,
    date: String,
}

impl HoldingItem {
    /// Returns the item of a holding.
    pub(super) fn of(holding: &Holding) -> Self {
        let Holding { symbol, name, balance, price_usd, icon_url, breakdown } = holding;
        Self {
            symbol: symbol.as_str().to_owned(),
            name: name.as_str().to_owned(),
            balance: balance.as_str().to_owned(),
            // By way of text, which rounds to the nearest number.
            price_usd: price_usd.and_then(|price| price.to_string().parse().ok()),
            icon_url: icon_url.as_ref().map(|url| url.as_str().to_owned()),
            breakdown: Some(BreakdownItem::of(breakdown)),
            unknown: Map::new(),
        }
    }
}

impl BreakdownItem {
    fn of(breakdown: &Breakdown) -> Self {
        let Breakdown { available, pending, reserve, in_transit, pending_settlements } = breakdown;
        let given = |text: &Text| Some(text.as_str().to_owned());
        let settlement = |one: &Settlement| SettlementItem {
            amount: one.amount.as_str().to_owned(),
            date: one.date.as_str().to_owned(),
        };
        Self {
            available: given(available),
            pending: given(pending),
            reserve: given(reserve),
            in_transit: given(in_transit),
            pending_settlements: Some(pending_settlements.iter().map(settlement).collect()),
            unknown: Map::new(),
        }
    }
}

/// Checks a holding.
pub(super) fn holding(item: HoldingItem) -> Result<Holding, Refusal> {
    let HoldingItem { symbol, name, balance, price_usd, icon_url, breakdown, unknown } = item;
    let inner = breakdown.iter().flat_map(|breakdown| breakdown.unknown.keys());
    if let Some(unknown) = unknown.keys().chain(inner).next() {
        return Err(wrong(format!("has an unknown member `{unknown}`")));
    }
    let no_decimal = || wrong("has a number that is no decimal");
    balance.parse::<Decimal>().map_err(|_| no_decimal())?;
    Ok(Holding {
        symbol: text(symbol)?,
        name: text(name)?,
        balance: text(balance)?,
        price_usd: price_usd.map(|price| decimal_of(&price).ok_or_else(no_decimal)).transpose()?,
        icon_url: icon_url.map(text).transpose()?,
        breakdown: self::breakdown(breakdown.unwrap_or_default())?,
    })
}

fn breakdown(item: BreakdownItem) -> Result<Breakdown, Refusal> {
    let zero = Breakdown::default();
    let or = |given: Option<String>, zero: Text| given.map_or(Ok(zero), text);
    let settlement =
        |item: SettlementItem| Ok(Settlement { amount: text(item.amount)?, date: text(item.date)? });
    let settlements = item.pending_settlements.into_iter().flatten();
    Ok(Breakdown {
        available: or(item.available, zero.available)?,
        pending: or(item.pending, zero.pending)?,
        reserve: or(item.reserve, zero.reserve)?,
        in_transit: or(item.in_transit, zero.in_transit)?,
        pending_settlements: settlements.map(settlement).collect::<Result<_, Refusal>>()?,
    })
}

fn text(text: String) -> Result<Text, Refusal> {
    Text::try_from(text).map_err(|_| wrong("contains a NUL character"))
}

fn wrong(problem: impl Into<String>) -> Refusal {
    Refusal::invalid("holdings", problem)
}

#[cfg(test)]
mod tests {
    use profile_domain::{
        Beginning, Editable as _, Input, catalogue,
        change::RecordKind,
        users::{User, UserId},
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn the_catalogue_reads_a_holding_as_an_import_does() {
        let settlements = json!([{ "amount": "1", "date": "2026-03-05" }]);
        for item in [
            json!({ "symbol": "USDT", "name": "Tether", "balance": "41.90" }),
            json!({ "symbol": "A", "name": "a", "balance": "-1", "price_usd": 2, "breakdown": null }),
            json!({ "symbol": "A", "name": "a", "balance": "1", "price_usd": 1.5e-7, "icon_url": "https://x.test/i",
                "breakdown": { "available": "1", "reserve": null, "pending_settlements": settlements } }),
        ] {
            let imported = holding(serde_json::from_value(item.clone()).unwrap()).unwrap();
            let now = chrono::DateTime::UNIX_EPOCH;
            let field = catalogue::find(RecordKind::User, "holdings").unwrap();
            let id = UserId::try_from("user_4hTq81LmZp0Va").unwrap();
            let mut user = User::blank(id, Beginning { person: None, now });
            user.set("holdings", Input::Value(field.read(&json!([item]), now).unwrap())).unwrap();
            assert_eq!(user.holdings, [imported]);
        }
    }
}
