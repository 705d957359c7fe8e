//! `/console/feed`: the changes of all records, the newest first, with filters; how many later ones there are is
//! said above them.

use std::{collections::BTreeSet, fmt::Write as _};

use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::TimeDelta;
use profile_domain::{
    change::RecordKind,
    operator::{ChangeFilter, is_actor, is_filter_field},
    position::position_before,
};
use profile_ports::Unavailable;
use profile_usecases::{
    Ports,
    operator::{ChangePage, list_changes},
};
use uuid::Uuid;

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    names::KeyNames,
    shell::{Shell, page},
    visitor::Visitor,
};

use super::{history::ShownChange, later::Later, sign_in::url_encoded};

const PATH: &str = "/console/feed";
/// Changes on a page.
pub(super) const LIMIT: u32 = 25;
/// How far back a page begins, in minutes, and what that is called.
const SINCE: [(i64, &str); 5] =
    [(15, "15 minutes"), (60, "hour"), (1_440, "day"), (10_080, "7 days"), (43_200, "30 days")];
const DEFAULT_MINUTES: i64 = 60;
/// The log is read forwards, so the newest changes are looked for in longer and longer times, in seconds.
const WINDOWS: [i64; 8] = [1, 10, 60, 900, 3_600, 86_400, 604_800, 2_592_000];
/// Pages that are read of one of these times.
const MAX_PAGES: usize = 20;

#[derive(Template)]
#[template(path = "feed.html", blocks = ["part"])]
struct FeedPage {
    shell: Shell,
    kinds: Vec<(&'static str, bool)>,
    since: Vec<(i64, &'static str, bool)>,
    field: String,
    actor: String,
    faults: Vec<&'static str>,
    changes: Vec<ShownChange>,
    later: Later,
    /// Where the first changes of the time are.
    beginning: String,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/feed").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let (ports, role) = (&console.ports, visitor.role());
    let query = Form::query(&request)?;
    let (filter, faults) = filter_of(&query);
    let minutes = query.number("since").filter(|asked| SINCE.iter().any(|(minutes, _)| minutes == asked));
    let minutes = minutes.unwrap_or(DEFAULT_MINUTES);
    let begin = position_before(ports.clock.now() - TimeDelta::minutes(minutes));
    let is_part = request.headers().contains_key("hx-request");
    let behind = |position: Uuid| address(&query, minutes, &format!("after={position}"));
    let found = match query.word("after") {
        Some(after) => {
            let after = after.parse().map_err(|_| PageError::Form)?;
            let found = list_changes(&*ports.store, &filter, after, LIMIT).await?;
            if let Some(seen) = query.number("seen").filter(|_| is_part) {
                // The changes are shown from where they begin, unless none of all that was looked at matches.
                let begin = if found.changes.is_empty() { found.next } else { after };
                return Ok(Later::answer(behind(begin), &found, seen));
            }
            found
        }
        None if query.get("from").is_some() => list_changes(&*ports.store, &filter, begin, LIMIT).await?,
        None => newest(ports, &filter, minutes).await?,
    };
    let actors = found.changes.iter().map(|change| change.cause.actor.as_str());
    let names = KeyNames::of(ports, actors).await?;
    let kind = |kind: RecordKind| (kind.name(), filter.kinds.contains(&kind));
    let shown = FeedPage {
        shell: Shell::new(&visitor, PATH),
        kinds: RecordKind::ALL.into_iter().map(kind).collect(),
        since: SINCE.into_iter().map(|(of, name)| (of, name, of == minutes)).collect(),
        field: query.word("field").unwrap_or_default(),
        actor: query.word("actor").unwrap_or_default(),
        faults,
        changes: found.changes.iter().rev().map(|change| ShownChange::new(change, role, &names)).collect(),
        later: Later::behind(behind(found.next), found.is_end),
        beginning: address(&query, minutes, "from=beginning"),
    };
    Ok(if is_part { page(&shown.as_part()) } else { page(&shown) })
}

/// Returns the newest changes of the last minutes that match, in the order of the log. In a time with too many of them,
/// they are those of the longest time before it that has few enough.
async fn newest(ports: &Ports, filter: &ChangeFilter, minutes: i64) -> Result<ChangePage, Unavailable> {
    let now = ports.clock.now();
    let mut newest = ChangePage::empty(position_before(now));
    for seconds in WINDOWS.into_iter().filter(|seconds| *seconds <= minutes * 60) {
        let mut found = ChangePage::empty(position_before(now - TimeDelta::seconds(seconds)));
        for _ in 0..MAX_PAGES {
            let page = list_changes(&*ports.store, filter, found.next, LIMIT).await?;
            let changes = found.changes.split_off(found.changes.len().saturating_sub(LIMIT as usize));
            found = ChangePage { changes: changes.into_iter().chain(page.changes).collect(), ..page };
            if found.is_end {
                break;
            }
        }
        if !found.is_end && seconds > 1 {
            break;
        }
        let surplus = found.changes.len().saturating_sub(LIMIT as usize);
        found.changes.drain(..surplus);
        newest = found;
        if surplus > 0 || newest.changes.len() == LIMIT as usize {
            break;
        }
    }
    Ok(newest)
}

/// Reads the filters, and says which of them mean nothing.
fn filter_of(query: &Form) -> (ChangeFilter, Vec<&'static str>) {
    let mut faults = Vec::new();
    let kinds: BTreeSet<RecordKind> = query.all("kind").filter_map(RecordKind::from_name).collect();
    let (field, actor) = (query.word("field"), query.word("actor"));
    if field.as_deref().is_some_and(|field| !is_filter_field(field)) {
        faults.push("Field: no record has a field of this name.");
    }
    if actor.as_deref().is_some_and(|actor| !is_actor(actor)) {
        faults.push("Who: it is no actor, as operator:opk_… or account-user:70021.");
    }
    let one = |name: Option<String>| name.into_iter().collect();
    (ChangeFilter { kinds, fields: one(field), actors: one(actor), not_actors: BTreeSet::new() }, faults)
}

/// Returns the address of a page that begins elsewhere, with the same filters.
fn address(query: &Form, minutes: i64, begin: &str) -> String {
    let mut address = format!("{PATH}?{begin}&since={minutes}");
    let filters = ["kind", "field", "actor"];
    let values = filters.iter().flat_map(|name| query.all(name).map(move |value| (name, value)));
    for (name, value) in values.filter(|(_, value)| !value.is_empty()) {
        // Writing to a text cannot fail.
        write!(address, "&{name}={}", url_encoded(value)).ok();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_page_keeps_the_filters() {
        let query = Form::of_text("kind=user&kind=account&field=&actor=client%3Aa%26b");
        let address = address(&query, 60, "after=p");
        assert_eq!(address, "/console/feed?after=p&since=60&kind=user&kind=account&actor=client%3Aa%26b");
    }

    #[test]
    fn filters_that_mean_nothing_are_named() {
        let (_, faults) = filter_of(&Form::of_text("field=nonsense&actor=somebody"));
        assert_eq!(faults.len(), 2);
        let (filter, faults) = filter_of(&Form::of_text("kind=user&field=city&actor=operator"));
        assert!(faults.is_empty() && filter.kinds.contains(&RecordKind::User), "{filter:?}");
    }
}
