//! Version segments (section 4): `v1` and `v1.0` are the one version that is offered.

use actix_web::HttpRequest;
use schemars::json_schema;

use super::error::{NOT_FOUND, TenantError, UNSUPPORTED_API_VERSION};
use crate::parameter::Parameter;

/// The version segment of every path.
pub(super) const PARAMETER: Parameter = Parameter::path(
    "version",
    "The version of the API; `v1` and `v1.0` are the same one.",
    |_| json_schema!({ "type": "string", "enum": ["v1", "v1.0"] }),
);

/// Checks that the version segment of a known path is the one that is offered.
pub(super) fn check(request: &HttpRequest) -> Result<(), TenantError> {
    match parse(request.match_info().get("version").unwrap_or_default()) {
        Some((1, 0)) => Ok(()),
        Some(_) => Err(UNSUPPORTED_API_VERSION.into()),
        None => Err(NOT_FOUND.into()),
    }
}

/// `v`, a number, and maybe a full stop and another number; whatever else is there is no version.
fn parse(segment: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    };
    let version = segment.strip_prefix('v')?;
    match version.split_once('.') {
        None => Some((number(version)?, 0)),
        Some((major, minor)) => Some((number(major)?, number(minor)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (segment, version) in [
            ("v1", Some((1, 0))),
            ("v1.0", Some((1, 0))),
            ("v2", Some((2, 0))),
            ("v1.1", Some((1, 1))),
            ("v99", Some((99, 0))),
            ("vabc", None),
            ("v", None),
            ("1", None),
            ("v1.", None),
            ("v1.0.0", None),
            ("v+1", None),
            ("V1", None),
        ] {
            assert_eq!(parse(segment), version, "{segment}");
        }
    }
}
