//! A receiver of deliveries: checks who sent them, and handles each change once.
//!
//! ```sh
//! cargo add actix-web http@1 serde_json standardwebhooks@1
//! WEBHOOK_SECRET=whsec_… PORT=9000 cargo run
//! ```
#![allow(clippy::print_stdout)] // it shows what it has received

use std::{
    collections::HashSet,
    env,
    error::Error,
    sync::{Mutex, PoisonError},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};

struct Receiver {
    webhook: Webhook,
    /// A real receiver keeps the ids where it keeps its data, in the same transaction.
    handled: Mutex<HashSet<String>>,
}

/// The signature is over the bytes of the body, so they are taken as they are, whatever the content type.
async fn receive(request: HttpRequest, body: web::Bytes, receiver: web::Data<Receiver>) -> HttpResponse {
    let mut headers = HeaderMap::new();
    for name in [HEADER_WEBHOOK_ID, HEADER_WEBHOOK_TIMESTAMP, HEADER_WEBHOOK_SIGNATURE] {
        let value = request.headers().get(name).map(|value| HeaderValue::from_bytes(value.as_bytes()));
        if let Some(Ok(value)) = value {
            headers.insert(name, value);
        }
    }
    if receiver.webhook.verify(&body, &headers).is_err() {
        return HttpResponse::BadRequest().finish();
    }
    let Ok(event) = serde_json::from_slice::<Value>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    // A delivery may come again: its answer was lost, or the server was killed before it had stored it.
    let mut handled = receiver.handled.lock().unwrap_or_else(PoisonError::into_inner);
    if handled.insert(text(event.get("id"))) {
        handle(&event);
    }
    HttpResponse::NoContent().finish()
}

fn handle(event: &Value) {
    let version = event.pointer("/data/version").and_then(Value::as_i64);
    let version = version.map_or("-".to_owned(), |version| version.to_string());
    println!("{} {} {version}", text(event.get("type")), text(event.get("subject")));
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or("-").to_owned()
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let webhook = Webhook::new(&env::var("WEBHOOK_SECRET")?)?;
    let receiver = web::Data::new(Receiver { webhook, handled: Mutex::default() });
    let app = move || App::new().app_data(receiver.clone()).default_service(web::post().to(receive));
    let port = env::var("PORT").ok().map_or(Ok(9000), |port| port.parse())?;
    let server = HttpServer::new(app).workers(1).bind(("127.0.0.1", port))?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    Ok(server.run().await?)
}

fn main() -> Result<(), Box<dyn Error>> {
    actix_web::rt::System::new().block_on(serve())
}
