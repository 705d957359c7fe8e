//! `/console/subscriptions/{id}`: one subscription with its deliveries; tests, replays, rotates, stops and removes it.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use chrono::TimeDelta;
use profile_domain::{
    operator::{Rule, SubscriptionId},
    position::position_before,
};
use profile_ports::{DeliveryAttempt, Page};
use profile_usecases::operator::{
    SubscriptionPatch, patch_subscription, remove_subscription, replay_subscription,
    rotate_subscription_secret, test_subscription,
};
use uuid::Uuid;

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    names::{KeyNames, Who},
    shell::{Shell, page},
    shown::When,
    visitor::Visitor,
};

use super::subscriptions::{Health, PATH, health, said, secret_call};

/// Attempts on a page.
const LIMIT: u32 = 50;
/// Most hours for which an old secret goes on signing (operator API page, section 10).
const MAX_KEEP_HOURS: i64 = 168;
/// Most hours that are sent again.
const MAX_REPLAY_HOURS: i64 = 24 * 3650;

/// An attempt as it is shown.
struct Attempt {
    change: Uuid,
    number: u32,
    at: When,
    ms: u32,
    outcome: String,
    again: Option<When>,
}

#[derive(Template)]
#[template(path = "subscription.html")]
struct SubscriptionPage {
    shell: Shell,
    one: Health,
    kinds: String,
    fields: String,
    not_actor: Option<Who>,
    headers: String,
    values: &'static str,
    created: When,
    attempts: Vec<Attempt>,
    next: Option<Uuid>,
    done: Option<String>,
    secret: Option<String>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    let one = web::resource("/subscriptions/{id}");
    app.service(one.route(web::get().to(show)).route(web::post().to(act)));
}

pub(super) fn id_in_path(request: &HttpRequest) -> Result<SubscriptionId, PageError> {
    let id = request.match_info().get("id").unwrap_or_default();
    SubscriptionId::try_from(id).map_err(|_| PageError::NotFound)
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let query = Form::query(&request)?;
    let done = query.get("saved").map(|_| "The subscription is saved.".to_owned());
    let before = query.word("before");
    let before = before.map(|id| id.parse().map_err(|_| PageError::Form)).transpose()?;
    subscription_page(&console, &visitor, &id_in_path(&request)?, before, done, None).await
}

/// Does what the button of a form names.
async fn act(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let id = id_in_path(&request)?;
    let form = Form::receive(payload).await?;
    let (ports, call) = (&console.ports, secret_call());
    let hours = |name, most| {
        form.number(name)
            .filter(|hours| (0..=most).contains(hours))
            .map(TimeDelta::hours)
            .ok_or(PageError::Form)
    };
    let (mut done, mut secret) = (None, None);
    match form.get("act").as_deref() {
        Some("test") => {
            let attempt = test_subscription(&console.delivery, &id).await?;
            let outcome = attempt.error.map_or("ok", |error| error.name());
            done = Some(format!(
                "Test: {}, {} ms.",
                said(outcome, attempt.status),
                attempt.duration.as_millis()
            ));
        }
        Some("rotate") => {
            let keep = hours("hours", MAX_KEEP_HOURS)?;
            secret = Some(rotate_subscription_secret(ports, &id, keep, &call).await?.body.into_string());
        }
        Some("replay") => {
            let since = ports.clock.now() - hours("hours", MAX_REPLAY_HOURS)?;
            replay_subscription(ports, &id, position_before(since), &call).await?;
            done = Some("What is behind this time is sent again.".to_owned());
        }
        Some(turned @ ("activate" | "disable")) => {
            let patch =
                SubscriptionPatch { is_active: Some(turned == "activate"), ..SubscriptionPatch::default() };
            patch_subscription(ports, &id, &patch, &call).await?;
        }
        Some("remove") => {
            remove_subscription(ports, &id, &call).await?;
            let place = format!("{PATH}?removed=true");
            return Ok(HttpResponse::SeeOther().insert_header((LOCATION, place)).finish());
        }
        _ => return Err(PageError::Form),
    }
    subscription_page(&console, &visitor, &id, None, done, secret).await
}

async fn subscription_page(
    console: &Console,
    visitor: &Visitor,
    id: &SubscriptionId,
    before: Option<Uuid>,
    done: Option<String>,
    secret: Option<String>,
) -> Answered {
    let ports = &console.ports;
    let found = ports.store.find_subscription(id).await?.ok_or(PageError::NotFound)?;
    let attempts = ports.store.list_deliveries(id, Page { after: before, limit: LIMIT }).await?;
    let names = KeyNames::of(ports, found.not_actor.as_deref()).await?;
    let kinds: Vec<&str> = found.kinds.iter().map(|kind| kind.name()).collect();
    let shown = SubscriptionPage {
        shell: Shell::new(visitor, PATH),
        one: health(ports, &found).await?,
        kinds: if kinds.is_empty() { "all".to_owned() } else { kinds.join(", ") },
        fields: if found.fields.is_empty() { "all".to_owned() } else { found.fields.join(", ") },
        not_actor: found.not_actor.as_deref().map(|actor| names.who(actor, None)),
        headers: found.headers.iter().map(|header| header.name.as_str()).collect::<Vec<_>>().join(", "),
        values: found.values.name(),
        created: When::new(found.created_at),
        next: attempts.last().map(|last| last.id).filter(|_| attempts.len() == LIMIT as usize),
        attempts: attempts.into_iter().map(Attempt::from).collect(),
        done,
        secret,
    };
    Ok(page(&shown))
}

impl From<DeliveryAttempt> for Attempt {
    fn from(attempt: DeliveryAttempt) -> Self {
        Self {
            change: attempt.change,
            number: attempt.attempt,
            at: When::new(attempt.at),
            ms: attempt.ms,
            outcome: said(attempt.error.map_or("ok", |error| error.name()), attempt.status),
            again: attempt.next_attempt_at.map(When::new),
        }
    }
}
