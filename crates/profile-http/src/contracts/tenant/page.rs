//! Which page of a list is asked for (sections 4.3 and 9).

use super::error::{INVALID_TYPE, OUT_OF_RANGE, TenantFault};

/// Items of a page where the request does not say, and the most there may be.
const DEFAULT: i64 = 25;
const MOST: i64 = 100;

/// A page, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) page: i64,
    pub(super) take: i64,
}

impl Page {
    pub(super) fn of(pairs: &[(String, String)]) -> Result<Self, TenantFault> {
        let take = number(pairs, "take", 1..=MOST, DEFAULT);
        let page = number(pairs, "page", 1..=i64::from(i32::MAX), 1);
        match (take, page) {
            (Ok(take), Ok(page)) => Ok(Self { page, take }),
            (take, page) => {
                let faults = take.err().into_iter().chain(page.err()).flat_map(|fault| fault.broken);
                Err(faults.collect::<Vec<_>>().into())
            }
        }
    }

    /// How many items stand before it.
    pub(super) const fn skip(self) -> i64 {
        (self.page - 1).saturating_mul(self.take)
    }
}

fn number(
    pairs: &[(String, String)],
    name: &'static str,
    range: std::ops::RangeInclusive<i64>,
    default: i64,
) -> Result<i64, TenantFault> {
    let Some((_, text)) = pairs.iter().rev().find(|(given, _)| given == name) else { return Ok(default) };
    let number: i32 = text.parse().map_err(|_| TenantFault::of(INVALID_TYPE, name))?;
    let number = i64::from(number);
    if range.contains(&number) { Ok(number) } else { Err(TenantFault::of(OUT_OF_RANGE, name)) }
}
