//! `GET /readyz`: database and media answer, or the one that does not is named.

use std::{sync::atomic::Ordering, time::Duration};

use actix_web::{HttpResponse, web};
use profile_ports::{Chain, Unavailable};
use serde_json::json;
use tokio::time::timeout;

use crate::State;

/// How long each part may take.
const LIMIT: Duration = Duration::from_secs(2);

pub(crate) async fn ready(state: web::Data<State>) -> HttpResponse {
    if state.stopping.load(Ordering::Relaxed) {
        return HttpResponse::ServiceUnavailable().json(json!({ "status": "stopping" }));
    }
    let core = &state.core;
    let (database, media) =
        tokio::join!(timeout(LIMIT, core.store.ready()), timeout(LIMIT, core.media.ready()));
    let failing: Vec<&str> = [("database", database), ("media", media)]
        .into_iter()
        .filter(|(_, answer)| !matches!(answer, Ok(Ok(()))))
        .map(|(part, answer)| {
            if let Ok(Err(error)) = answer {
                log(&error);
            }
            part
        })
        .collect();
    if failing.is_empty() {
        return HttpResponse::Ok().json(json!({ "status": "ready" }));
    }
    HttpResponse::ServiceUnavailable().json(json!({ "status": "not ready", "failing": failing }))
}

fn log(error: &Unavailable) {
    tracing::warn!(error = %Chain(error), "not ready");
}
