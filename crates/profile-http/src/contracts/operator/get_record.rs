//! `GET /operator/v1/records/{kind}/{key}`: a record as it stands, or as it was (operator API page, sections 5 and 7).

use actix_web::HttpRequest;
use profile_domain::{Text, operator::Rule};
use profile_usecases::operator::{FieldError, Moment, get_record, get_state, provenance, reveal_record};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{
    endpoint::{Answered, answering, reads_and, without_body},
    error::{ENDED, OperatorError},
    parameter::{KEY, KIND, REASON, flag_schema, instant_schema, version_schema},
    query::{Query, whole},
    request::{RequestContext, record_name},
    response::{Record, found},
};
use crate::{State, endpoint::Endpoint, headers::pairs, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        failures: reads_and(&[&[ENDED]]),
        ..answering::<Record>(
            "get_record",
            &["/operator/v1/records/{kind}/{key}"],
            "Read a record as it stands, or as it was",
            vec![
                KIND,
                KEY,
                Parameter::query("as_of", "The state after the last change until then.", instant_schema),
                Parameter::query(
                    "version",
                    "The state after the change that made this version.",
                    version_schema,
                ),
                Parameter::query(
                    "include",
                    "`provenance` adds which change set each field last.",
                    include_schema,
                ),
                Parameter::query("reveal", "Shows sensitive values; the access is noted.", flag_schema),
                Parameter { is_required: false, ..REASON },
            ],
            |route| without_body(route, read),
        )
    }
}

fn include_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["provenance"] })
}

/// What the query asks for.
struct Asked {
    moment: Option<Moment>,
    with_provenance: bool,
    /// The reason for which sensitive values are revealed.
    reveal: Option<Text>,
}

async fn read(request: &HttpRequest, state: &State) -> Answered {
    let name = record_name(request)?;
    let is_reveal = pairs(request).iter().any(|(name, value)| name == "reveal" && value == "true");
    let rule = is_reveal.then_some(Rule::RevealSensitive);
    let context = RequestContext::begin(request, state, rule).await?;
    let asked = asked(request)?;
    let (ports, role) = (&state.ports, context.key.role);
    if let Some(moment) = asked.moment {
        let view = get_state(ports, &name, moment, asked.with_provenance).await?;
        return Ok(found(&view, role, false));
    }
    let mut view = match asked.reveal {
        Some(reason) => {
            reveal_record(ports, &context.actor, &name, &context.origin.request_id, reason).await?
        }
        None => get_record(ports, &name).await?,
    };
    if asked.with_provenance {
        view.provenance = Some(provenance(ports, &name, view.version).await?);
    }
    Ok(found(&view, role, true))
}

fn asked(request: &HttpRequest) -> Result<Asked, OperatorError> {
    let mut query = Query::read(request, &["as_of", "version", "include", "reveal", "reason"]);
    let (as_of, version) = (query.instant("as_of"), query.parse("version", "value", whole));
    let include = query.parse("include", "value", |value| (value == "provenance").then_some(()));
    let reveal = query.flag("reveal");
    let reason = if reveal || query.text("reason").is_some() { query.required_reason() } else { None };
    let has_moment = query.text("as_of").is_some() || query.text("version").is_some();
    if query.text("as_of").is_some() && query.text("version").is_some() {
        query.faults.add(FieldError::parameter("version", "exclusive"));
    }
    if has_moment && reveal {
        query.faults.add(FieldError::parameter("reveal", "exclusive"));
    }
    query.check()?;
    let moment = as_of.map(Moment::AsOf).or(version.map(Moment::Version));
    Ok(Asked { moment, with_provenance: include.is_some(), reveal: reason.filter(|_| reveal) })
}
