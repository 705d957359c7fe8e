//! What every answer says of its request (section 1), whatever else it says.

use std::time::Instant;

use actix_web::{HttpMessage as _, HttpRequest};
use schemars::JsonSchema;
use serde::Serialize;

use crate::observe::Started;

/// What the answered request was.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientMeta")]
pub(super) struct Meta<'a> {
    /// The path without its version and query.
    endpoint: &'a str,
    /// In capitals.
    method: &'a str,
    /// Milliseconds since the service read the head of the request.
    timing: u64,
}

impl<'a> Meta<'a> {
    pub(super) const EXAMPLE: Self = Meta { endpoint: "/client/profile", method: "GET", timing: 3 };

    pub(super) fn of(request: &'a HttpRequest) -> Self {
        let path = request.path();
        let started = request.extensions().get::<Started>().map_or_else(Instant::now, |started| started.0);
        Self {
            endpoint: path.strip_prefix("/v1").filter(|rest| rest.starts_with('/')).unwrap_or(path),
            method: request.method().as_str(),
            timing: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}
