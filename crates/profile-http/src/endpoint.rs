//! What an endpoint is: its route and its documentation, registered by the same value.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Route, guard,
    http::{Method, header},
    web,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use serde_json::Value;

use crate::{cors::Cors, failure::Failure, parameter::Parameter};

/// The schema of a body, made by a generator that collects what it refers to.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A body that an endpoint takes or gives.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(SchemaOf),
    /// JSON, or the same as a JSON Merge Patch (RFC 7396).
    MergePatch(SchemaOf),
    /// JSON, or the same piece by piece as server-sent events.
    JsonOrEvents(SchemaOf),
    /// JSON; nothing at all counts as an empty object.
    OptionalJson(SchemaOf),
    /// A form with a file.
    Multipart(SchemaOf),
    /// JSON, answered with 201.
    Created(SchemaOf),
    /// A JSON Schema.
    Schema(SchemaOf),
    /// Lines of JSON.
    Lines(SchemaOf),
    /// Bytes of one of these media types.
    Binary(&'static [&'static str]),
}

/// One operation of a contract.
pub(crate) struct Endpoint {
    /// The operation's id: the verb that also names the file, the story and the test.
    pub id: &'static str,
    /// HTTP method; `HEAD` is answered wherever `GET` is.
    pub method: Method,
    /// Its paths; all but the first are aliases.
    pub paths: &'static [&'static str],
    /// One line.
    pub summary: &'static str,
    /// Whether it asks for a token.
    pub protected: bool,
    /// What it reads from its path, its query and its headers, beside those of the contract.
    pub parameters: Vec<Parameter>,
    /// What it takes.
    pub request: Body,
    /// What it answers with 200.
    pub success: Body,
    /// Answers without a body: the status, and when.
    pub bodiless: &'static [(u16, &'static str)],
    /// What else it answers.
    pub failures: Vec<Failure>,
    /// Puts the handler on the route.
    pub handler: fn(Route) -> Route,
}

impl Endpoint {
    /// Returns an operation that asks for a token and neither takes nor answers a body.
    pub(crate) fn new(
        method: Method,
        id: &'static str,
        paths: &'static [&'static str],
        summary: &'static str,
        handler: fn(Route) -> Route,
    ) -> Self {
        Self {
            id,
            method,
            paths,
            summary,
            protected: true,
            parameters: Vec::new(),
            request: Body::Empty,
            success: Body::Empty,
            bodiless: &[],
            failures: Vec::new(),
            handler,
        }
    }

    /// Returns an operation that asks for a token, takes nothing, and answers with a body.
    pub(crate) fn read(
        id: &'static str,
        paths: &'static [&'static str],
        summary: &'static str,
        success: Body,
        failures: Vec<Failure>,
        handler: fn(Route) -> Route,
    ) -> Self {
        Self { success, failures, ..Self::new(Method::GET, id, paths, summary, handler) }
    }

    /// The same, answered with an `Answer` as JSON.
    pub(crate) fn read_as<Answer: JsonSchema>(
        id: &'static str,
        paths: &'static [&'static str],
        summary: &'static str,
        failures: Vec<Failure>,
        handler: fn(Route) -> Route,
    ) -> Self {
        let success = Body::Json(SchemaGenerator::subschema_for::<Answer>);
        Self::read(id, paths, summary, success, failures, handler)
    }
}

/// A route that also answers `HEAD`.
pub(crate) fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A contract: its endpoints and the shape of its errors.
pub struct Contract {
    /// The contract's name in settings, metrics and paths.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// For people.
    pub description: &'static str,
    /// Its operations.
    pub(crate) endpoints: Vec<Endpoint>,
    /// What every protected operation reads.
    pub(crate) parameters: Vec<Parameter>,
    /// Headers of every answer but downloads, and what they mean.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The schema of an error body.
    pub(crate) failure_schema: SchemaOf,
    /// The error body of a failure.
    pub(crate) failure_example: fn(Failure) -> Value,
    /// The media type of an error body.
    pub(crate) failure_type: &'static str,
    /// What operations take and answer, as JSON: an object by operation id with `request` and `response`.
    pub(crate) examples: &'static str,
    /// The answer to a known path with another method.
    pub(crate) method_not_allowed: fn(&HttpRequest) -> HttpResponse,
    /// What every path with parameters begins with; empty if they begin in several ways.
    pub(crate) scope: &'static str,
    /// Whether paths are only themselves, without a slash at their end.
    pub(crate) exact: bool,
    /// Whether its credential is a JSON Web Token.
    pub(crate) is_token: bool,
}

impl Contract {
    /// Every path with its operations.
    pub(crate) fn paths(&self) -> BTreeMap<&'static str, Vec<&Endpoint>> {
        let mut paths: BTreeMap<&'static str, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in &self.endpoints {
            for path in endpoint.paths {
                paths.entry(path).or_default().push(endpoint);
            }
        }
        paths
    }

    /// Every route template, with and without a trailing slash.
    pub(crate) fn routes(&self) -> impl Iterator<Item = String> {
        self.paths().into_keys().flat_map(|path| self.spellings(path))
    }

    /// Registers every endpoint whose path has parameters, or has none, and 405 with `Allow` beside them.
    pub(crate) fn configure(&self, app: &mut web::ServiceConfig, parameters: bool, cors: Option<&Cors>) {
        let scope = if parameters { self.scope } else { "" };
        let register = |app: &mut web::ServiceConfig| {
            let paths = self.paths();
            for (path, endpoints) in paths.into_iter().filter(|(path, _)| path.contains('{') == parameters) {
                for spelling in self.spellings(path) {
                    let below = spelling.strip_prefix(scope).unwrap_or(&spelling);
                    register_one(app, self.resource(below, &endpoints), &endpoints, cors);
                }
            }
        };
        if scope.is_empty() {
            register(app);
        } else {
            app.service(web::scope(scope).configure(register));
        }
    }

    /// A path with a parameter at its end names a thing, and is only itself; others may end in a slash.
    fn spellings(&self, path: &'static str) -> Vec<String> {
        if self.exact || path.ends_with('}') {
            vec![path.to_owned()]
        } else {
            vec![path.to_owned(), format!("{path}/")]
        }
    }

    fn resource(&self, path: &str, endpoints: &[&Endpoint]) -> actix_web::Resource {
        let mut resource = web::resource(path);
        let mut allowed = Vec::new();
        for endpoint in endpoints {
            let route =
                if endpoint.method == Method::GET { get() } else { web::method(endpoint.method.clone()) };
            resource = resource.route((endpoint.handler)(route));
            allowed.push(endpoint.method.as_str());
        }
        allowed.sort_unstable();
        let (allow, answer) = (allowed.join(", "), self.method_not_allowed);
        resource.default_service(web::to(move |request: HttpRequest| {
            let mut refused = answer(&request);
            if let Ok(allow) = header::HeaderValue::from_str(&allow) {
                refused.headers_mut().insert(header::ALLOW, allow);
            }
            std::future::ready(refused)
        }))
    }
}

/// Registers a resource; `cors` answers a browser's other origins for it.
fn register_one(
    app: &mut web::ServiceConfig,
    resource: actix_web::Resource,
    endpoints: &[&Endpoint],
    cors: Option<&Cors>,
) {
    match cors {
        None => app.service(resource),
        Some(cors) => {
            let methods: Vec<Method> = endpoints.iter().map(|endpoint| endpoint.method.clone()).collect();
            app.service(resource.wrap(cors.middleware(&methods)))
        }
    };
}
