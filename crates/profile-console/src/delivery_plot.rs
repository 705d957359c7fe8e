//! How deliveries to a subscription went, as two small plots: how late they were, and how many failed.

use chrono::{DateTime, Utc};
use profile_domain::position::time_of;
use profile_ports::DeliveryAttempt;

use crate::{plot::Plot, shown::When};

/// Points of a plot.
const POINTS: i64 = 48;

/// Returns the plots of these attempts, which are the newest, up to `now`; none if there are no attempts.
pub(crate) fn of(attempts: &[DeliveryAttempt], now: DateTime<Utc>) -> Vec<Plot> {
    let Some(oldest) = attempts.iter().map(|attempt| attempt.at).min() else { return Vec::new() };
    let points = usize::try_from(POINTS).unwrap_or_default();
    let (mut lags, mut failures) = (vec![0.0_f64; points], vec![0.0; points]);
    let span = (now - oldest).num_milliseconds().max(1);
    let (mut longest, mut failed) = (0.0_f64, 0);
    for attempt in attempts {
        let place = (attempt.at - oldest).num_milliseconds().saturating_mul(POINTS) / span;
        let place = usize::try_from(place).unwrap_or_default().min(points - 1);
        let lag = time_of(attempt.change).map_or(0.0, |at| (attempt.at - at).as_seconds_f64().max(0.0));
        longest = longest.max(lag);
        if let Some(most) = lags.get_mut(place) {
            *most = most.max(lag);
        }
        if attempt.error.is_some() {
            failed += 1;
            if let Some(count) = failures.get_mut(place) {
                *count += 1.0;
            }
        }
    }
    let (since, count) = (When::new(oldest), attempts.len());
    let failed = format!("Failures: {failed} of {count} attempts");
    vec![
        Plot::new(format!("Lag: at most {longest:.1} s"), &[("lag", lags)]).since(since.clone()),
        Plot::new(failed, &[("failures", failures)]).since(since),
    ]
}

#[cfg(test)]
mod tests {
    use askama::Template as _;
    use profile_domain::position::change_id;
    use profile_ports::WebhookError;

    use super::*;

    #[test]
    fn lags_and_failures_are_told_in_words() {
        let now: DateTime<Utc> = "2026-11-29T12:00:00Z".parse().unwrap();
        let attempt = |ago: i64, lag: i64, error| {
            let at = now - chrono::TimeDelta::seconds(ago);
            DeliveryAttempt {
                id: uuid::Uuid::nil(),
                change: change_id(at - chrono::TimeDelta::seconds(lag), 7),
                person: None,
                attempt: 1,
                at,
                ms: 5,
                status: None,
                error,
                next_attempt_at: None,
            }
        };
        let plots = of(&[attempt(0, 3, None), attempt(3_600, 90, Some(WebhookError::Timeout))], now);
        let words: Vec<String> = plots.iter().map(|plot| plot.render().unwrap()).collect();
        assert!(
            words[0].contains(r#"at most 90.0 s, since <time datetime="2026-11-29T11:00:00"#),
            "{}",
            words[0]
        );
        assert!(words[1].contains("1 of 2 attempts, since <time"), "{}", words[1]);
        assert!(of(&[], now).is_empty());
    }
}
