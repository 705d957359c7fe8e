//! Holds, as the operator API shows them (operator API page, section 11).

use actix_web::HttpResponse;
use profile_domain::{
    change::{RecordKind, moment},
    operator::Hold as DomainHold,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::response::{json, marked};

/// Records of a person that can be neither ended nor erased.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorHold")]
pub(super) struct Hold {
    kinds: Vec<&'static str>,
    reason: String,
    /// When it is over; null: when somebody releases it.
    until: Option<String>,
    at: String,
    by: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

impl From<DomainHold> for Hold {
    fn from(DomainHold { kinds, reason, until, at, by }: DomainHold) -> Self {
        Self {
            kinds: kinds.into_iter().map(RecordKind::name).collect(),
            reason: reason.into_string(),
            until: until.map(moment),
            at: moment(at),
            by,
            dry_run: false,
        }
    }
}

/// Answers a hold that was placed or released.
pub(super) fn decided(hold: DomainHold, dry_run: bool, is_replayed: bool) -> HttpResponse {
    marked(json(&Hold { dry_run, ..Hold::from(hold) }), is_replayed)
}
