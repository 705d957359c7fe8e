//! What answers of the contract have in common: the wrappers of section 4.3.

use actix_web::HttpResponse;
use chrono::{DateTime, SecondsFormat, Utc};
use profile_domain::Text;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use super::{
    request::{MAX_TAKE, Page},
    with_headers,
};
use crate::endpoint::Body;

/// One object.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
struct OneAnswer<T> {
    data: T,
    #[schemars(with = "Vec<()>", length(max = 0))]
    errors: [(); 0],
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
struct ListAnswer<T> {
    data: Vec<T>,
    #[schemars(with = "Vec<()>", length(max = 0))]
    errors: [(); 0],
    /// How many items all pages have together.
    #[schemars(range(min = 0))]
    total_count: i64,
    /// Counted from 1.
    #[schemars(range(min = 1, max = i32::MAX))]
    page: i64,
    #[schemars(range(min = 1, max = MAX_TAKE))]
    take: i64,
}

/// A moment in UTC, with milliseconds.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "TenantMoment", extend("format" = "date-time"))]
pub(super) struct Moment(String);

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// Answers with one object.
pub(super) fn one(data: impl Serialize) -> HttpResponse {
    with_headers(HttpResponse::Ok()).json(OneAnswer { data, errors: [] })
}

/// Answers with a page of a list that has `total_count` items.
pub(super) fn list<T: Serialize>(
    data: impl Iterator<Item = T>,
    total_count: i64,
    Page { page, take }: Page,
) -> HttpResponse {
    with_headers(HttpResponse::Ok()).json(ListAnswer {
        data: data.collect(),
        errors: [],
        total_count,
        page,
        take,
    })
}

/// The documentation of an answer with one `T`.
pub(super) const fn one_of<T: JsonSchema>() -> Body {
    Body::Json(SchemaGenerator::subschema_for::<OneAnswer<T>>)
}

/// The documentation of an answer with a page of `T`.
pub(super) const fn list_of<T: JsonSchema>() -> Body {
    Body::Json(SchemaGenerator::subschema_for::<ListAnswer<T>>)
}

/// Returns a text as it is shown.
pub(super) fn text(text: Option<Text>) -> Option<String> {
    text.map(Text::into_string)
}
