//! The user object of each family (section 2): one function, one order of keys, one line where a field begins or ends.

use chrono::SecondsFormat;
use profile_domain::{
    Text,
    users::{
        Breakdown, Family, Holding, IdentityStatus, Settlement, SocialLink, UserView, VersionDate, total_usd,
    },
};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::{Map, Value, json};

use super::get_placeholder;
use crate::links::picture_url;

/// What only `me` may see, as far as the credential reaches.
#[derive(Default)]
pub(super) struct Private {
    pub(super) email: Option<Text>,
    /// Absent where the credential may not see them, and where their source does not answer.
    pub(super) holdings: Option<Vec<Holding>>,
}

/// The date from which cards are part of the shape, within a family.
const CARDS_SINCE: &str = "2026-10-09-2";

/// The user as `version` shows them.
pub(super) fn user(
    view: &UserView,
    private: &Private,
    version: VersionDate,
    public_url: &str,
) -> Map<String, Value> {
    use Family::{F0, F1, F2, F3, F4, F5, F6};

    let family = version.family();
    let user = &view.user;
    let mut object = Map::new();
    let mut put = |name: &str, shown: bool, value: Value| {
        if shown {
            object.insert(name.to_owned(), value);
        }
    };
    put("id", true, json!(user.id.as_str()));
    put("username", true, json!(user.username.as_typed().as_str()));
    put("name", true, text(view.name.as_ref()));
    put("bio", true, text(user.bio.as_ref()));
    put("created_at", true, json!(user.created_at.to_rfc3339_opts(SecondsFormat::Millis, true)));
    put("email", family >= F3, text(private.email.as_ref()));
    put("profile_picture", true, picture(view, family, public_url));
    put(
        "banner",
        family >= F3,
        user.banner.as_ref().map_or(Value::Null, |banner| url(&picture_url(&banner.rendition, public_url))),
    );
    put("social_links", family == F6, user.social_links.iter().map(social_link).collect());
    put("social_accounts", matches!(family, F3 | F4), json!([]));
    let checks = json!({
        "individual": user.verification.individual.map(status),
        "business": user.verification.business.map(status),
    });
    put("verification", family > F0, checks);
    let holdings = private.holdings.as_deref();
    put(
        "total_usd",
        matches!(family, F1 | F6),
        holdings.map_or(Value::Null, |holdings| total_usd(holdings).into()),
    );
    let balances = holdings.unwrap_or_default().iter().map(|holding| balance(holding, family));
    put("balances", matches!(family, F1 | F6), balances.collect());
    for name in ["balance", "balance_history", "earnings_usd"] {
        put(name, family >= F2, Value::Null);
    }
    put("level", family == F6, Value::Null);
    put("cards", version.is_since(CARDS_SINCE), Value::Null);
    put("trading", family >= F4, Value::Null);
    put("staff", matches!(family, F3 | F4 | F5), Value::Null);
    put("whop_partner_enabled_at", family >= F2, Value::Null);
    put("whop_partner_verified_at", family >= F5, Value::Null);
    put("whop_partner_onboarded_accounts_count", family >= F5, Value::Null);
    object
}

/// Where nobody has set a picture the oldest shape says so, and the others show a generated one.
fn picture(view: &UserView, family: Family, public_url: &str) -> Value {
    match &view.picture {
        Some(picture) => url(&picture_url(&picture.rendition, public_url)),
        None if family == Family::F0 => Value::Null,
        None => url(&format!("{public_url}/placeholders/{}.svg", get_placeholder::name(&view.initials()))),
    }
}

fn url(url: &str) -> Value {
    json!({ "url": url })
}

fn text(text: Option<&Text>) -> Value {
    text.map_or(Value::Null, |text| text.as_str().into())
}

fn status(status: IdentityStatus) -> Value {
    json!({ "status": status.name() })
}

fn balance(holding: &Holding, family: Family) -> Value {
    let Holding { symbol, name, balance, price_usd, icon_url, breakdown } = holding;
    let Breakdown { available, pending, reserve, in_transit, pending_settlements } = breakdown;
    let mut parts = Map::new();
    for (part, amount) in [("available", available), ("pending", pending), ("reserve", reserve)] {
        parts.insert(part.to_owned(), amount.as_str().into());
    }
    if family == Family::F6 {
        let settlement =
            |one: &Settlement| json!({ "amount": one.amount.as_str(), "date": one.date.as_str() });
        parts.insert("in_transit".to_owned(), in_transit.as_str().into());
        parts.insert("pending_settlements".to_owned(), pending_settlements.iter().map(settlement).collect());
    }
    json!({
        "symbol": symbol.as_str(),
        "name": name.as_str(),
        "balance": balance.as_str(),
        "value_usd": holding.value_usd(),
        "price_usd": price_usd.map(number),
        "icon_url": text(icon_url.as_ref()),
        "breakdown": parts,
    })
}

/// A JSON number, without a fraction where it has none.
fn number(decimal: Decimal) -> Value {
    decimal.to_i64().filter(|_| decimal.is_integer()).map_or_else(|| decimal.to_f64().into(), Value::from)
}

fn social_link(link: &SocialLink) -> Value {
    let SocialLink { website, url, username, verified } = link;
    json!({
        "website": website,
        "url": url.as_str(),
        "username": text(username.as_ref()),
        "verified": verified,
    })
}
