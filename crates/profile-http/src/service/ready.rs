//! `GET /readyz`: database and media answer and all needed keys are held, or the parts that fail are named.

use std::{sync::atomic::Ordering, time::Duration};

use actix_web::{HttpResponse, web};
use profile_ports::{Chain, Unavailable};
use profile_usecases::{Ports, client::missing_master_keys};
use serde_json::json;
use tokio::time::timeout;

use crate::State;

/// How long each part may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

pub(crate) async fn ready(state: web::Data<State>) -> HttpResponse {
    if state.stopping.load(Ordering::Relaxed) {
        return HttpResponse::ServiceUnavailable().json(json!({ "status": "stopping" }));
    }
    let ports = &state.ports;
    let (database, media, keys) = tokio::join!(
        timeout(CHECK_TIMEOUT, ports.store.ready()),
        timeout(CHECK_TIMEOUT, ports.media.ready()),
        timeout(CHECK_TIMEOUT, keys(ports))
    );
    let issuers = state.token_keys.iter();
    let issuers = issuers.map(|keys| (format!("{}_jwks", keys.contract()), Ok(keys.ready())));
    let failing: Vec<String> = [("database", database), ("media", media), ("keys", keys)]
        .map(|(part, answer)| (part.to_owned(), answer))
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

/// Whether every master key that the database needs is held. A database that does not answer is told by its own part.
async fn keys(ports: &Ports) -> Result<(), Unavailable> {
    let Ok(missing) = missing_master_keys(ports).await else { return Ok(()) };
    if missing.is_empty() {
        return Ok(());
    }
    Err(Unavailable::vault(format!("master keys are missing: {}", missing.join(", "))))
}

fn log(error: &Unavailable) {
    tracing::warn!(error = %Chain(error), "not ready");
}
