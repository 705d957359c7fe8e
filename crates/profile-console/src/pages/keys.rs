//! `/console/keys`: operator keys; makes them, showing each once, and revokes them.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::LOCATION},
    web,
};
use askama::Template;
use chrono::{DateTime, Days, Utc};
use profile_domain::{
    network::parse_network,
    operator::{MAX_LABEL_CHARS, OperatorKey, OperatorKeyId, Role, Rule, check_label},
};
use profile_usecases::operator::{
    NewOperatorKey, create_operator_key, list_operator_keys, revoke_operator_key,
};

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    names::{KeyNames, Who},
    shell::{Shell, html},
    shown::{When, visible},
    visitor::Visitor,
};

const PATH: &str = "/console/keys";
/// Most days that a key may last, where it ends.
const MAX_DAYS: u64 = 36_500;

/// A key as it is shown.
struct ShownKey {
    id: String,
    name: String,
    role: &'static str,
    networks: String,
    created: When,
    by: Who,
    expires: Option<When>,
    used: Option<When>,
    is_alive: bool,
    revoked: Option<(When, Who, String)>,
}

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    shell: Shell,
    keys: Vec<ShownKey>,
    roles: [&'static str; 4],
    faults: Vec<String>,
    made: Option<(String, String)>,
    revoked: bool,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/keys").route(web::get().to(show)).route(web::post().to(create)))
        .service(web::resource("/keys/{id}/revoke").route(web::post().to(revoke)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let revoked = Form::query(&request)?.get("revoked").is_some();
    keys_page(&console, &visitor, StatusCode::OK, Vec::new(), None, revoked).await
}

async fn create(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let new = match read(&Form::receive(payload).await?, console.ports.clock.now()) {
        Ok(new) => new,
        Err(faults) => return keys_page(&console, &visitor, StatusCode::OK, faults, None, false).await,
    };
    let made = create_operator_key(&console.ports, &visitor.actor.name, new, None).await?;
    let made = Some((made.key.id.to_string(), made.secret));
    keys_page(&console, &visitor, StatusCode::CREATED, Vec::new(), made, false).await
}

async fn revoke(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let id = request.match_info().get("id").unwrap_or_default();
    let id = OperatorKeyId::try_from(id).map_err(|_| PageError::NotFound)?;
    let reason = match Form::receive(payload).await?.reason() {
        Ok(reason) => reason.into_string(),
        Err(fault) => {
            return keys_page(&console, &visitor, StatusCode::OK, vec![fault], None, false).await;
        }
    };
    revoke_operator_key(&console.ports, &visitor.actor.name, &id, reason, None).await?;
    let place = format!("{PATH}?revoked={id}");
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, place)).finish())
}

async fn keys_page(
    console: &Console,
    visitor: &Visitor,
    status: StatusCode,
    faults: Vec<String>,
    made: Option<(String, String)>,
    revoked: bool,
) -> Answered {
    let now = console.ports.clock.now();
    let mut keys = list_operator_keys(&console.ports).await?;
    keys.sort_by_key(|key| (!key.is_alive(now), std::cmp::Reverse(key.created_at)));
    let actors = keys.iter().map(|key| key.created_by.as_str());
    let actors = actors.chain(keys.iter().filter_map(|key| Some(key.revoked.as_ref()?.by.as_str())));
    let names = KeyNames::of(&console.ports, actors).await?;
    let keys = keys.iter().map(|key| shown_key(key, now, &names)).collect();
    let shell = Shell::new(visitor, PATH);
    let roles = Role::ALL.map(Role::name);
    Ok(html(status, &KeysPage { shell, keys, roles, faults, made, revoked }))
}

fn shown_key(key: &OperatorKey, now: DateTime<Utc>, names: &KeyNames) -> ShownKey {
    let networks: Vec<String> = key.allow_cidrs.iter().map(ToString::to_string).collect();
    let revoked = |of: &profile_domain::operator::Revocation| {
        (When::new(of.at), names.who(&of.by, None), visible(&of.reason))
    };
    ShownKey {
        is_alive: key.is_alive(now),
        id: key.id.to_string(),
        name: visible(&key.name),
        role: key.role.name(),
        networks: networks.join(", "),
        created: When::new(key.created_at),
        by: names.who(&key.created_by, None),
        expires: key.expires_at.map(When::new),
        used: key.last_used_at.map(When::new),
        revoked: key.revoked.as_ref().map(revoked),
    }
}

/// Reads a new key, or says everything that is wrong.
fn read(form: &Form, now: DateTime<Utc>) -> Result<NewOperatorKey, Vec<String>> {
    let mut faults = Vec::new();
    let name = form.word("name").unwrap_or_default();
    if name.is_empty() || check_label(&name).is_err() {
        faults.push(format!("Name: 1 to {MAX_LABEL_CHARS} characters, and no control characters."));
    }
    let role = form.word("role").and_then(|role| Role::from_name(&role));
    if role.is_none() {
        faults.push("Role: choose one.".to_owned());
    }
    let lasts = form.word("days").map(|days| days.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days)));
    let expires_at = lasts.map(|days| now.checked_add_days(Days::new(days?)));
    if expires_at == Some(None) {
        faults.push(format!("Days: a number from 1 to {MAX_DAYS}, or nothing."));
    }
    let mut allow_cidrs = Vec::new();
    for line in form.get("networks").unwrap_or_default().split_whitespace() {
        match parse_network(line) {
            Ok(network) => allow_cidrs.push(network),
            Err(_) => faults.push(format!("Networks: {line} is neither an address nor a network.")),
        }
    }
    match role {
        Some(role) if faults.is_empty() => {
            Ok(NewOperatorKey { name, role, allow_cidrs, expires_at: expires_at.flatten() })
        }
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_with_a_key_is_said_at_once() {
        let now = "2026-03-04T05:06:07Z".parse().unwrap();
        let faults = read(&Form::of_text("role=king&days=0&networks=here"), now).unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:?}");
        let key =
            read(&Form::of_text("name=Desk&role=support&days=1&networks=10.0.0.0%2F8%0A::1"), now).unwrap();
        assert_eq!((key.role, key.allow_cidrs.len()), (Role::Support, 2));
        assert_eq!(key.expires_at, "2026-03-05T05:06:07Z".parse().ok());
    }
}
