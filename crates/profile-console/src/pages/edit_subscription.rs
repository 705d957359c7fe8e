//! `/console/subscriptions/{id}/edit`: changes what a subscription sends, and where to.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use profile_domain::operator::{Rule, SubscriptionId};
use profile_usecases::operator::{OperatorRefusal, patch_subscription};

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    shell::{Shell, page},
    subscription_form::{SubscriptionFields, read},
    visitor::Visitor,
};

use super::{
    subscription::id_in_path,
    subscriptions::{PATH, secret_call},
};

#[derive(Template)]
#[template(path = "edit_subscription.html")]
struct EditPage {
    shell: Shell,
    id: String,
    form: SubscriptionFields,
    faults: Vec<String>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    let edit = web::resource("/subscriptions/{id}/edit");
    app.service(edit.route(web::get().to(show)).route(web::post().to(save)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let id = id_in_path(&request)?;
    let stored = console.ports.store.find_subscription(&id).await?.ok_or(PageError::NotFound)?;
    Ok(edit_page(&visitor, &id, SubscriptionFields::of_stored(&stored), Vec::new()))
}

async fn save(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let id = id_in_path(&request)?;
    let form = Form::receive(payload).await?;
    let again = |faults| Ok(edit_page(&visitor, &id, SubscriptionFields::of_typed(&form, false), faults));
    let patch = match read(&form, &console.targets, &visitor.actor.name, false) {
        Ok(patch) => patch,
        Err(faults) => return again(faults),
    };
    match patch_subscription(&console.ports, &id, &patch, &secret_call()).await {
        Ok(_) => {
            let place = format!("{PATH}/{id}?saved=true");
            Ok(HttpResponse::SeeOther().insert_header((LOCATION, place)).finish())
        }
        Err(OperatorRefusal::Invalid(_)) => again(vec!["Headers: a new one needs a value.".to_owned()]),
        Err(other) => Err(other.into()),
    }
}

fn edit_page(
    visitor: &Visitor,
    id: &SubscriptionId,
    form: SubscriptionFields,
    faults: Vec<String>,
) -> HttpResponse {
    page(&EditPage { shell: Shell::new(visitor, PATH), id: id.to_string(), form, faults })
}
