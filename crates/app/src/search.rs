//! Search of people: what a server does for it as it runs, and `profile find` and `profile search rebuild`.

use std::{
    io::{IsTerminal as _, Write as _, stderr, stdout},
    pin::pin,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use chrono::SubsecRound as _;
use profile_domain::{
    change::RecordKind,
    operator::{Role, search::PersonQuery},
    position::time_of,
};
use profile_http::contracts::operator::shown_persons;
use profile_ports::{Chain, SearchMatch};
use profile_usecases::{
    Followed, Ports, SearchFollower,
    operator::{FoundPerson, FoundPersons, search_persons},
    rebuild_search,
};
use tokio::time::sleep;

use crate::{
    output::print_json,
    settings::Settings,
    wiring::{cause, readable_ports},
};

/// Most people that a command prints.
const MAX_PERSONS: u32 = 50;

/// How long a follower rests when it has come to the end of the log: a change is found within a second.
const AT_THE_END: Duration = Duration::from_millis(150);
/// How long it rests there when there were [`MANY`] changes: a record that changes often is then written less often.
const AFTER_MANY: Duration = Duration::from_millis(400);
/// See [`AFTER_MANY`].
const MANY: usize = 200;
/// How long it rests when somebody else follows.
const WHILE_WAITING: Duration = Duration::from_millis(500);
/// How long it rests after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Follows the log for the search of people until `stopped` is over.
pub async fn follow_search(ports: Ports, stopped: impl Future) {
    let mut stopped = pin!(stopped);
    let mut follower = SearchFollower::new(Arc::clone(&ports.store), ports.ids.request());
    let mut is_failing = false;
    loop {
        // It may be ended anywhere: a step is taken whole or not at all.
        let step = tokio::select! {
            step = follower.step() => step,
            _ = &mut stopped => break,
        };
        let rest = match &step {
            Ok(Followed::Some(_)) => Duration::ZERO,
            Ok(Followed::All(MANY..)) => AFTER_MANY,
            Ok(Followed::All(_)) => AT_THE_END,
            Ok(Followed::Waiting) => WHILE_WAITING,
            Err(_) => AFTER_FAILURE,
        };
        if let (Err(error), false) = (&step, is_failing) {
            tracing::warn!(error = %Chain(error), "the search of people does not follow the log");
        }
        is_failing = step.is_err();
        tokio::select! {
            () = sleep(rest) => {}
            _ = &mut stopped => break,
        }
    }
    follower.end().await;
}

/// `profile find`: who is found by a text, as an admin sees it.
pub(crate) async fn find(settings: &Settings, text: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let length = text.chars().count();
    let is_short = (1..=PersonQuery::MAX_CHARS).contains(&length);
    anyhow::ensure!(is_short, "the text must have 1 to {} characters", PersonQuery::MAX_CHARS);
    let ports = readable_ports(settings).await?;
    let found = search_persons(&ports, Role::Admin, text, Vec::new(), None, MAX_PERSONS).await?;
    if as_json {
        print_json(&shown_persons(found))?;
        return Ok(ExitCode::SUCCESS);
    }
    let FoundPersons { persons, next } = found;
    let mut out = stdout().lock();
    for FoundPerson { person, matches } in &persons {
        writeln!(out, "{}", person.0)?;
        for one in matches {
            writeln!(out, "  {}", line(one))?;
        }
    }
    if persons.is_empty() {
        writeln!(stderr(), "nobody is found")?;
    } else if next.is_some() {
        writeln!(stderr(), "these are the first {MAX_PERSONS}; say more of whom you look for")?;
    }
    Ok(if persons.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Kind, key and field of a match, in columns.
fn line(SearchMatch { kind, key, field, exact, .. }: &SearchMatch) -> String {
    let (kind, key) = match kind {
        Some(kind) => (RecordKind::name(*kind), key.as_str()),
        None => ("-", "-"),
    };
    let exact = if *exact { "" } else { " (a part of it)" };
    format!("{kind:10} {key:38} {}{exact}", field.as_deref().unwrap_or("key"))
}

/// `profile search rebuild`: makes the projection anew; servers may run meanwhile.
pub(crate) async fn rebuild(settings: &Settings) -> anyhow::Result<ExitCode> {
    let ports = readable_ports(settings).await?;
    let is_terminal = stderr().is_terminal();
    let rebuilt = rebuild_search(ports.store, ports.ids.request(), |changes, position| {
        if let Some(at) = time_of(position).filter(|_| is_terminal).map(|at| at.trunc_subsecs(0)) {
            write!(stderr(), "\r{changes} changes, up to {at:?}\r").ok();
        }
    });
    let changes = rebuilt.await.map_err(cause).context("cannot make the search anew")?;
    writeln!(stdout(), "followed {changes} changes")?;
    Ok(ExitCode::SUCCESS)
}
