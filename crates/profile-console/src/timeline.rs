//! The versions of a record on an axis of time, as SVG made on the server: a row for each actor, a mark for each version.
//!
//! Each mark is a link, and says what it is. Marks that are close stand in several lanes; where they are closer still, the list
//! of the same versions below is what one uses.

use askama::{Template, filters::HtmlSafe};
use profile_domain::change::{ChangeRecord, moment};

use crate::{
    names::{KeyNames, Who},
    shown::When,
};

/// The axis in thousandths of the width, between edges that leave room for half a mark.
const EDGE: i64 = 25;
const AXIS: i64 = 1_000 - 2 * EDGE;
/// How close marks may be in a lane, in thousandths of the width.
const CLOSE: i64 = 25;
/// The lanes of a row, as the style sheet calls them; the first, in the middle, is used unless marks are close.
const LANES: [Option<&str>; 3] = [None, Some("above"), Some("below")];

/// A version, and where its mark is.
struct Mark {
    version: i64,
    at: String,
    /// Percents of the width, with one digit behind the point.
    x: String,
    lane: Option<&'static str>,
}

/// The versions of an actor, the oldest first.
struct Row {
    who: Who,
    name: String,
    marks: Vec<Mark>,
}

/// The versions of a record.
#[derive(Template)]
#[template(path = "components/timeline.html")]
pub(crate) struct Timeline {
    /// The address of the record.
    record: String,
    count: usize,
    first: When,
    last: When,
    rows: Vec<Row>,
}

impl HtmlSafe for Timeline {}

impl Timeline {
    /// Returns the timeline of these changes of the record at this address, the newest first; `None` if there are none.
    pub(crate) fn new(record: String, changes: &[ChangeRecord], names: &KeyNames) -> Option<Self> {
        let first = changes.iter().map(|change| change.at).min()?;
        let last = changes.iter().map(|change| change.at).max()?;
        let span = (last - first).num_microseconds().unwrap_or(i64::MAX / 1_000).max(1);
        let mut rows: Vec<(&str, Vec<(i64, &ChangeRecord)>)> = Vec::new();
        for change in changes.iter().rev() {
            let since = (change.at - first).num_microseconds().unwrap_or(span);
            let place = EDGE + since.saturating_mul(AXIS) / span;
            let actor = change.cause.actor.as_str();
            match rows.iter_mut().find(|(of, _)| *of == actor) {
                Some((_, placed)) => placed.push((place, change)),
                None => rows.push((actor, vec![(place, change)])),
            }
        }
        let row = |(actor, placed): (&str, Vec<_>)| Row {
            who: names.who(actor, None),
            name: names.name(actor),
            marks: marks(placed),
        };
        let rows = rows.into_iter().map(row).collect();
        Some(Self { record, count: changes.len(), first: When::new(first), last: When::new(last), rows })
    }
}

/// Returns the marks of changes at these places; one that is close to the one before it stands in the next lane.
fn marks(placed: Vec<(i64, &ChangeRecord)>) -> Vec<Mark> {
    let mut lanes = LANES.into_iter().cycle();
    let mut before = None;
    let mut mark = |(place, change): (i64, &ChangeRecord)| {
        if before.is_none_or(|before| place - before >= CLOSE) {
            lanes = LANES.into_iter().cycle();
        }
        before = Some(place);
        let x = format!("{}.{}", place / 10, place % 10);
        Mark { version: change.version, at: moment(change.at), x, lane: lanes.next().flatten() }
    };
    placed.into_iter().map(&mut mark).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use profile_domain::change::{Cause, Digest, RecordKind};

    use super::*;

    /// A change by somebody so many seconds behind the first.
    fn change(version: i64, seconds: i64, actor: &str) -> ChangeRecord {
        let (door, request_id) = ("users".to_owned(), String::new());
        ChangeRecord {
            id: uuid::Uuid::nil(),
            person: None,
            kind: RecordKind::User,
            key: "1".to_owned(),
            root: "1".to_owned(),
            version,
            at: DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds),
            cause: Cause { actor: actor.to_owned(), door, request_id, reason: None },
            fields: Vec::new(),
            ended: false,
            salt: None,
            expired: false,
            digest: Digest::default(),
        }
    }

    fn rendered(changes: &[ChangeRecord]) -> String {
        Timeline::new("/r".to_owned(), changes, &KeyNames::default()).unwrap().render().unwrap()
    }

    #[test]
    fn each_actor_has_a_row_and_each_version_a_mark_that_says_what_it_is() {
        let changes = [change(3, 100, "<b>"), change(2, 50, "client:a"), change(1, 0, "<b>")];
        let page = rendered(&changes);
        assert_eq!(page.matches("<svg").count(), 2, "{page}");
        assert!(page.contains("3 versions"), "{page}");
        for (version, x) in [(1, "2.5"), (2, "50.0"), (3, "97.5")] {
            let (_, mark) = page.split_once(&format!("href=\"/r?version={version}\"")).unwrap();
            let mark = mark.split("</a>").next().unwrap();
            assert!(mark.ends_with(&format!("<circle cx=\"{x}%\"/>")), "{mark}");
        }
        assert!(page.contains("<title>version 2, 1970-01-01T00:00:50.000000Z, client:a</title>"), "{page}");
        assert!(!page.contains("<b>"), "{page}");
    }

    #[test]
    fn marks_that_are_close_stand_in_lanes() {
        let page = rendered(&[change(3, 1_000, "a"), change(2, 1, "a"), change(1, 0, "a")]);
        let lanes: Vec<bool> = page.split("<circle").skip(1).map(|mark| mark.contains("above")).collect();
        assert_eq!(lanes, [false, true, false], "{page}");
    }

    #[test]
    fn one_version_is_a_timeline_and_none_is_not() {
        assert!(rendered(&[change(1, 0, "a")]).contains("1 version from"));
        assert!(Timeline::new(String::new(), &[], &KeyNames::default()).is_none());
    }
}
