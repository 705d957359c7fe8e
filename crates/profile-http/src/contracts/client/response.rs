//! What answers of the contract have in common (section 1): items, and what the request was.

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL};
use chrono::{DateTime, Utc};
use profile_domain::{Text, client::fields};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{error::ClientError, meta::Meta};
use crate::{endpoint::Body, field_schema};

/// The answer of a request that was carried out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
struct Answer<'a, T> {
    data: Vec<T>,
    meta: Meta<'a>,
}

/// A moment in UTC, with six digits and no offset.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "ClientMoment", example = "2026-04-02T08:15:41.003270")]
pub(super) struct Moment(
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}$"))] String,
);

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string())
    }
}

/// Answers with the items of `outcome`, or with its errors.
pub(super) fn respond<T: Serialize>(
    request: &HttpRequest,
    outcome: Result<impl Into<Vec<T>>, ClientError>,
) -> HttpResponse {
    match outcome {
        Ok(data) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(Answer { data: data.into(), meta: Meta::of(request) }),
        Err(error) => error.respond(request),
    }
}

/// The documentation of an answer with items of type `T`.
pub(super) const fn items<T: JsonSchema>() -> Body {
    Body::Json(SchemaGenerator::subschema_for::<Answer<'static, T>>)
}

/// Adds the limits of the contract's catalogue to the texts of a record.
pub(super) fn limit_texts(schema: &mut Schema) {
    let catalogues = [
        &fields::PROFILE_REPLACEMENT[..],
        &fields::ADDRESS,
        &fields::TAX,
        &fields::ASSESSMENT_CREATION,
        &fields::ASSESSMENT_UPDATE,
    ];
    for catalogue in catalogues {
        field_schema::limit(schema, catalogue);
    }
}

/// Returns a text as it is shown.
pub(super) fn text(text: Option<Text>) -> Option<String> {
    text.map(Text::into_string)
}
