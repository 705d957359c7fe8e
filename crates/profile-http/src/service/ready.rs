//! `GET /readyz`: database and media answer and every outside issuer's keys are known, or the failing parts are named.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use profile_ports::Unavailable;
use serde_json::json;
use tokio::time::timeout;

use crate::State;

/// How long each part may take.
const LIMIT: Duration = Duration::from_secs(2);

pub(crate) async fn ready(state: web::Data<State>) -> HttpResponse {
    let core = &state.core;
    let (database, media) =
        tokio::join!(timeout(LIMIT, core.store.ready()), timeout(LIMIT, core.media.ready()));
    let issuers = state.token_keys.iter();
    let issuers = issuers.map(|keys| (format!("{}_jwks", keys.contract()), Ok(keys.ready())));
    let failing: Vec<String> = [("database".to_owned(), database), ("media".to_owned(), media)]
        .into_iter()
        .chain(issuers)
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
    tracing::warn!(error = error as &dyn std::error::Error, "not ready");
}
