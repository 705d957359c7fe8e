//! `/console/records/{kind}/{key}/history`: the versions of a record as a timeline and with old and new values, and any two
//! compared.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;
use profile_domain::{
    catalogue::{catalogue, find},
    change::{ChangeRecord, Value},
    operator::{Role, Rule, policy::check_kind},
};
use profile_usecases::{
    Ports,
    operator::{Moment, OperatorRefusal, RecordName, RecordView, get_state, list_record_changes},
};

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    names::{KeyNames, Who},
    shell::{Shell, page},
    shown::{Shown, When},
    timeline::Timeline,
    visitor::{Visitor, record_name},
};

use super::record::label;

/// Versions on a page.
const LIMIT: u32 = 25;
/// Most fields of a change that a list shows.
const MAX_FIELDS: usize = 5;

/// A change as it is shown.
pub(super) struct ShownChange {
    pub(super) kind: &'static str,
    pub(super) key: String,
    pub(super) label: String,
    pub(super) version: i64,
    pub(super) at: When,
    pub(super) who: Who,
    pub(super) reason: Option<Shown>,
    pub(super) fields: Vec<Difference>,
    /// How many more there are, and where.
    pub(super) more: Option<(usize, String)>,
    pub(super) ended: bool,
    pub(super) erased: bool,
}

/// A field that differs.
pub(super) struct Difference {
    pub(super) field: String,
    pub(super) old: Shown,
    pub(super) new: Shown,
}

impl Difference {
    /// Returns the fields that a write changes, as `role` sees them before and after it.
    pub(super) fn all(before: &RecordView, after: &RecordView, role: Role) -> Vec<Self> {
        let difference = |field: &String| {
            let entry = find(after.kind, field)?;
            let shown = |of: &RecordView| Shown::of(role, entry, of.values.get(field));
            Some(Self { field: field.clone(), old: shown(before), new: shown(after) })
        };
        after.changed.iter().flatten().filter_map(difference).collect()
    }
}

impl ShownChange {
    /// Returns a change as `role` sees it.
    pub(super) fn new(change: &ChangeRecord, role: Role, names: &KeyNames) -> Self {
        let shown = |field: &str, value| Shown::of_change(role, change.kind, field, value);
        Self {
            kind: change.kind.name(),
            key: change.key.clone(),
            label: label(change.kind),
            version: change.version,
            at: When::new(change.at),
            who: names.of_cause(&change.cause),
            reason: Shown::reason(role, &change.cause),
            fields: change
                .fields
                .iter()
                .take(MAX_FIELDS)
                .map(|one| Difference {
                    field: one.field.clone(),
                    old: shown(&one.field, &one.old),
                    new: shown(&one.field, &one.new),
                })
                .collect(),
            more: more_fields(change),
            ended: change.ended,
            erased: change.is_redacted(),
        }
    }
}

/// Returns how many fields a list leaves out of a change, and the page that has them all.
fn more_fields(change: &ChangeRecord) -> Option<(usize, String)> {
    let more = change.fields.len().checked_sub(MAX_FIELDS).filter(|more| *more > 0)?;
    let record = format!("/console/records/{}/{}", change.kind.name(), change.key);
    let page = match change.version {
        1 => format!("{record}?version=1"),
        version => format!("{record}/compare?from={}&to={version}", version - 1),
    };
    Some((more, page))
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    shell: Shell,
    kind: &'static str,
    key: String,
    label: String,
    timeline: Option<Timeline>,
    changes: Vec<ShownChange>,
    newest: i64,
    next: Option<i64>,
    is_writable: bool,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    shell: Shell,
    kind: &'static str,
    key: String,
    label: String,
    from: i64,
    to: i64,
    fields: Vec<Difference>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/records/{kind}/{key}/history").route(web::get().to(show)))
        .service(web::resource("/records/{kind}/{key}/compare").route(web::get().to(compare)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let (ports, role) = (&console.ports, visitor.role());
    let name = record_name(&request)?;
    let before = Form::query(&request)?.number("before");
    let newest = list_record_changes(ports, &name, None, 1).await?;
    let newest = newest.first().ok_or(PageError::NotFound)?;
    let changes = list_record_changes(ports, &name, before, LIMIT).await?;
    let names = KeyNames::of(ports, changes.iter().map(|change| change.cause.actor.as_str())).await?;
    let record = format!("/console/records/{}/{}", name.kind.name(), name.key);
    let shown = HistoryPage {
        shell: Shell::new(&visitor, ""),
        kind: name.kind.name(),
        label: label(name.kind),
        timeline: Timeline::new(record, &changes, &names),
        changes: changes.iter().map(|change| ShownChange::new(change, role, &names)).collect(),
        newest: newest.version,
        next: changes.last().map(|change| change.version).filter(|version| *version > 1),
        is_writable: !newest.ended && check_kind(name.kind).is_ok() && Rule::Write.allows(role),
        key: name.key,
    };
    Ok(page(&shown))
}

async fn compare(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let name = record_name(&request)?;
    let query = Form::query(&request)?;
    let version = |name| query.number(name).ok_or(PageError::Form);
    let (from, to) = (version("from")?, version("to")?);
    let shown = ComparePage {
        shell: Shell::new(&visitor, ""),
        kind: name.kind.name(),
        label: label(name.kind),
        from,
        to,
        fields: differences(&console.ports, &name, visitor.role(), from, to).await?,
        key: name.key,
    };
    Ok(page(&shown))
}

/// Returns the values of a version; none of one that ended the record.
async fn values_of(
    ports: &Ports,
    name: &RecordName,
    version: i64,
) -> Result<BTreeMap<String, Value>, OperatorRefusal> {
    match get_state(ports, name, Moment::Version(version), false).await {
        Err(OperatorRefusal::Ended) => Ok(BTreeMap::new()),
        found => Ok(found?.values),
    }
}

/// Returns the fields in which two versions of a record differ, as `role` sees them.
async fn differences(
    ports: &Ports,
    name: &RecordName,
    role: Role,
    from: i64,
    to: i64,
) -> Result<Vec<Difference>, OperatorRefusal> {
    let (from, to) = (values_of(ports, name, from).await?, values_of(ports, name, to).await?);
    let differing = catalogue(name.kind).iter().filter(|entry| from.get(&entry.name) != to.get(&entry.name));
    let difference = |entry: &profile_domain::catalogue::Entry| Difference {
        field: entry.name.clone(),
        old: Shown::of(role, entry, from.get(&entry.name)),
        new: Shown::of(role, entry, to.get(&entry.name)),
    };
    Ok(differing.map(difference).collect())
}
