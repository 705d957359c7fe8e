//! The enumerations (contract client, section 5), all of them compared with exact case.

pub(super) const GENDERS: [&str; 2] = ["male", "female"];

pub(super) const ACCOUNT_OPENING_REASONS: [&str; 4] =
    ["hedging", "speculative", "income_earning", "peer_to_peer_exchange"];

pub(super) const EMPLOYMENT_STATUSES: [&str; 5] =
    ["employed", "self_employed", "retired", "student", "unemployed"];

pub(super) const AMOUNTS: [&str; 8] = [
    "Less than $10,000",
    "$10,001 - $25,000",
    "$25,001 - $50,000",
    "$50,001 - $75,000",
    "$75,001 - $100,000",
    "$100,001 - $250,000",
    "$250,001 - $500,000",
    "Over $500,000",
];

pub(super) const SOURCES_OF_WEALTH: [&str; 7] = [
    "Accumulation of Income/Savings",
    "Business",
    "Inheritance",
    "Investments and Dividends",
    "Retirement Income",
    "Proceeds of sale of cryptocurrencies",
    "Sale of Property",
];

pub(super) const SOURCES_OF_FUNDS: [&str; 8] = [
    "Gaming or Casino",
    "Financial Services & Banking",
    "Technology & Communications",
    "Healthcare & Medical Services",
    "Manufacturing, Mining & Industrial",
    "Manufacturing, Mining & Construction",
    "Professional Services",
    "Consumer Services & Retail",
];

/// Whether `code` is an assigned ISO 3166-1 alpha-2 code in small letters.
#[must_use]
pub fn is_country(code: &str) -> bool {
    let small = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    small && rust_iso3166::from_alpha2(&code.to_ascii_uppercase()).is_some()
}

/// Every assigned country: its two codes in capitals, and its name.
pub fn countries() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    rust_iso3166::ALL.iter().map(|country| (country.alpha2, country.alpha3, country.name))
}
