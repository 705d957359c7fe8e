//! What requests of the contract begin with: version, then token (section 3, order of checks); and which page of a list
//! they ask for.

use std::ops::RangeInclusive;

use actix_web::HttpRequest;
use profile_domain::tenant::policy::TokenClaims;
use profile_usecases::RequestOrigin;
use schemars::json_schema;

use super::{
    NAME,
    error::{INVALID_TYPE, OUT_OF_RANGE, TenantError, UNAUTHENTICATED},
    version,
};
use crate::{
    State,
    headers::{bearer, origin},
    parameter::Parameter,
};

/// Items of a page whose size the request does not say, and the most that it may say.
const DEFAULT_TAKE: i64 = 25;
pub(super) const MAX_TAKE: i64 = 100;

/// A request with a verified token.
pub(super) struct RequestContext {
    pub(super) claims: TokenClaims,
    pub(super) origin: RequestOrigin,
}

impl RequestContext {
    /// Checks the version and the token.
    pub(super) async fn begin(request: &HttpRequest, state: &State) -> Result<Self, TenantError> {
        version::check(request)?;
        let token = bearer(request.headers()).ok_or(UNAUTHENTICATED)?;
        Ok(Self { claims: state.tenant.verify(token).await?, origin: origin(request, NAME) })
    }
}

/// A page of a list, counted from 1 (sections 4.3 and 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) page: i64,
    pub(super) take: i64,
}

impl Page {
    pub(super) const PARAMETERS: [Parameter; 2] = [
        Parameter::query("take", "How many items a page has.", |_| {
            json_schema!({
                "type": "integer",
                "format": "int32",
                "minimum": 1,
                "maximum": MAX_TAKE,
                "default": DEFAULT_TAKE,
            })
        }),
        Parameter::query("page", "The page to return, counted from 1.", |_| {
            json_schema!({
                "type": "integer",
                "format": "int32",
                "minimum": 1,
                "maximum": i32::MAX,
                "default": 1,
            })
        }),
    ];

    /// Reads the page that the pairs of a query ask for.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, TenantError> {
        let take = number(pairs, "take", 1..=MAX_TAKE, DEFAULT_TAKE);
        let page = number(pairs, "page", 1..=i64::from(i32::MAX), 1);
        match (take, page) {
            (Ok(take), Ok(page)) => Ok(Self { page, take }),
            (take, page) => {
                let errors = take.err().into_iter().chain(page.err());
                Err(errors.flat_map(|error| error.broken).collect::<Vec<_>>().into())
            }
        }
    }

    /// Returns how many items come before the page.
    pub(super) const fn skip(self) -> i64 {
        (self.page - 1).saturating_mul(self.take)
    }
}

fn number(
    pairs: &[(String, String)],
    name: &'static str,
    range: RangeInclusive<i64>,
    default: i64,
) -> Result<i64, TenantError> {
    let Some((_, text)) = pairs.iter().rev().find(|(given, _)| given == name) else { return Ok(default) };
    let number: i32 = text.parse().map_err(|_| TenantError::of(INVALID_TYPE, name))?;
    let number = i64::from(number);
    if range.contains(&number) { Ok(number) } else { Err(TenantError::of(OUT_OF_RANGE, name)) }
}
