//! Whoever takes up changes from the feed: how far, and which server does it.

use chrono::DateTime;
use diesel::prelude::*;
use profile_domain::operator::SubscriptionStatus;
use profile_ports::{Follower, Unavailable};
use uuid::Uuid;

use crate::{
    column::{Id, Instant},
    engine::Queries,
    reading::{Unreadable, records},
    schema::follower,
    selection::columns_of,
};

/// The row of a follower.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = follower)]
pub(crate) struct FollowerRow {
    root: String,
    revision: i64,
    status: String,
    position: Option<Id>,
    failing_since: Option<Instant>,
    server: Option<Id>,
    beat: i64,
}

impl TryFrom<FollowerRow> for Follower {
    type Error = Unreadable;

    fn try_from(row: FollowerRow) -> Result<Self, Unreadable> {
        let FollowerRow { root, revision, status, position, failing_since, server, beat } = row;
        Ok(Self {
            id: root,
            revision,
            status: SubscriptionStatus::from_name(&status).ok_or(Unreadable("status"))?,
            position: position.map(Id::uuid).transpose()?,
            failing_since: failing_since.map(DateTime::from),
            server: server.map(Id::uuid).transpose()?,
            beat,
        })
    }
}

/// Adds the follower of a sink that is no subscription, unless it is there; returns whether it was not.
pub(crate) async fn add_follower(
    engine: &impl Queries,
    id: &str,
    position: Option<Uuid>,
) -> Result<bool, Unavailable> {
    let row = FollowerRow {
        root: id.to_owned(),
        revision: 0,
        status: SubscriptionStatus::Active.name().to_owned(),
        position: position.map(Id::from),
        failing_since: None,
        server: None,
        beat: 0,
    };
    let insert = diesel::insert_into(follower::table).values(row).on_conflict_do_nothing();
    Ok(engine.execute(insert).await? == 1)
}

/// Returns all followers, by their ids.
pub(crate) async fn list_followers(engine: &impl Queries) -> Result<Vec<Follower>, Unavailable> {
    let all = follower::table.order(follower::root).select(columns_of::<FollowerRow>());
    records::<FollowerRow, _>("follower", engine.load(all).await?)
}

/// Makes a server the one that delivers, if the beat has not moved; returns whether it had not.
pub(crate) async fn serve_follower(
    engine: &impl Queries,
    id: &str,
    server: Option<Uuid>,
    beat: i64,
) -> Result<bool, Unavailable> {
    let unmoved = follower::table.find(id.to_owned()).filter(follower::beat.eq(beat));
    let moved = (follower::server.eq(server.map(Id::from)), follower::beat.eq(beat.wrapping_add(1)));
    Ok(engine.execute(diesel::update(unmoved).set(moved)).await? == 1)
}
