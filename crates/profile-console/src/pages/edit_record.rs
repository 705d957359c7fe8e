//! `/console/records/{kind}/{key}/edit`: fields are typed over, looked at as old and new with every broken rule, and saved.
//!
//! A form names the version that it was made from, and only what differs from that version is written. What others have
//! written meanwhile stays, unless it is the same field: then the form shows both.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use profile_domain::{Text, catalogue::find, operator::Rule};
use profile_usecases::operator::{
    Conflict, FieldError, Moment, NamedFields, OperatorRefusal, Precondition, RecordName, RecordView, Step,
    check_reason, get_record, get_state, patch_record,
};

use crate::{
    Console,
    error::{Answered, PageError},
    faults::{broken_rule, field_of},
    fields::{Control, EditField, Group, Typed, edit_fields},
    form::Form,
    names::KeyNames,
    shell::{Shell, page},
    shown::Shown,
    visitor::{Visitor, record_name},
};

use super::{
    history::Difference,
    record::{label, of_record, saved},
};

#[derive(Template)]
#[template(path = "edit.html")]
struct EditPage {
    shell: Shell,
    kind: &'static str,
    key: String,
    label: String,
    base: i64,
    groups: Vec<Group<EditField>>,
    reason: String,
    faults: Vec<String>,
    has_conflict: bool,
}

#[derive(Template)]
#[template(path = "preview.html")]
struct PreviewPage {
    shell: Shell,
    kind: &'static str,
    key: String,
    label: String,
    base: i64,
    typed: Vec<(&'static str, String)>,
    fields: Vec<Difference>,
    reason: String,
}

/// A form that was sent.
struct Edit {
    visitor: Visitor,
    name: RecordName,
    base: RecordView,
    typed: Typed,
    reason: String,
}

/// What a form writes, and why.
type Write = (Vec<Step>, Option<Text>);

/// What came of a form.
enum Outcome {
    Done(Box<RecordView>),
    Faults(Vec<FieldError>),
    Conflict(Vec<Conflict>),
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    let edit = web::resource("/records/{kind}/{key}/edit");
    app.service(edit.route(web::get().to(show)).route(web::post().to(send)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Write).await?;
    let name = record_name(&request)?;
    let base = get_record(&console.ports, &name).await.map_err(|refusal| of_record(refusal, &name))?;
    let edit = Edit { visitor, name, base, typed: Typed::default(), reason: String::new() };
    Ok(edit.form(&[], None))
}

async fn send(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Write).await?;
    let name = record_name(&request)?;
    let form = Form::receive(payload).await?;
    let version = form.number("base").ok_or(PageError::Form)?;
    let base = base(&console, &name, version).await.map_err(|refusal| of_record(refusal, &name))?;
    let typed = Typed::of(&form, &base, visitor.role());
    let reason = form.word("reason").unwrap_or_default();
    let mut edit = Edit { visitor, name, base, typed, reason };
    let step = form.get("step");
    if step.as_deref() == Some("form") {
        return Ok(edit.form(&[], None));
    }
    let is_saved = step.as_deref() == Some("save");
    match edit.write(&console, is_saved).await? {
        Outcome::Done(view) if is_saved => Ok(saved(&view)),
        Outcome::Done(view) => Ok(edit.preview(&view)),
        Outcome::Faults(faults) => Ok(edit.form(&faults, None)),
        Outcome::Conflict(conflicts) => {
            let by = conflicts.iter().map(|conflict| conflict.by.as_str());
            let names = KeyNames::of(&console.ports, by).await?;
            edit.base = get_record(&console.ports, &edit.name).await?;
            Ok(edit.form(&[], Some((&conflicts, &names))))
        }
    }
}

/// Returns the version that a form was made from, which need not be the current one any more.
async fn base(console: &Console, name: &RecordName, version: i64) -> Result<RecordView, OperatorRefusal> {
    let current = get_record(&console.ports, name).await?;
    if current.version == version {
        return Ok(current);
    }
    get_state(&console.ports, name, Moment::Version(version), false).await
}

impl Edit {
    /// Writes what was typed, or rehearses it.
    async fn write(&self, console: &Console, is_saved: bool) -> Result<Outcome, PageError> {
        let (steps, reason) = match self.steps(console)? {
            Ok(read) => read,
            Err(faults) => return Ok(Outcome::Faults(faults)),
        };
        let ports = if is_saved { console.ports.clone() } else { Visitor::rehearsal(console) };
        let precondition = Precondition::Base(self.base.version);
        let cause = self.visitor.cause(reason);
        let actor = &self.visitor.actor;
        match patch_record(&ports, actor, &self.name, steps, &precondition, cause, None).await {
            Ok(view) => Ok(Outcome::Done(Box::new(view))),
            Err(OperatorRefusal::Invalid(faults) | OperatorRefusal::Taken(faults)) => {
                Ok(Outcome::Faults(faults))
            }
            Err(OperatorRefusal::Conflict(conflicts)) => Ok(Outcome::Conflict(conflicts)),
            Err(other) => Err(of_record(other, &self.name)),
        }
    }

    /// Returns what the form does, or everything that is wrong with it.
    fn steps(&self, console: &Console) -> Result<Result<Write, Vec<FieldError>>, PageError> {
        let named = NamedFields::of(self.name.kind, &self.typed.members(&self.base));
        named.check_rights(self.visitor.role(), false)?;
        let now = console.ports.clock.now();
        let (steps, mut faults) = match named.steps(false, now, &*console.ports.passwords) {
            Ok(steps) => (steps, Vec::new()),
            Err(faults) => (Vec::new(), faults),
        };
        let reason = match check_reason(&self.reason) {
            Ok(reason) => Some(reason),
            Err(_) if self.reason.is_empty() && !named.has_sensitive() => None,
            Err((rule, limit)) => {
                faults.push(FieldError { limit, ..FieldError::at("/cause/reason", rule) });
                None
            }
        };
        Ok(if faults.is_empty() { Ok((steps, reason)) } else { Err(faults) })
    }

    /// Returns the form, with what is wrong with it, or what others have written meanwhile.
    fn form(&self, faults: &[FieldError], conflicts: Option<(&[Conflict], &KeyNames)>) -> HttpResponse {
        let (kind, role) = (self.name.kind, self.visitor.role());
        let note = |name: &str| {
            let (conflicts, names) = conflicts?;
            let conflict = conflicts.iter().find(|conflict| conflict.field == name)?;
            let entry = find(kind, name)?;
            let now = Shown::of(role, entry, Some(&conflict.now));
            let now = now.text().map_or("not shown".to_owned(), |now| format!("“{now}”"));
            let who = names.name(&conflict.by);
            Some(format!("{who} changed it meanwhile, in version {}: it is {now} now.", conflict.since))
        };
        let own = faults.iter().filter(|fault| field_of(kind, fault).is_none());
        let shown = EditPage {
            shell: Shell::new(&self.visitor, ""),
            kind: kind.name(),
            key: self.name.key.clone(),
            label: label(kind),
            base: self.base.version,
            groups: edit_fields(&self.base, role, &self.typed, faults, note),
            reason: self.reason.clone(),
            faults: own.map(|fault| format!("Reason: {}", broken_rule(fault))).collect(),
            has_conflict: conflicts.is_some(),
        };
        page(&shown)
    }

    /// Returns what would be written.
    fn preview(&self, view: &RecordView) -> HttpResponse {
        let shown = PreviewPage {
            shell: Shell::new(&self.visitor, ""),
            kind: self.name.kind.name(),
            key: self.name.key.clone(),
            label: label(self.name.kind),
            base: self.base.version,
            typed: self.typed.0.iter().map(|(name, typed)| (*name, typed.clone())).collect(),
            fields: Difference::all(&self.base, view, self.visitor.role()),
            reason: self.reason.clone(),
        };
        page(&shown)
    }
}
