//! What a follower of the feed asks for (operator API page, section 9).

use std::{collections::BTreeSet, time::Duration};

use actix_web::{
    HttpRequest,
    http::header::{Accept, Header as _, HeaderName, Quality},
};
use profile_domain::{
    operator::{ChangeFilter, is_actor, is_filter_field},
    position::parse_position,
};
use profile_usecases::operator::{FeedStart, FieldError};

use super::{
    error::OperatorError,
    list_record_changes::with_chain,
    query::{Query, instant, whole},
};

/// Says where a stream that broke off goes on.
pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// What a caller accepts who wants a stream.
pub(super) const EVENT_STREAM: &str = "text/event-stream";
/// Most seconds that a call waits.
const MAX_WAIT_SECONDS: i64 = 30;

/// What pages and streams have in common.
const PARAMETERS: [&str; 7] = ["after", "kind", "field", "actor", "not_actor", "values", "include"];
/// What pages have besides.
const OF_PAGES: [&str; 2] = ["limit", "wait"];

/// A call for the feed, as a page or as a stream.
pub(super) struct FeedQuery {
    pub(super) start: FeedStart,
    pub(super) filter: ChangeFilter,
    pub(super) limit: u32,
    pub(super) wait: Duration,
    pub(super) values: bool,
    pub(super) with_chain: bool,
}

impl FeedQuery {
    /// Reads the query of a call by the actor `me`.
    pub(super) fn read(request: &HttpRequest, is_stream: bool, me: &str) -> Result<Self, OperatorError> {
        let of_pages: &[&str] = if is_stream { &[] } else { &OF_PAGES };
        let mut query = Query::read(request, &[&PARAMETERS[..], of_pages].concat());
        let after = query.parse("after", "format", start);
        let filter = ChangeFilter {
            kinds: query.kinds("kind").into_iter().collect(),
            fields: between_commas(&mut query, "field", "value", |name| {
                is_filter_field(name).then(|| name.to_owned())
            }),
            actors: actors(&mut query, "actor", me),
            not_actors: actors(&mut query, "not_actor", me),
        };
        let read = |value: &str| u64::try_from(whole(value).filter(|wait| *wait <= MAX_WAIT_SECONDS)?).ok();
        let wait = query.parse("wait", "value", read).map(Duration::from_secs).unwrap_or_default();
        let (limit, values) = (query.limit(), query.flag("values"));
        let with_chain = with_chain(&mut query);
        let last = if is_stream { last_event(request, &mut query) } else { None };
        query.check()?;
        let start = last.or(after).unwrap_or_default();
        Ok(Self { start, filter, limit, wait, values, with_chain })
    }
}

/// Whether the caller wants events rather than a page: they come first among what it accepts.
pub(super) fn wants_stream(request: &HttpRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else { return false };
    // What has a weight of nought is not acceptable (RFC 9110, section 12.4.2).
    let is_refused =
        |name: &str| accept.iter().any(|item| item.quality == Quality::ZERO && mime_name(&item.item) == name);
    let is_page = |name: &str| matches!(name, "application/json" | "application/*" | "*/*");
    let is_ours = |name: &String| (name == EVENT_STREAM || is_page(name)) && !is_refused(name);
    accept.ranked().iter().map(mime_name).find(is_ours).is_some_and(|first| first == EVENT_STREAM)
}

/// The media type without its parameters.
fn mime_name(mime: &impl AsRef<str>) -> String {
    mime.as_ref().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads where to begin: a position, an instant or `latest`.
fn start(value: &str) -> Option<FeedStart> {
    if value == "latest" {
        return Some(FeedStart::Latest);
    }
    parse_position(value).map(FeedStart::Position).or_else(|| instant(value).map(FeedStart::Instant))
}

fn last_event(request: &HttpRequest, query: &mut Query) -> Option<FeedStart> {
    let mut sent = request.headers().get_all(&LAST_EVENT_ID);
    let first = sent.next()?;
    let last = first.to_str().ok().and_then(parse_position).filter(|_| sent.next().is_none());
    if last.is_none() {
        query.faults.add(FieldError::header("Last-Event-ID", "format"));
    }
    last.map(FeedStart::Position)
}

/// Actors in the form of the log; `me` is the caller.
pub(super) fn actors(query: &mut Query, name: &str, me: &str) -> BTreeSet<String> {
    between_commas(query, name, "format", |actor| match actor {
        "me" => Some(me.to_owned()),
        actor => is_actor(actor).then(|| actor.to_owned()),
    })
}

/// Values between commas; none where the parameter is absent.
fn between_commas(
    query: &mut Query,
    name: &str,
    rule: &'static str,
    read: impl Fn(&str) -> Option<String>,
) -> BTreeSet<String> {
    query.parse(name, rule, |value| value.split(',').map(read).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn whoever_accepts_events_first_gets_a_stream() {
        let wants = |accept: &str| {
            wants_stream(&TestRequest::get().insert_header(("accept", accept)).to_http_request())
        };
        for stream in [
            "text/event-stream",
            "Text/Event-Stream",
            "text/event-stream;charset=utf-8",
            "text/event-stream, */*",
            "text/html, text/event-stream",
            "*/*;q=0.5, text/event-stream;q=0.6",
        ] {
            assert!(wants(stream), "{stream}");
        }
        for page in [
            "*/*",
            "application/json",
            "application/json, text/event-stream",
            "text/event-stream;q=0.1, application/json",
            "text/*",
            "text/event-stream;q=0",
            "",
        ] {
            assert!(!wants(page), "{page}");
        }
        assert!(!wants_stream(&TestRequest::get().to_http_request()));
    }

    #[test]
    fn a_position_has_one_form() {
        let nil = "00000000-0000-0000-0000-000000000000";
        assert_eq!(start(nil), Some(FeedStart::Position(Uuid::nil())));
        assert_eq!(start("latest"), Some(FeedStart::Latest));
        assert!(matches!(start("2026-03-04T06:00:00+01:00"), Some(FeedStart::Instant(_))));
        let upper = "019CB73D-3218-71F7-81A2-B3C4D5E6F708";
        for none in ["", "Latest", "0", "2026-03-04", upper, "019cb73d321871f781a2b3c4d5e6f708"] {
            assert_eq!(start(none), None, "{none}");
        }
    }
}
