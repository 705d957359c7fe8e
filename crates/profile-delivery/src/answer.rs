//! What an answer says about a delivery: whether it is done, and when to come again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hyper::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use profile_ports::WebhookError;

/// The longest pause that a target may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);

/// Returns why an answer of this status is no success.
pub(crate) fn status_error(status: StatusCode) -> Option<WebhookError> {
    match status {
        status if status.is_success() => None,
        status if status.is_redirection() => Some(WebhookError::Redirect),
        _ => Some(WebhookError::Status),
    }
}

/// Returns the pause that `Retry-After` asks for, in seconds or up to a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than a number holds are too many anyway.
        text.parse().map_or(MAX_RETRY_AFTER, Duration::from_secs)
    } else {
        let until = DateTime::parse_from_rfc2822(text).ok()?;
        until.to_utc().signed_duration_since(now).to_std().unwrap_or_default()
    };
    Some(pause.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_up_to_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-03-04T05:00:00Z").unwrap().to_utc();
        let day = 86_400;
        for (text, expected) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("86401", Some(day)),
            ("99999999999999999999999", Some(day)),
            ("Wed, 04 Mar 2026 05:01:00 GMT", Some(60)),
            ("Wed, 04 Mar 2026 04:01:00 GMT", Some(0)),
            ("Tue, 04 Mar 2036 04:01:00 GMT", Some(day)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn only_2xx_is_a_success() {
        for (status, expected) in [
            (200, None),
            (204, None),
            (299, None),
            (301, Some(WebhookError::Redirect)),
            (307, Some(WebhookError::Redirect)),
            (404, Some(WebhookError::Status)),
            (410, Some(WebhookError::Status)),
            (500, Some(WebhookError::Status)),
        ] {
            assert_eq!(status_error(StatusCode::from_u16(status).unwrap()), expected, "{status}");
        }
    }
}
