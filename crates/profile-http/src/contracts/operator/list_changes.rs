//! `GET /operator/v1/changes`: the changes of all records in their order, page by page or as they come (operator API page,
//! section 9).

use std::sync::Arc;

use actix_web::HttpRequest;
use profile_domain::{change::ChangeRecord, operator::Role};
use profile_usecases::operator::{ChangeFollower, ChangePage, FeedStart, list_changes};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{
    change_stream::{caller_gone, change_stream},
    endpoint::{Answered, answering, without_body},
    error::{OperatorError, UNAUTHORIZED},
    feed_query::{FeedQuery, wants_stream},
    parameter::{INCLUDE, LIMIT, flag_schema},
    request::RequestContext,
    response::{Change, json},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    parameter::{Parameter, any_text},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        success: Body::JsonOrEvents(SchemaGenerator::subschema_for::<Feed>),
        ..answering::<Feed>(
            "list_changes",
            &["/operator/v1/changes"],
            "List the changes of all records in their order, and wait for more; with `Accept: text/event-stream` as they come",
            vec![
                Parameter::query(
                    "after",
                    "Where to begin: a position, an instant, or `latest`; at the first change of all unless given.",
                    any_text,
                ),
                LIMIT,
                Parameter::query(
                    "kind",
                    "Changes of records of one of these kinds, with commas between them.",
                    any_text,
                ),
                Parameter::query(
                    "field",
                    "Changes that touch one of these fields, with commas between them; an object stands for all its members.",
                    any_text,
                ),
                Parameter::query(
                    "actor",
                    "Changes by one of these actors, with commas between them; `me` is the caller.",
                    any_text,
                ),
                Parameter::query("not_actor", "Changes by none of these actors.", any_text),
                Parameter::query(
                    "values",
                    "Whether old and new values are shown, as far as the role may read them.",
                    flag_schema,
                ),
                Parameter::query(
                    "wait",
                    "Seconds to wait for a change where there is none; of pages alone.",
                    wait_schema,
                ),
                INCLUDE,
                Parameter::header(
                    "Last-Event-ID",
                    "Of streams: the last position that came, which wins over `after`.",
                    any_text,
                ),
            ],
            |route| without_body(route, list),
        )
    }
}

fn wait_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 0, "maximum": 30, "default": 0 })
}

/// A page of the log of all records.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorFeed")]
struct Feed {
    changes: Vec<Change>,
    /// The position to go on from, behind everything that was looked at; never null.
    next: String,
}

impl Feed {
    fn new(page: &ChangePage, view: FeedView) -> Self {
        let changes = page.changes.iter().map(|change| view.change(change)).collect();
        Self { changes, next: page.next.to_string() }
    }
}

/// What a follower sees of changes.
#[derive(Clone, Copy)]
pub(super) struct FeedView {
    role: Role,
    values: bool,
    with_chain: bool,
}

impl FeedView {
    /// Returns a change as this follower sees it.
    pub(super) fn change(self, change: &ChangeRecord) -> Change {
        let shown = Change::new(change, self.role, self.with_chain);
        if self.values { shown } else { shown.without_values() }
    }
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    let context = RequestContext::begin(request, state, None).await?;
    let is_stream = wants_stream(request);
    let query = FeedQuery::read(request, is_stream, &context.actor.name)?;
    let FeedQuery { start, filter, limit, wait, values, with_chain } = query;
    let view = FeedView { role: context.key.role, values, with_chain };
    let open = |what| state.open_calls.open(&context.key.id, what).ok_or_else(OperatorError::too_many_open);
    let (store, hub) = (Arc::clone(&state.ports.store), Arc::clone(&state.feed));
    if is_stream {
        let call = open("stream")?;
        let position = start.position(&state.ports).await?;
        let follower = ChangeFollower::new(store, Arc::clone(&hub), filter, position);
        return Ok(change_stream(request, call, hub, follower, view));
    }
    let page = if wait.is_zero() {
        let position = start.position(&state.ports).await?;
        if start == FeedStart::Latest {
            ChangePage::empty(position)
        } else {
            list_changes(&*store, &filter, position, limit).await?
        }
    } else {
        let call = open("wait")?;
        let position = start.position(&state.ports).await?;
        let follower = ChangeFollower::new(store, hub, filter, position);
        tokio::select! {
            biased;
            page = Box::pin(follower.page(limit, wait)) => page?,
            () = call.key_ended() => return Err(UNAUTHORIZED.into()),
            () = caller_gone(request.conn_data()) => ChangePage::empty(position),
        }
    };
    Ok(json(&Feed::new(&page, view)))
}
