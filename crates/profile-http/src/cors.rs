//! Which origins may call the contracts from a browser.

use actix_cors::Cors as Middleware;
use actix_web::http::Method;

/// How long a browser may keep the answer to a preflight, in seconds.
const KEPT: usize = 3600;
/// Headers of answers that scripts may read besides the few that they always may.
const EXPOSED: [&str; 12] = [
    "X-Request-Id",
    "Api-Version-Date",
    "api-supported-versions",
    "Retry-After",
    "ETag",
    "Idempotent-Replayed",
    "WWW-Authenticate",
    "Allow",
    "Location",
    "Content-Disposition",
    "Content-Range",
    "Accept-Ranges",
];

/// The origins, each as browsers send it.
#[derive(Debug, Clone)]
pub(crate) struct Cors(Vec<String>);

impl Cors {
    /// The policy for `origins`; `None` where there is none, so that no request pays for it.
    pub(crate) fn new(origins: &[String]) -> Option<Self> {
        (!origins.is_empty()).then(|| Self(origins.to_vec()))
    }

    /// The middleware of a route with `methods`. Which headers a listed origin sends is its own affair.
    pub(crate) fn middleware(&self, methods: &[Method]) -> Middleware {
        let head = methods.contains(&Method::GET).then_some(Method::HEAD);
        let cors = Middleware::default()
            .allowed_methods(methods.iter().cloned().chain(head))
            .allow_any_header()
            .expose_headers(EXPOSED)
            .supports_credentials()
            .max_age(KEPT);
        self.0.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
    }
}
