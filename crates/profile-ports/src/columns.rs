//! The stored form of values that are lists, the same in every store; as [`change_log`](crate::change_log).

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use profile_domain::{
    Text,
    change::{hex, unhex},
    operator::{OldSecret, SubscriptionHeader},
    sealed::Sealed,
    tenant::{BrandUser, GroupUser},
    users::{Breakdown, BusinessId, Holding, Install, Settlement, SocialLink},
};
use serde_json::{Value as Json, json};

use crate::change_log::Damaged;

/// A list of words.
pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Json {
    words.into_iter().map(Json::from).collect()
}

/// Reads what [`words`] wrote, each word by `read`.
pub fn read_words<T>(column: &Json, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Damaged> {
    let words = column.as_array().ok_or(Damaged)?.iter();
    words.map(|word| word.as_str().and_then(&read).ok_or(Damaged)).collect()
}

/// A list of whole numbers.
#[must_use]
pub fn numbers(numbers: &[i32]) -> Json {
    numbers.iter().copied().map(Json::from).collect()
}

/// Reads what [`numbers`] wrote.
pub fn read_numbers(column: &Json) -> Result<Vec<i32>, Damaged> {
    column.as_array().ok_or(Damaged)?.iter().map(|number| number_of(number).ok_or(Damaged)).collect()
}

fn number_of(number: &Json) -> Option<i32> {
    i32::try_from(number.as_i64()?).ok()
}

/// `[{"id": …, "is_admin": …}]`.
#[must_use]
pub fn groups(groups: &[GroupUser]) -> Json {
    groups.iter().map(|GroupUser { id, is_admin }| json!({ "id": id, "is_admin": is_admin })).collect()
}

/// Reads what [`groups`] wrote.
pub fn read_groups(column: &Json) -> Result<Vec<GroupUser>, Damaged> {
    let group = |item: &Json| {
        Some(GroupUser { id: number_of(item.get("id")?)?, is_admin: item.get("is_admin")?.as_bool()? })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| group(item).ok_or(Damaged)).collect()
}

/// `[{"brand_id": …, "role": …}]`.
#[must_use]
pub fn brands(brands: &[BrandUser]) -> Json {
    brands.iter().map(|BrandUser { brand_id, role }| json!({ "brand_id": brand_id, "role": role })).collect()
}

/// Reads what [`brands`] wrote.
pub fn read_brands(column: &Json) -> Result<Vec<BrandUser>, Damaged> {
    let brand = |item: &Json| {
        Some(BrandUser { brand_id: number_of(item.get("brand_id")?)?, role: number_of(item.get("role")?)? })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| brand(item).ok_or(Damaged)).collect()
}

/// Moments as microseconds.
#[must_use]
pub fn moments(moments: &[DateTime<Utc>]) -> Json {
    moments.iter().map(|at| Json::from(at.timestamp_micros())).collect()
}

/// Reads what [`moments`] wrote.
pub fn read_moments(column: &Json) -> Result<Vec<DateTime<Utc>>, Damaged> {
    let moment = |item: &Json| DateTime::from_timestamp_micros(item.as_i64()?);
    column.as_array().ok_or(Damaged)?.iter().map(|item| moment(item).ok_or(Damaged)).collect()
}

/// Networks as words.
#[must_use]
pub fn networks(networks: &[IpNet]) -> Json {
    networks.iter().map(|network| Json::from(network.to_string())).collect()
}

/// `[{"website": …, "url": …, "username": …, "verified": …}]`.
#[must_use]
pub fn social_links(links: &[SocialLink]) -> Json {
    let link = |link: &SocialLink| {
        let SocialLink { website, url, username, verified } = link;
        let username = username.as_ref().map(Text::as_str);
        json!({ "website": website, "url": url.as_str(), "username": username, "verified": verified })
    };
    links.iter().map(link).collect()
}

/// Reads what [`social_links`] wrote.
pub fn read_social_links(column: &Json) -> Result<Vec<SocialLink>, Damaged> {
    let link = |link: &Json| {
        Some(SocialLink {
            website: link.get("website")?.as_str()?.to_owned(),
            url: Text::try_from(link.get("url")?.as_str()?).ok()?,
            username: link.get("username")?.as_str().map(Text::try_from).transpose().ok()?,
            verified: link.get("verified")?.as_bool()?,
        })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| link(item).ok_or(Damaged)).collect()
}

/// `[{"account_id": …, "permissions": […]}]`.
#[must_use]
pub fn installs(installs: &[Install]) -> Json {
    let install = |install: &Install| {
        let Install { account, permissions } = install;
        json!({ "account_id": account.as_str(), "permissions": permissions })
    };
    installs.iter().map(install).collect()
}

/// Reads what [`installs`] wrote.
pub fn read_installs(column: &Json) -> Result<Vec<Install>, Damaged> {
    let install = |install: &Json| {
        let account = BusinessId::try_from(install.get("account_id")?.as_str()?).ok()?;
        let permissions = read_words(install.get("permissions")?, |word| Some(word.to_owned())).ok()?;
        Some(Install { account, permissions })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| install(item).ok_or(Damaged)).collect()
}

/// `[{"symbol": …, "name": …, "balance": …, "price_usd": …, "icon_url": …, "breakdown": {…}}]`; the price is text, so
/// that no digit is lost.
#[must_use]
pub fn holdings(holdings: &[Holding]) -> Json {
    let holding = |holding: &Holding| {
        let Holding { symbol, name, balance, price_usd, icon_url, breakdown } = holding;
        let Breakdown { available, pending, reserve, in_transit, pending_settlements } = breakdown;
        let settlement =
            |one: &Settlement| json!({ "amount": one.amount.as_str(), "date": one.date.as_str() });
        let settlements: Json = pending_settlements.iter().map(settlement).collect();
        json!({
            "symbol": symbol.as_str(),
            "name": name.as_str(),
            "balance": balance.as_str(),
            "price_usd": price_usd.map(|price| price.to_string()),
            "icon_url": icon_url.as_ref().map(Text::as_str),
            "breakdown": {
                "available": available.as_str(),
                "pending": pending.as_str(),
                "reserve": reserve.as_str(),
                "in_transit": in_transit.as_str(),
                "pending_settlements": settlements,
            },
        })
    };
    holdings.iter().map(holding).collect()
}

/// Reads what [`holdings`] wrote.
pub fn read_holdings(column: &Json) -> Result<Vec<Holding>, Damaged> {
    let text = |object: &Json, name: &str| Text::try_from(object.get(name)?.as_str()?).ok();
    let settlement = |one: &Json| Some(Settlement { amount: text(one, "amount")?, date: text(one, "date")? });
    let holding = |item: &Json| {
        let breakdown = item.get("breakdown")?;
        let settlements = breakdown.get("pending_settlements")?.as_array()?;
        Some(Holding {
            symbol: text(item, "symbol")?,
            name: text(item, "name")?,
            balance: text(item, "balance")?,
            price_usd: item.get("price_usd")?.as_str().map(str::parse).transpose().ok()?,
            icon_url: text(item, "icon_url"),
            breakdown: Breakdown {
                available: text(breakdown, "available")?,
                pending: text(breakdown, "pending")?,
                reserve: text(breakdown, "reserve")?,
                in_transit: text(breakdown, "in_transit")?,
                pending_settlements: settlements.iter().map(settlement).collect::<Option<_>>()?,
            },
        })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| holding(item).ok_or(Damaged)).collect()
}

/// A sealed value, as hexadecimal digits.
#[must_use]
pub fn sealed(Sealed(bytes): &Sealed) -> String {
    hex(bytes)
}

/// Reads what [`sealed`] wrote.
pub fn read_sealed(column: &str) -> Result<Sealed, Damaged> {
    unhex(column).map(Sealed).map_err(|_| Damaged)
}

/// `[["…", 1772600767000123]]`: each old secret, and until when it signs.
#[must_use]
pub fn old_secrets(secrets: &[OldSecret]) -> Json {
    let old = |OldSecret { secret, until }: &OldSecret| json!([sealed(secret), until.timestamp_micros()]);
    secrets.iter().map(old).collect()
}

/// Reads what [`old_secrets`] wrote.
pub fn read_old_secrets(column: &Json) -> Result<Vec<OldSecret>, Damaged> {
    let old = |item: &Json| {
        let [secret, until] = item.as_array()?.as_slice() else { return None };
        let secret = read_sealed(secret.as_str()?).ok()?;
        Some(OldSecret { secret, until: DateTime::from_timestamp_micros(until.as_i64()?)? })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| old(item).ok_or(Damaged)).collect()
}

/// `[["X-Token", "…"]]`.
#[must_use]
pub fn sealed_headers(headers: &[SubscriptionHeader]) -> Json {
    headers.iter().map(|SubscriptionHeader { name, value }| json!([name, sealed(value)])).collect()
}

/// Reads what [`sealed_headers`] wrote.
pub fn read_sealed_headers(column: &Json) -> Result<Vec<SubscriptionHeader>, Damaged> {
    let header = |header: &Json| {
        let [name, value] = header.as_array()?.as_slice() else { return None };
        let value = read_sealed(value.as_str()?).ok()?;
        Some(SubscriptionHeader { name: name.as_str()?.to_owned(), value })
    };
    column.as_array().ok_or(Damaged)?.iter().map(|item| header(item).ok_or(Damaged)).collect()
}
