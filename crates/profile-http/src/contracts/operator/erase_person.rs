//! `POST /operator/v1/persons/{person}/erasure`: erases what is known of a person (operator API page, section 11).

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::operator::Rule;
use profile_usecases::operator::{KeyedCall, erase_person, erased_person};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    endpoint::{Answered, answering, keyed_write, with_body},
    get_erasure::{Receipt, shown},
    list_person_changes::person_in_path,
    member::{object_schema, only_member, text},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, PERSON},
    reason::{check_reason, reason_schema},
    request::JSON,
    write::{WriteCall, once},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    keyed_write(
        Method::POST,
        request_schema,
        answering::<Receipt>(
            "erase_person",
            &["/operator/v1/persons/{person}/erasure"],
            "Erase a person; the receipt says what was taken and what is left",
            vec![PERSON, DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, erase),
        ),
    )
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(&["reason"], json!({ "reason": reason_schema() }))
}

async fn erase(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let person = person_in_path(request)?;
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Privacy, &[JSON]).await?;
    let WriteCall { context, keyed, ports, .. } = call;
    let reason = only_member(&members, "reason", |value| text(value).and_then(check_reason))?;
    let cause = context.cause(Some(reason.clone()));
    let erased = erase_person(&ports, person, reason, cause, keyed.as_ref());
    let replayed = async |_: &KeyedCall, outcome: &Json| erased_person(&ports, outcome).await;
    let (receipt, is_replayed) = once(&ports, keyed.as_ref(), replayed, erased).await?;
    Ok(shown(receipt, is_replayed))
}
