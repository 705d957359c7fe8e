//! The console: pages for operators over the stories of the operator API, with the role of who is signed in.
//!
#![doc = include_str!("../README.md")]

mod assets;
mod bytes;
mod cross_site;
mod delivery_plot;
mod error;
mod expected;
mod faults;
mod fields;
mod form;
mod names;
mod pages;
mod plot;
mod receipt;
mod shell;
mod shown;
mod subscription_form;
mod timeline;
mod upload;
mod visitor;

use std::{net::IpAddr, pin::Pin, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, error::PayloadError, middleware::from_fn, web};
use futures_util::Stream;
use profile_domain::{
    operator::{OperatorKey, OperatorKeyId},
    outbound::AllowedTargets,
};
use profile_import::RunningImports;
use profile_usecases::{Ports, delivery::Delivery, operator::ExportHead};

/// Answers with the archive of an export that has begun; `None` if it failed before its first byte, which the log reports.
pub type SendArchive = Box<dyn FnOnce(ExportHead) -> Pin<Box<dyn Future<Output = Option<HttpResponse>>>>>;

/// What is known of a request beyond its bytes.
pub struct RequestFacts {
    /// From where it came, as far as that can be known.
    pub address: Option<IpAddr>,
    /// Its id, as answered in `X-Request-Id`.
    pub request_id: String,
}

/// Counts a call of a key.
pub type Count =
    Box<dyn Fn(OperatorKeyId) -> Pin<Box<dyn Future<Output = Result<(), u16>> + Send>> + Send + Sync>;

/// Takes a place among the open exports of a key.
pub type TakeArchive = Box<dyn Fn(&OperatorKeyId) -> Option<SendArchive> + Send + Sync>;

/// The pieces of a form with a file.
pub type Upload = Pin<Box<dyn Stream<Item = Result<web::Bytes, PayloadError>>>>;

/// Calls of a contract a second, the oldest first.
pub struct ContractRates {
    /// The contract.
    pub contract: &'static str,
    /// Calls that read.
    pub reads: Vec<f64>,
    /// All others.
    pub changes: Vec<f64>,
}

/// What the pages work with.
pub struct Console {
    /// The ports of the stories.
    pub ports: Ports,
    /// The imports that run on this server, also those of the operator API.
    pub imports: RunningImports,
    /// Returns how many calls a second each contract was asked for on this server.
    pub rates: Box<dyn Fn() -> Vec<ContractRates> + Send + Sync>,
    /// Returns the pieces of a form with a file, at most so many bytes.
    pub upload: fn(web::Payload, u64) -> Upload,
    /// The address at which browsers see the console: scheme, host, and port if it is not the usual one.
    pub url: String,
    /// Returns what is known of a request.
    pub facts: fn(&HttpRequest) -> RequestFacts,
    /// Adds to the log line of a request whose key asks for what.
    pub note: fn(&HttpRequest, &OperatorKey),
    /// Takes a place among the open exports of a key; `None` if it has too many.
    pub archive: TakeArchive,
    /// What tests of subscriptions are sent with.
    pub delivery: Delivery,
    /// Which targets subscriptions may have.
    pub targets: AllowedTargets,
    /// The version of the service.
    pub version: &'static str,
    /// What the records are stored in.
    pub store: &'static str,
    /// Counts a call of a key; after how many seconds it may call again, if these are too many.
    pub count: Count,
}

/// Returns what registers the console at `/console`.
#[must_use]
pub fn pages(console: Console) -> Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync> {
    let console = web::Data::new(console);
    Arc::new(move |app| {
        let scope = web::scope("/console")
            .app_data(console.clone())
            .wrap(from_fn(cross_site::guard))
            .configure(assets::routes)
            .configure(pages::routes)
            .default_service(web::to(pages::unknown));
        app.service(scope);
    })
}
