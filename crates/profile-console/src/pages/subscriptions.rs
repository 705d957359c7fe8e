//! `/console/subscriptions`: where changes are sent to and how that goes; makes a subscription, showing its secret once.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use profile_domain::{
    Patch, Text,
    change::RecordKind,
    operator::{
        MAX_LABEL_CHARS, Rule, Subscription, SubscriptionValues, TargetError, check_label, check_url,
    },
    outbound::AllowedTargets,
};
use profile_usecases::{
    Ports,
    operator::{SubscriptionCall, SubscriptionPatch, SubscriptionStart, create_subscription},
};

use crate::{
    Console,
    error::PageError,
    form::Form,
    shell::{Shell, html},
    shown::{When, visible},
    visitor::Visitor,
};

pub(super) const PATH: &str = "/console/subscriptions";
/// Subscriptions that are read at once.
const PAGE: u32 = 200;

/// A subscription, and how its deliveries go.
pub(super) struct Health {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) status: &'static str,
    pub(super) waiting: usize,
    pub(super) failing_since: Option<When>,
    /// The last attempt that failed, among the newest.
    pub(super) last_error: Option<(When, String)>,
}

#[derive(Template)]
#[template(path = "subscriptions.html")]
struct SubscriptionsPage {
    shell: Shell,
    subscriptions: Vec<Health>,
    kinds: Vec<&'static str>,
    values: [&'static str; 3],
    faults: Vec<String>,
    typed_url: String,
    typed_name: String,
    made: Option<(String, String)>,
    removed: bool,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/subscriptions").route(web::get().to(show)).route(web::post().to(create)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &console).await?;
    visitor.check(Rule::Admin)?;
    let mut shown = empty_page(&visitor);
    shown.removed = Form::query(&request)?.get("removed").is_some();
    list(&console, StatusCode::OK, shown).await
}

async fn create(
    request: HttpRequest,
    payload: web::Payload,
    console: web::Data<Console>,
) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &console).await?;
    visitor.check(Rule::Admin)?;
    let form = Form::receive(payload).await?;
    let mut shown = empty_page(&visitor);
    let patch = match read(&form, &console.targets) {
        Ok(patch) => patch,
        Err(faults) => {
            shown.faults = faults;
            shown.typed_url = form.get("url").unwrap_or_default();
            shown.typed_name = form.get("name").unwrap_or_default();
            return list(&console, StatusCode::OK, shown).await;
        }
    };
    let start = match form.get("from").as_deref() {
        Some("beginning") => SubscriptionStart::Beginning,
        _ => SubscriptionStart::Latest,
    };
    let made = create_subscription(&console.ports, &patch, start, &secret_call()).await?;
    shown.made = Some((made.id.to_string(), made.body.into_string()));
    list(&console, StatusCode::CREATED, shown).await
}

/// A call whose answer is the secret alone, where there is a new one.
pub(super) fn secret_call() -> SubscriptionCall<'static> {
    let print = &|_: &Subscription, secret: Option<&Text>| {
        secret.map_or_else(String::new, |text| text.as_str().to_owned())
    };
    SubscriptionCall { keyed: None, dry_run: false, print }
}

fn empty_page(visitor: &Visitor) -> SubscriptionsPage {
    SubscriptionsPage {
        shell: Shell::new(visitor, PATH),
        subscriptions: Vec::new(),
        kinds: RecordKind::ALL.map(RecordKind::name).to_vec(),
        values: SubscriptionValues::ALL.map(SubscriptionValues::name),
        faults: Vec::new(),
        typed_url: String::new(),
        typed_name: String::new(),
        made: None,
        removed: false,
    }
}

async fn list(
    console: &Console,
    status: StatusCode,
    mut shown: SubscriptionsPage,
) -> Result<HttpResponse, PageError> {
    let ports = &console.ports;
    let mut after = None;
    loop {
        let page = ports.store.list_subscriptions(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        for subscription in &page {
            shown.subscriptions.push(health(ports, subscription).await?);
        }
    }
    Ok(html(status, &shown))
}

/// Returns how deliveries to a subscription go.
pub(super) async fn health(ports: &Ports, subscription: &Subscription) -> Result<Health, PageError> {
    let id = &subscription.id;
    let waiting = ports.store.waiting_deliveries(id.as_str()).await?.len();
    let last = ports.store.list_deliveries(id, None, 1).await?.into_iter().next();
    let last_error = last.and_then(|last| Some((When::new(last.at), said(last.error?.name(), last.status))));
    Ok(Health {
        id: id.to_string(),
        name: subscription.name.as_ref().map(|name| visible(name.as_str())).unwrap_or_default(),
        url: visible(subscription.url.as_str()),
        status: subscription.status.name(),
        waiting,
        failing_since: subscription.failing_since.map(When::new),
        last_error,
    })
}

/// Returns what came of an attempt.
pub(super) fn said(error: &str, status: Option<u16>) -> String {
    status.map_or_else(|| error.to_owned(), |status| format!("{error} {status}"))
}

/// Reads a subscription, or says everything that is wrong.
fn read(form: &Form, targets: &AllowedTargets) -> Result<SubscriptionPatch, Vec<String>> {
    let mut faults = Vec::new();
    let name = form.word("name").unwrap_or_default();
    if check_label(&name).is_err() {
        faults.push(format!("Name: at most {MAX_LABEL_CHARS} characters, and no control characters."));
    }
    let url = form.word("url").unwrap_or_default();
    match check_url(&url, targets) {
        Ok(()) => {}
        Err(TargetError::TooLong(limit)) => faults.push(format!("Target: at most {limit} characters.")),
        Err(TargetError::Malformed) => faults.push("Target: it must be an https address.".to_owned()),
        Err(TargetError::Forbidden) => {
            faults.push("Target: nothing may be sent to this address, as the service is set up.".to_owned());
        }
    }
    let values = form.get("values").and_then(|name| SubscriptionValues::from_name(&name));
    let is_chosen = |kind: &RecordKind| form.all("kind").any(|name| name == kind.name());
    let text = |text: String| Text::try_from(text.as_str()).ok();
    let (Some(url), name) = (text(url), text(name).filter(|name| !name.as_str().is_empty())) else {
        return Err(vec!["Target: it has characters that cannot be stored.".to_owned()]);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(SubscriptionPatch {
        name: name.map_or(Patch::Absent, Patch::Value),
        url: Some(url),
        kinds: Some(RecordKind::ALL.into_iter().filter(is_chosen).collect()),
        values,
        ..SubscriptionPatch::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_may_not_be_reached_is_refused_with_everything_else() {
        let long = format!("url=http%3A%2F%2F127.0.0.1%2F&name={}", "x".repeat(101));
        let faults = read(&Form::of_text(&long), &AllowedTargets::default()).unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
        let form = Form::of_text("url=https%3A%2F%2Fhooks.example.com%2Fp&kind=user&values=public");
        let patch = read(&form, &AllowedTargets::default()).unwrap();
        assert_eq!(
            (patch.kinds, patch.values),
            (Some(vec![RecordKind::User]), Some(SubscriptionValues::Public))
        );
    }
}
