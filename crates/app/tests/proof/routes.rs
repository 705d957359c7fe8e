//! Every route and spelling of the four contracts and the operator API, from their documents, and whom each can be asked about.

use serde_json::{Value, json};

use crate::{
    callers::Cast,
    support::{
        FILES,
        people::{OTHER, OWN},
    },
};

/// What is sent.
#[derive(Clone)]
pub enum Body {
    Nothing,
    Json(Value),
    Png,
    Form,
    /// No rows of an import.
    Rows,
}

/// Whom or what a request is about.
#[derive(Clone)]
pub struct Object {
    pub name: &'static str,
    /// Stands in for the parameters of the path, in their order.
    pub parameters: Vec<String>,
    pub query: String,
    pub body: Body,
}

/// An operation with all its spellings.
pub struct Operation {
    pub contract: &'static str,
    pub method: String,
    pub spellings: Vec<String>,
    pub objects: Vec<Object>,
}

impl Operation {
    /// The address of an object in one of the spellings.
    pub fn path(spelling: &str, object: &Object) -> String {
        let mut parameters = object.parameters.iter();
        let segments = spelling.split('/').map(|segment| match segment {
            parameter if parameter.starts_with('{') => parameters.next().unwrap().clone(),
            fixed => fixed.to_owned(),
        });
        segments.collect::<Vec<_>>().join("/") + &object.query
    }
}

/// Where the second contract that has these routes at the root has them, too.
const PREFIXES: [&str; 2] = ["/api/v1", "/v1"];

pub const DOCUMENTS: [(&str, &str); 5] = [
    ("account", include_str!("../../../../openapi/account.json")),
    ("users", include_str!("../../../../openapi/users.json")),
    ("client", include_str!("../../../../openapi/client.json")),
    ("tenant", include_str!("../../../../openapi/tenant.json")),
    ("operator", include_str!("../../../../openapi/operator.json")),
];

/// Every operation of every document.
///
/// # Panics
/// If a document has an operation about which nobody has said here what it can be asked for.
pub fn operations(cast: &Cast, file: &str) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    for (contract, document) in DOCUMENTS {
        let document: Value = serde_json::from_str(document).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                add(&mut operations, contract, path, &method.to_uppercase(), cast, file);
            }
        }
    }
    operations
}

fn add(
    operations: &mut Vec<Operation>,
    contract: &'static str,
    path: &str,
    method: &str,
    cast: &Cast,
    file: &str,
) {
    let root = PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path);
    let mut spellings = vec![path.to_owned()];
    if !path.ends_with('}') && contract != "operator" {
        spellings.push(format!("{path}/"));
    }
    let same = |operation: &&mut Operation| {
        let first = &operation.spellings[0];
        let known = PREFIXES.iter().find_map(|prefix| first.strip_prefix(prefix)).unwrap_or(first);
        operation.method == method && known == root
    };
    match operations.iter_mut().find(same) {
        Some(operation) => operation.spellings.extend(spellings),
        None => operations.push(Operation {
            contract,
            method: method.to_owned(),
            spellings,
            objects: objects(&format!("{method} {root}"), cast, file),
        }),
    }
}

fn object(name: &'static str, parameters: &[&str], body: Body) -> Object {
    let parameters = parameters.iter().map(|parameter| (*parameter).to_owned()).collect();
    Object { name, parameters, query: String::new(), body }
}

fn json(name: &'static str, body: Value) -> Vec<Object> {
    vec![object(name, &[], Body::Json(body))]
}

fn plain(name: &'static str) -> Vec<Object> {
    vec![object(name, &[], Body::Nothing)]
}

fn objects(operation: &str, cast: &Cast, file: &str) -> Vec<Object> {
    let (family, people) = (&cast.family, &cast.people);
    let nothing = Body::Nothing;
    match operation {
        "GET /account/me" | "GET /customer/me" => plain("own"),
        "PUT /account/me" | "PUT /account/profile" => {
            let of =
                |name, login: i64| object(name, &[], Body::Json(json!({"login": login, "city": "Lund"})));
            vec![
                object("the session's", &[], Body::Json(json!({"city": "Lund"}))),
                of("the holder's", family.alone),
                of("of the customer of two", family.double_accounts[0]),
                of("unknown", 999_999_999),
            ]
        }
        "POST /upload" => vec![object("own", &[], Body::Form)],
        "GET /storage/{file}" => vec![
            object("public", &[FILES.public], nothing.clone()),
            object("private", &[FILES.private], nothing.clone()),
            object("unknown", &["0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a99"], nothing),
        ],
        "GET /users" => plain("everybody"),
        "GET /users/{id}" => sides(people, &Body::Nothing),
        "PATCH /users/{id}" => sides(people, &Body::Json(json!({"name": "Nora Vale"}))),
        "GET /users/{id}/access/{resource_id}" => vec![
            object("own", &["me", OWN], nothing.clone()),
            object("another's", &[&people.omar, OTHER], nothing),
        ],
        "POST /files" => json("own", json!({"filename": "a.png"})),
        "GET /files/{id}" => vec![
            object("of the user", &[file], nothing.clone()),
            object("unknown", &["file_Unknown0000000"], nothing),
        ],
        "PUT /uploads/{token}" => vec![object("unknown", &["unknown"], Body::Png)],
        "GET /content/{id}" => vec![object("without bytes", &[file], nothing)],
        "GET /pictures/{name}" => vec![object("unknown", &["unknown.jpg"], nothing)],
        "GET /placeholders/{file}" => vec![object("anybody's", &["4e56.svg"], nothing)],
        client if client.contains(" /client/") || client.ends_with(" /countries") => client_objects(client),
        "GET /api/sys/{version}/account/get_profile" | "GET /api/sys/{version}/languages" => {
            vec![object("own", &["v1"], nothing)]
        }
        "PUT /api/sys/{version}/account/update_profile" => {
            vec![object("own", &["v1"], Body::Json(json!({"display_absolute_time": true})))]
        }
        "GET /api/{tenant}/{version}/users" => vec![
            object("acme", &["acme", "v1"], nothing.clone()),
            object("other", &["other", "v1"], nothing.clone()),
            object("unknown", &["nobody", "v1"], nothing),
        ],
        operator if operator.contains(" /operator/") => operator_objects(operator, cast),
        unknown => panic!("say in routes.rs what {unknown} can be asked for"),
    }
}

/// What an operator asks for: a record, a person or a key, one that there is and one that there is not. Writes are dry runs, so
/// that the table is the same each time.
fn operator_objects(operation: &str, cast: &Cast) -> Vec<Object> {
    let account = cast.family.alone.to_string();
    let person = "0195b2c4-6f0e-7c11-9d51-2f6b8a1c3e40";
    let reason = json!("asked for");
    let query = |object: Object, query: &str| Object { query: query.to_owned(), ..object };
    let both = |body: Body, of: &str| {
        vec![
            query(object("an account", &["account", &account], body.clone()), of),
            query(object("unknown", &["account", "2147483646"], body), of),
        ]
    };
    let read = || Body::Nothing;
    let (verb, path) = operation.split_once(' ').unwrap();
    match (verb, path.trim_start_matches("/operator/v1")) {
        ("GET", "" | "/" | "/keys" | "/accesses" | "/erasures") => plain("own"),
        ("GET", "/checkpoints" | "/operator/jwks.json") => plain("all"),
        ("GET", "/changes") => vec![query(object("the newest", &[], read()), "?after=latest")],
        ("GET", "/records") => vec![query(object("accounts", &[], read()), "?kind=account&limit=1")],
        ("GET", "/records/{kind}/{key}") => {
            let mut objects = both(read(), "");
            objects.extend(both(read(), "?reveal=true&reason=asked"));
            objects
        }
        ("GET", "/records/{kind}/{key}/changes" | "/records/{kind}/{key}/capabilities") => both(read(), ""),
        ("PATCH", "/records/{kind}/{key}") => {
            both(Body::Json(json!({"fields": {"city": "Lund"}})), "?dry_run=true")
        }
        ("PUT", "/records/{kind}/{key}") => {
            let made = Body::Json(json!({"fields": {"name": "New"}}));
            vec![query(object("new", &["business", "biz_New00000000000"], made), "?dry_run=true")]
        }
        ("DELETE", "/records/{kind}/{key}") => both(read(), "?dry_run=true&reason=asked"),
        ("POST", "/records/{kind}/{key}/revert") => {
            both(Body::Json(json!({"to_version": 1, "reason": reason})), "?dry_run=true")
        }
        ("GET", "/kinds/{kind}/schema") => vec![object("of accounts", &["account"], read())],
        ("GET", "/persons") => vec![query(object("nobody", &[], read()), "?q=nobody-has-this")],
        ("POST", "/persons/search") => json("nobody", json!({"q": "nobody-has-this"})),
        ("GET", "/persons/{person}" | "/persons/{person}/changes" | "/persons/{person}/accesses") => {
            vec![object("unknown", &[person], read())]
        }
        ("GET", "/persons/{person}/export") => {
            vec![query(object("unknown", &[person], read()), "?reason=asked")]
        }
        ("GET", "/persons/{person}/erasure") => vec![object("unknown", &[person], read())],
        ("POST", "/persons/{person}/erasure") => {
            vec![query(object("unknown", &[person], Body::Json(json!({"reason": reason}))), "?dry_run=true")]
        }
        ("PUT", "/persons/{person}/hold") => {
            let hold = Body::Json(json!({"kinds": ["client"], "reason": reason}));
            vec![query(object("unknown", &[person], hold), "?dry_run=true")]
        }
        ("DELETE", "/persons/{person}/hold") => {
            vec![query(object("unknown", &[person], read()), "?dry_run=true&reason=asked")]
        }
        ("GET", "/keys/{id}") => vec![object("unknown", &["opk_00000000000000"], read())],
        ("DELETE", "/keys/{id}") => {
            vec![query(object("unknown", &["opk_00000000000000"], read()), "?dry_run=true&reason=asked")]
        }
        ("POST", "/keys") => {
            let new = Body::Json(json!({"name": "new", "role": "reader"}));
            vec![query(object("new", &[], new), "?dry_run=true")]
        }
        ("GET", "/subscriptions") => vec![object("all", &[], read())],
        ("POST", "/subscriptions") => {
            let new = Body::Json(json!({"url": "https://hook.invalid/"}));
            vec![query(object("new", &[], new), "?dry_run=true")]
        }
        (verb, path) if path.starts_with("/subscriptions/{id}") => {
            let body = match (verb, path) {
                ("GET" | "DELETE", _) => read(),
                (_, "/subscriptions/{id}/secret") => Body::Json(json!({"keep_old_s": 60})),
                (_, "/subscriptions/{id}/replay") => {
                    Body::Json(json!({"after": "019cb73d-3218-71f7-81a2-b3c4d5e6f708"}))
                }
                _ => Body::Json(json!({})),
            };
            vec![object("unknown", &["sub_00000000000000"], body)]
        }
        ("POST", "/imports") => vec![query(object("nothing", &[], Body::Rows), "?dry_run=true&reason=asked")],
        unknown => panic!("say in routes.rs what {unknown:?} can be asked for"),
    }
}

/// User × the account on whose side they are meant.
fn sides(people: &crate::support::people::People, body: &Body) -> Vec<Object> {
    let on = |name, id: &str, account: Option<&str>| Object {
        query: account.map(|account| format!("?account_id={account}")).unwrap_or_default(),
        ..object(name, &[id], body.clone())
    };
    vec![
        on("me", "me", None),
        on("me for own account", "me", Some(OWN)),
        on("me for another account", "me", Some(OTHER)),
        on("the user", &people.nora, None),
        on("the user for own account", &people.nora, Some(OWN)),
        on("another user", &people.pia, None),
        on("another user for own account", &people.pia, Some(OWN)),
        on("unknown", "user_Unknown0000000", None),
    ]
}

fn client_objects(operation: &str) -> Vec<Object> {
    let profile = json!({"first_name": "Mirela", "last_name": "Vance", "date_of_birth": "1991-12-03", "birth_country": "ro",
        "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie",
        "citizen_country": "ro", "tax_residence_country": "ie", "tax_identification_number": "IE-7731905",
        "gender": "female", "reason": "asked"});
    let address = json!({"address_line_1": "14 Quay Row", "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12"});
    let tax = json!({"tax_residence": "ie", "tax_identification_number": "IE-7731905", "is_foreign_taxpayer": false,
        "employment_status": "employed", "financial_assessment": {"occupation": "x", "industry_of_employment": "y"}});
    let assessment = json!({"estimated_net_worth": "$25,001 - $50,000", "occupation": "Specialist",
        "source_of_wealth": "Investments and Dividends ", "net_annual_income": "$10,001 - $25,000",
        "primary_source_of_funds_for_trading": "Manufacturing, Mining & Construction", "industry_of_employment": "it",
        "employer_name": "Us", "education_level": "phd", "regular_expense": "AED 3"});
    let body = match operation.split_once(' ').unwrap() {
        ("GET", _) => return plain("own"),
        ("POST", "/client/profile/picture") => return vec![object("own", &[], Body::Form)],
        ("POST", "/client/tnc") => json!({"version_id": 1}),
        (_, "/client/profile") => profile,
        (_, "/client/address") => address,
        (_, "/client/tax-information") => tax,
        (_, "/client/financial-assessment") => assessment,
        unknown => panic!("say in routes.rs what is sent to {unknown:?}"),
    };
    json("own", body)
}
