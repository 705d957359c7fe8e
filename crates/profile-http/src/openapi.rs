//! OpenAPI 3.1 documents, made from the endpoints that are served and the field catalogue that validates.

use std::collections::BTreeMap;

use schemars::{SchemaGenerator, generate::SchemaSettings};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathItem,
    PathsBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
    path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn},
    request_body::{RequestBody, RequestBodyBuilder},
    response::Response,
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

use crate::{
    contracts,
    endpoint::{Body, Contract, Endpoint, Failure},
};

/// The document of one contract, or of all.
#[must_use]
pub fn document(only: Option<&str>) -> OpenApi {
    let contracts: Vec<Contract> = contracts::all()
        .into_iter()
        .filter(|contract| only.is_none_or(|only| only == contract.name))
        .collect();
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .for_serialize()
        .into_generator();
    let mut paths = PathsBuilder::new();
    for contract in &contracts {
        for (path, endpoints) in contract.paths() {
            for endpoint in endpoints {
                let operation = operation(contract, endpoint, path, &mut generator);
                paths = paths.path(path, PathItem::new(method(endpoint), operation));
            }
        }
    }
    let mut components = ComponentsBuilder::new();
    for (name, schema) in generator.take_definitions(true) {
        components = components.schema(name, bridge(schema));
    }
    for contract in &contracts {
        components = components.security_scheme(contract.name, bearer(contract));
    }
    let (title, description) = match contracts.as_slice() {
        [contract] => (contract.title, contract.description),
        _ => ("profile", "People's profiles over established HTTP contracts."),
    };
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(title)
                .description(Some(description))
                .version(env!("CARGO_PKG_VERSION"))
                .build(),
        )
        .paths(paths)
        .components(Some(components.build()))
        .build()
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

fn operation(
    contract: &Contract,
    endpoint: &Endpoint,
    path: &str,
    generator: &mut SchemaGenerator,
) -> Operation {
    let id = match endpoint.paths.iter().position(|one| *one == path) {
        None | Some(0) => endpoint.id.to_owned(),
        Some(alias) => format!("{}_alias_{alias}", endpoint.id),
    };
    let mut operation = OperationBuilder::new()
        .operation_id(Some(id))
        .tag(contract.name)
        .summary(Some(endpoint.summary))
        .request_body(request_body(endpoint.request, generator));
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let schema: RefOr<Schema> = bridge(schemars::json_schema!({ "type": "string" }));
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(schema));
        operation = operation.parameter(parameter);
    }
    if endpoint.protected {
        for (name, meaning) in contract.headers {
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(*name)
                    .parameter_in(ParameterIn::Header)
                    .description(Some(*meaning))
                    .schema(Some(bridge(schemars::json_schema!({ "type": "string" })))),
            );
        }
        operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>(contract.name, []));
    }
    operation = operation.response("200", success(endpoint.success, generator));
    for (status, when) in endpoint.bodiless {
        operation = operation.response(status.to_string(), ResponseBuilder::new().description(*when).build());
    }
    for (status, failures) in by_status(&endpoint.failures) {
        operation = operation.response(status.to_string(), failure(contract, &failures));
    }
    operation.build()
}

fn content(body: Body, generator: &mut SchemaGenerator) -> Option<(&'static str, RefOr<Schema>)> {
    match body {
        Body::Empty => None,
        Body::Json(schema) | Body::OptionalJson(schema) => {
            Some(("application/json", bridge(schema(generator))))
        }
        Body::Multipart(schema) => Some(("multipart/form-data", bridge(schema(generator)))),
        Body::Binary => {
            Some(("*/*", bridge(schemars::json_schema!({ "type": "string", "format": "binary" }))))
        }
    }
}

fn request_body(body: Body, generator: &mut SchemaGenerator) -> Option<RequestBody> {
    let (media_type, schema) = content(body, generator)?;
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let required = if matches!(body, Body::OptionalJson(_)) { Required::False } else { Required::True };
    Some(RequestBodyBuilder::new().content(media_type, content).required(Some(required)).build())
}

fn success(body: Body, generator: &mut SchemaGenerator) -> Response {
    let response = ResponseBuilder::new().description("Done.");
    match content(body, generator) {
        None => response.build(),
        Some((media_type, schema)) => {
            response.content(media_type, ContentBuilder::new().schema(Some(schema)).build()).build()
        }
    }
}

fn by_status(failures: &[Failure]) -> BTreeMap<u16, Vec<Failure>> {
    let mut grouped: BTreeMap<u16, Vec<Failure>> = BTreeMap::new();
    for failure in failures {
        grouped.entry(failure.status).or_default().push(*failure);
    }
    grouped
}

fn failure(contract: &Contract, failures: &[Failure]) -> Response {
    let lines: Vec<String> =
        failures.iter().map(|failure| format!("`{}`: {}.", failure.code, failure.when)).collect();
    let mut codes: Vec<&str> = failures.iter().map(|failure| failure.code).collect();
    codes.dedup();
    let schema = bridge((contract.failure_body)(&codes));
    ResponseBuilder::new()
        .description(lines.join(" "))
        .content("application/json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn bearer(contract: &Contract) -> SecurityScheme {
    SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(format!("A token of the {} contract.", contract.name)))
            .build(),
    )
}

/// schemars reads our types, utoipa writes the document; a schema is the same JSON in both.
fn bridge(schema: impl Into<serde_json::Value>) -> RefOr<Schema> {
    serde_json::from_value(schema.into()).unwrap_or_else(|_| RefOr::Ref(Ref::from_schema_name("Unknown")))
}
