//! `/console/subscriptions`: where changes are sent to and how that goes; makes a subscription, showing its secret once.

use actix_web::{HttpRequest, http::StatusCode, web};
use askama::Template;
use profile_domain::{
    Text,
    operator::{Rule, Subscription},
};
use profile_ports::Page;
use profile_usecases::{
    Ports,
    operator::{SubscriptionCall, SubscriptionStart, create_subscription},
};

use crate::{
    Console, delivery_plot,
    error::{Answered, PageError},
    form::Form,
    plot::Plot,
    shell::{Shell, html},
    shown::{When, visible},
    subscription_form::{SubscriptionFields, read},
    visitor::Visitor,
};

pub(super) const PATH: &str = "/console/subscriptions";
/// Subscriptions that are read at once.
const PAGE: u32 = 200;

/// Attempts of which plots are made.
const PLOTTED: u32 = 500;

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
    /// How late the newest attempts were, and how many failed.
    pub(super) plots: Vec<Plot>,
}

#[derive(Template)]
#[template(path = "subscriptions.html")]
struct SubscriptionsPage {
    shell: Shell,
    subscriptions: Vec<Health>,
    form: SubscriptionFields,
    faults: Vec<String>,
    made: Option<(String, String)>,
    removed: bool,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/subscriptions").route(web::get().to(show)).route(web::post().to(create)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let mut shown = empty_page(&visitor);
    shown.removed = Form::query(&request)?.get("removed").is_some();
    list(&console, StatusCode::OK, shown).await
}

async fn create(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let form = Form::receive(payload).await?;
    let mut shown = empty_page(&visitor);
    let patch = match read(&form, &console.targets, &visitor.actor.name, true) {
        Ok(patch) => patch,
        Err(faults) => {
            shown.faults = faults;
            shown.form = SubscriptionFields::of_typed(&form, true);
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
        form: SubscriptionFields::of_new(),
        faults: Vec::new(),
        made: None,
        removed: false,
    }
}

async fn list(console: &Console, status: StatusCode, mut shown: SubscriptionsPage) -> Answered {
    let ports = &console.ports;
    let mut after = None;
    loop {
        let page = ports.store.list_subscriptions(Page { after: after.as_ref(), limit: PAGE }).await?;
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
    let attempts = ports.store.list_deliveries(id, Page::first(PLOTTED)).await?;
    let plots = delivery_plot::of(&attempts, ports.clock.now());
    let last = attempts.into_iter().next();
    let last_error = last.and_then(|last| Some((When::new(last.at), said(last.error?.name(), last.status))));
    Ok(Health {
        id: id.to_string(),
        name: subscription.name.as_ref().map(|name| visible(name.as_str())).unwrap_or_default(),
        url: visible(subscription.url.as_str()),
        status: subscription.status.name(),
        waiting,
        failing_since: subscription.failing_since.map(When::new),
        last_error,
        plots,
    })
}

/// Returns what came of an attempt.
pub(super) fn said(error: &str, status: Option<u16>) -> String {
    status.map_or_else(|| error.to_owned(), |status| format!("{error} {status}"))
}
