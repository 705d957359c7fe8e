//! `GET /operator/v1/records/{kind}/{key}/capabilities`: which fields of a record the own role, or a caller of a contract,
//! reads and writes (operator API page, section 7).

use actix_web::HttpRequest;
use profile_domain::{
    catalogue::{Entry, catalogue},
    change::RecordKind,
    operator::{
        Role, Rule,
        capabilities::{Access, ContractActor, Denial},
        policy,
    },
};
use profile_usecases::operator::{get_capabilities, get_record};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    endpoint::{Answered, answering, reads_and, without_body},
    error::ENDED,
    parameter::{KEY, KIND},
    query::Query,
    request::{RequestContext, record_name},
    response::json,
    schema::{class, field},
};
use crate::{
    State,
    endpoint::Endpoint,
    parameter::{Parameter, any_text},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        failures: reads_and(&[&[ENDED]]),
        ..answering::<Capabilities>(
            "get_capabilities",
            &["/operator/v1/records/{kind}/{key}/capabilities"],
            "Show which fields of a record the own role, or a caller of a contract, reads and writes",
            vec![
                KIND,
                KEY,
                Parameter::query(
                    "caller",
                    "A caller of a contract, as changes name their actor: `account-user:70021`; the own role unless given.",
                    any_text,
                ),
            ],
            |route| without_body(route, show),
        )
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorCapabilities")]
struct Capabilities {
    kind: &'static str,
    key: String,
    caller: String,
    fields: Vec<Capability>,
}

/// What is possible with one field.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorCapability")]
struct Capability {
    field: String,
    class: &'static str,
    readable: bool,
    writable: bool,
    /// Why it is not written, else why it is not read.
    rule: Option<&'static str>,
    /// The field's JSON Schema.
    limits: Value,
}

impl Capability {
    fn of_role(role: Role, kind: RecordKind, entry: &Entry) -> Self {
        let read = policy::check_read(role, entry, true);
        let write = policy::check_write(role, kind, entry, false);
        Self::new(kind, entry, read.map_err(Rule::name), write.map_err(Rule::name))
    }

    fn of_caller(access: &Access, kind: RecordKind, entry: &Entry) -> Self {
        let (read, write) = (access.check_read(entry), access.check_write(entry));
        Self::new(kind, entry, read.map_err(Denial::name), write.map_err(Denial::name))
    }

    fn new(
        kind: RecordKind,
        entry: &Entry,
        read: Result<(), &'static str>,
        write: Result<(), &'static str>,
    ) -> Self {
        Self {
            field: entry.name.clone(),
            class: class(entry.field.class),
            readable: read.is_ok(),
            writable: write.is_ok(),
            rule: write.err().or(read.err()),
            limits: field(kind, entry),
        }
    }
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["caller"]);
    let actor = query.parse("caller", "format", ContractActor::parse);
    let caller = query.text("caller").unwrap_or(&context.actor.name).to_owned();
    query.check()?;
    let entries = catalogue(name.kind).iter().filter(|entry| !entry.is_input);
    let fields: Vec<Capability> = if let Some(actor) = actor {
        let access = get_capabilities(&state.ports, &name, &actor).await?;
        entries.map(|entry| Capability::of_caller(&access, name.kind, entry)).collect()
    } else {
        get_record(&state.ports, &name).await?;
        entries.map(|entry| Capability::of_role(context.key.role, name.kind, entry)).collect()
    };
    Ok(json(&Capabilities { kind: name.kind.name(), key: name.key, caller, fields }))
}
