//! OpenAPI 3.1 documents, made from the endpoints that are served and the field catalogue that validates.

use std::collections::BTreeMap;

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;
use utoipa::openapi::{
    Components, ComponentsBuilder, Content, ContentBuilder, Header, HeaderBuilder, HttpMethod, InfoBuilder,
    OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, ServerBuilder,
    example::ExampleBuilder,
    path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn},
    request_body::{RequestBody, RequestBodyBuilder},
    response::Response,
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

use crate::{
    contracts,
    endpoint::{Body, Contract, Endpoint, SchemaOf},
    failure::Failure,
    parameter::{Parameter, Place, any_text},
};

/// The document of one contract, or of all, for a service whose addresses begin with `public_url`, and those of the operator API with
/// `operator_url`.
#[must_use]
pub fn document(only: Option<&str>, public_url: &str, operator_url: &str) -> Value {
    let url = if only == Some(contracts::operator::NAME) { operator_url } else { public_url };
    let contracts: Vec<Contract> = contracts::all()
        .into_iter()
        .filter(|contract| only.is_none_or(|only| only == contract.name))
        .collect();
    let mut writer = Writer::new();
    let mut paths = PathsBuilder::new();
    for contract in &contracts {
        let examples = serde_json::from_str(contract.examples).unwrap_or_default();
        for (path, endpoints) in contract.paths() {
            for endpoint in endpoints {
                let operation = writer.operation(contract, endpoint, path, &examples);
                paths = paths.path(path, PathItem::new(method(endpoint), operation));
            }
        }
    }
    let (title, description) = match contracts.as_slice() {
        [contract] => (contract.title, contract.description),
        _ => ("profile", "People's profiles over established HTTP contracts."),
    };
    let document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(title)
                .description(Some(description))
                .version(env!("CARGO_PKG_VERSION"))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url(url).build()]))
        .paths(paths)
        .components(Some(writer.components(&contracts)))
        .build();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    put_schemas(&mut document, &writer.raw);
    document
}

fn method(endpoint: &Endpoint) -> HttpMethod {
    match endpoint.method.as_str() {
        "PUT" => HttpMethod::Put,
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// What begins the reference that stands for a schema until the document is JSON.
const RAW: &str = "raw:";

/// Puts the schemas in place of their references. schemars reads our types, and utoipa, which writes the rest of the document,
/// would drop what its own types do not know.
fn put_schemas(document: &mut Value, raw: &[Value]) {
    let number = |reference: &Value| reference.as_str()?.strip_prefix(RAW)?.parse::<usize>().ok();
    if let Some(schema) = document.get("$ref").and_then(number).and_then(|number| raw.get(number)) {
        *document = schema.clone();
        return;
    }
    match document {
        Value::Object(members) => members.values_mut().for_each(|member| put_schemas(member, raw)),
        Value::Array(items) => items.iter_mut().for_each(|item| put_schemas(item, raw)),
        _ => {}
    }
}

/// Writes operations, and collects what they share.
struct Writer {
    schemas: SchemaGenerator,
    raw: Vec<Value>,
    failures: BTreeMap<String, Response>,
}

impl Writer {
    fn new() -> Self {
        let schemas = SchemaSettings::draft2020_12()
            .with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
            .for_serialize()
            .into_generator();
        Self { schemas, raw: Vec::new(), failures: BTreeMap::new() }
    }

    /// Returns what stands for the schema that `of` makes.
    fn schema(&mut self, of: SchemaOf) -> RefOr<Schema> {
        let schema = of(&mut self.schemas);
        self.keep(schema)
    }

    /// Returns what stands for a schema.
    fn keep(&mut self, schema: impl Into<Value>) -> RefOr<Schema> {
        let number = self.raw.len();
        self.raw.push(schema.into());
        RefOr::Ref(Ref::new(format!("{RAW}{number}")))
    }

    fn operation(
        &mut self,
        contract: &Contract,
        endpoint: &Endpoint,
        path: &str,
        examples: &Value,
    ) -> Operation {
        let example = |part: &str| examples.get(endpoint.id)?.get(part).cloned();
        let mut operation = OperationBuilder::new()
            .operation_id(Some(operation_id(endpoint, path)))
            .tag(contract.name)
            .summary(Some(endpoint.summary))
            .request_body(self.request_body(endpoint.request, example("request")));
        for parameter in &endpoint.parameters {
            operation = operation.parameter(self.parameter(parameter));
        }
        if endpoint.protected {
            for parameter in &contract.parameters {
                operation = operation.parameter(self.parameter(parameter));
            }
            operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>(contract.name, []));
        }
        let status = if matches!(endpoint.success, Body::Created(_)) { "201" } else { "200" };
        operation = operation.response(status, self.success(contract, endpoint, example("response")));
        for (status, when) in endpoint.bodiless {
            operation =
                operation.response(status.to_string(), ResponseBuilder::new().description(*when).build());
        }
        for (status, failures) in by_status(&endpoint.failures) {
            operation = operation.response(status.to_string(), self.failure(contract, status, &failures));
        }
        operation.build()
    }

    fn parameter(&mut self, parameter: &Parameter) -> ParameterBuilder {
        let place = match parameter.place {
            Place::Path => ParameterIn::Path,
            Place::Query => ParameterIn::Query,
            Place::Header => ParameterIn::Header,
        };
        let required = if parameter.is_required { Required::True } else { Required::False };
        ParameterBuilder::new()
            .name(parameter.name)
            .parameter_in(place)
            .required(required)
            .description(Some(parameter.meaning))
            .schema(Some(self.schema(parameter.schema)))
    }

    /// The media types of a body, each with its schema and its example.
    fn content(&mut self, body: Body, example: Option<Value>) -> Vec<(&'static str, Content)> {
        let (media_type, schema) = match body {
            Body::Empty => return Vec::new(),
            Body::Json(schema) | Body::OptionalJson(schema) | Body::Created(schema) => {
                ("application/json", schema)
            }
            Body::JsonOrEvents(schema) => {
                let text = self.schema(any_text);
                let events = ContentBuilder::new().schema(Some(text)).build();
                let json = self.content(Body::Json(schema), example);
                return json.into_iter().chain([("text/event-stream", events)]).collect();
            }
            Body::MergePatch(schema) => {
                let json = self.content(Body::Json(schema), example.clone());
                let patch = self.content(Body::Json(schema), example);
                let patch = patch.into_iter().map(|(_, content)| ("application/merge-patch+json", content));
                return json.into_iter().chain(patch).collect();
            }
            Body::Schema(schema) => ("application/schema+json", schema),
            Body::Lines(schema) => ("application/x-ndjson", schema),
            Body::Multipart(schema) => ("multipart/form-data", schema),
            Body::Binary(media_types) => {
                return media_types.iter().map(|media_type| (*media_type, self.bytes())).collect();
            }
        };
        let schema = self.schema(schema);
        vec![(media_type, ContentBuilder::new().schema(Some(schema)).example(example).build())]
    }

    fn request_body(&mut self, body: Body, example: Option<Value>) -> Option<RequestBody> {
        let content = self.content(body, example);
        if content.is_empty() {
            return None;
        }
        let required = if matches!(body, Body::OptionalJson(_)) { Required::False } else { Required::True };
        let request = RequestBodyBuilder::new().required(Some(required));
        let request = content
            .into_iter()
            .fold(request, |request, (media_type, content)| request.content(media_type, content));
        Some(request.build())
    }

    fn success(&mut self, contract: &Contract, endpoint: &Endpoint, example: Option<Value>) -> Response {
        let mut response = ResponseBuilder::new().description("The request was carried out.");
        if !matches!(endpoint.success, Body::Binary(_)) {
            for (name, meaning) in contract.headers {
                response = response.header(*name, self.header(meaning));
            }
        }
        let content = self.content(endpoint.success, example);
        content
            .into_iter()
            .fold(response, |response, (media_type, content)| response.content(media_type, content))
            .build()
    }

    /// A reference to the answer for these failures of one status, which operations share.
    fn failure(&mut self, contract: &Contract, status: u16, failures: &[Failure]) -> RefOr<Response> {
        let mut codes: Vec<&str> = failures.iter().map(|failure| failure.code).collect();
        codes.dedup();
        let description = failures.iter().map(describe).collect::<Vec<_>>().join(" ");
        let name =
            self.failure_name(&format!("{}.{status}.{}", contract.name, codes.join(".")), &description);
        let reference = RefOr::Ref(Ref::from_response_name(&name));
        if self.failures.contains_key(&name) {
            return reference;
        }
        let schema = self.schema(contract.failure_schema);
        let examples = failures.iter().map(|failure| {
            let body = (contract.failure_example)(*failure);
            (failure.code, ExampleBuilder::new().summary(failure.when).value(Some(body)).build())
        });
        let content = ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build();
        let mut response =
            ResponseBuilder::new().description(description).content(contract.failure_type, content);
        for (name, meaning) in contract.headers.iter().chain(headers_of(status)) {
            response = response.header(*name, self.header(meaning));
        }
        self.failures.insert(name, response.build());
        reference
    }

    /// Returns the name of the answer with this description; those that share their codes are numbered.
    fn failure_name(&self, name: &str, description: &str) -> String {
        let mut numbered = name.to_owned();
        let mut number = 1;
        while self.failures.get(&numbered).is_some_and(|known| known.description != description) {
            number += 1;
            numbered = format!("{name}.{number}");
        }
        numbered
    }

    /// Bytes, whose schema is their media type.
    fn bytes(&mut self) -> Content {
        let schema = self.schema(|_| schemars::json_schema!({ "type": "string", "format": "binary" }));
        ContentBuilder::new().schema(Some(schema)).build()
    }

    fn header(&mut self, meaning: &str) -> Header {
        HeaderBuilder::new().schema(Some(self.schema(any_text))).description(Some(meaning)).build()
    }

    fn components(&mut self, contracts: &[Contract]) -> Components {
        let mut components = ComponentsBuilder::new().responses_from_iter(std::mem::take(&mut self.failures));
        for (name, schema) in self.schemas.take_definitions(true) {
            components = components.schema(name, self.keep(schema));
        }
        for contract in contracts {
            components = components.security_scheme(contract.name, bearer(contract));
        }
        components.build()
    }
}

/// The id of an operation; those of other paths to the same one say which.
fn operation_id(endpoint: &Endpoint, path: &str) -> String {
    match endpoint.paths.iter().position(|one| *one == path) {
        None | Some(0) => endpoint.id.to_owned(),
        Some(alias) => format!("{}_alias_{alias}", endpoint.id),
    }
}

/// Headers that answers of a status have in every contract.
const fn headers_of(status: u16) -> &'static [(&'static str, &'static str)] {
    match status {
        401 => &[("WWW-Authenticate", "The scheme of the credential.")],
        429 | 503 => &[("Retry-After", "Seconds after which the request may be sent again.")],
        _ => &[],
    }
}

fn by_status(failures: &[Failure]) -> BTreeMap<u16, Vec<Failure>> {
    let mut grouped: BTreeMap<u16, Vec<Failure>> = BTreeMap::new();
    for failure in failures {
        grouped.entry(failure.status).or_default().push(*failure);
    }
    grouped
}

fn describe(failure: &Failure) -> String {
    format!("`{}`: {}.", failure.code, failure.when.trim_end_matches('.'))
}

fn bearer(contract: &Contract) -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let scheme = if contract.is_token {
        scheme.bearer_format("JWT").description(Some(format!("A token of the {} contract.", contract.name)))
    } else {
        scheme.description(Some("An operator key."))
    };
    SecurityScheme::Http(scheme.build())
}
