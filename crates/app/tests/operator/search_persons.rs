//! Search of people (section 8; section 15, rows 25 and 26).

use std::time::{Duration, Instant};

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{created, invalid, ok, problem},
    fixtures::{client_profile, least, path_of},
    service::Service,
};

/// How long a test waits for what is found within a second on a machine that does nothing else.
const PATIENCE: Duration = Duration::from_secs(20);

/// A word that no other test uses, without a digit in it.
fn word(number: i64) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'k')).chain("wq".chars()).collect()
}

async fn search(service: &Service, role: Role, q: &str, more: &Value) -> Value {
    let mut body = more.clone();
    body["q"] = q.into();
    ok(&service.post(role, "/persons/search", &body).await)
}

/// The people whom a role finds.
async fn found(service: &Service, role: Role, q: &str) -> Vec<String> {
    let page = search(service, role, q, &json!({})).await;
    assert_eq!(page["next"], Value::Null);
    let persons = page["persons"].as_array().unwrap().iter();
    persons.map(|person| person["person"].as_str().unwrap().to_owned()).collect()
}

/// Waits until `q` finds exactly these people.
async fn until_found(service: &Service, q: &str, persons: &[&str]) {
    let begun = Instant::now();
    loop {
        let found = found(service, Role::Support, q).await;
        if found == persons {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{q} finds {found:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A customer with these fields, once the search knows of it; the person.
async fn customer(service: &Service, fields: Value) -> String {
    let (key, _) = least(service, "customer").await;
    let record = service.create("customer", &key, fields).await;
    let person = record["person"].as_str().unwrap().to_owned();
    until_found(service, &key, &[&person]).await;
    person
}

pub async fn people_are_found_by_identifiers_phones_and_parts_of_names(service: &Service) {
    let number = service.number();
    let (word, email) = (word(number), format!("Zoë-{number}@example.test"));
    let phone = format!("+46 70-9{number:06}");
    let fields =
        json!({ "email": email, "phone": phone, "full_name": format!("Zoë Lindqvist{word}"), "desk": word });
    let person = customer(service, fields).await;
    let other = format!("0709{number:06}");
    for q in [
        email.to_uppercase(),
        email.clone(),
        other,
        format!("(46) 709.{number:06}"),
        format!("lind zo {word}"),
        format!("LINDQVIST{}", word.to_uppercase()),
    ] {
        assert_eq!(found(service, Role::Support, &q).await, std::slice::from_ref(&person), "{q}");
        assert_eq!(found(service, Role::Reader, &q).await, [""; 0], "{q}");
    }
    for q in [
        "z".to_owned(),
        format!("z {word}"),
        email.replace('ë', "e"),
        email.replace('Z', ""),
        format!("zo{word}"),
    ] {
        assert_eq!(found(service, Role::Support, &q).await, [""; 0], "{q}");
    }
    for q in [person.clone(), person.to_uppercase()] {
        assert_eq!(found(service, Role::Reader, &q).await, std::slice::from_ref(&person), "{q}");
    }
    let page = ok(&service.get(Role::Support, &format!("/persons?q=lind%20zo+{word}&limit=1")).await);
    assert_eq!(page["persons"][0]["person"], person);
}

pub async fn wildcards_and_quotes_are_themselves(service: &Service) {
    let word = word(service.number());
    let person = customer(service, json!({ "full_name": format!("{word}%_\\'\"{word}") })).await;
    let plain = customer(service, json!({ "full_name": format!("{word}{word}") })).await;
    until_found(service, &word, &[&person, &plain]).await;
    for q in [format!("{word}%"), format!("%_\\'\"{word}"), "_\\'".to_owned() + "\"" + &word] {
        assert_eq!(found(service, Role::Support, &q).await, std::slice::from_ref(&person), "{q}");
    }
    for q in [
        format!("{word}_"),
        format!("{word}%{word}"),
        format!("{word}*"),
        format!("\"{word}\""),
        format!("{word}\\"),
        format!("{word} OR x{word}"),
        format!("{word}\u{0}"),
        "%%".to_owned() + &word,
    ] {
        assert_eq!(found(service, Role::Support, &q).await, [""; 0], "{q}");
    }
}

pub async fn a_reader_finds_by_public_values_alone(service: &Service) {
    let word = word(service.number());
    let (key, _) = least(service, "user").await;
    let fields = json!({ "username": format!("U-{word}"), "name": format!("Nora {word}") });
    let user = service.create("user", &key, fields).await["person"].as_str().unwrap().to_owned();
    // Of the same person, and of another one: a text that is personal and equals the public username.
    let same = json!({ "phone": format!("u-{word}"), "full_name": format!("Nora {word}") });
    let (own, _) = least(service, "customer").await;
    let body = json!({ "person": user, "fields": same });
    created(&service.put(Role::Support, &format!("/records/customer/{own}"), &body).await);
    let other = customer(service, same).await;
    until_found(service, &format!("u-{word}"), &[&user, &other]).await;
    for q in [key.clone(), format!("u-{word}"), format!("nora {word}")] {
        assert_eq!(found(service, Role::Reader, &q).await, std::slice::from_ref(&user), "{q}");
    }
    let matches = |page: Value| page["persons"][0]["matches"].clone();
    let of = |kind: &str, key: &str, field: &str| json!({ "kind": kind, "key": key, "field": field, "exact": true });
    let shown = matches(search(service, Role::Reader, &format!("U-{word}"), &json!({})).await);
    assert_eq!(shown, json!([of("user", &key, "username")]), "nothing says that the phone matches as well");
    let shown = matches(search(service, Role::Support, &format!("U-{word}"), &json!({})).await);
    assert_eq!(shown, json!([of("customer", &own, "phone"), of("user", &key, "username")]));
    // The fixture calls this client so.
    let alias = search(service, Role::Support, "MIRELA", &json!({})).await;
    let expected = json!({ "kind": null, "key": null, "field": "alias", "exact": true });
    let has_alias =
        |page: &Value| page["persons"].as_array().unwrap().iter().any(|one| one["matches"][0] == expected);
    assert!(has_alias(&alias), "{alias}");
    assert!(!has_alias(&search(service, Role::Reader, "mirela", &json!({})).await));
}

pub async fn matches_say_which_field_of_which_record(service: &Service) {
    let word = word(service.number());
    let (key, _) = least(service, "client").await;
    let mut profile = client_profile();
    profile["first_name"] = format!("Zoë {word}").into();
    let client = service.create("client", &key, json!({ "profile": profile })).await;
    let person = client["person"].as_str().unwrap();
    until_found(service, &word, &[person]).await;
    let matches = |page: Value| page["persons"][0]["matches"].clone();
    let one =
        |field: Value, exact: bool| json!({ "kind": "client", "key": key, "field": field, "exact": exact });
    let page = search(service, Role::Support, &format!("{word} O'Neill"), &json!({})).await;
    let names = ["profile.first_name", "profile.last_name"].map(|field| one(field.into(), false));
    assert_eq!(matches(page), json!(names));
    let page = search(service, Role::Reader, &key, &json!({})).await;
    assert_eq!(matches(page), json!([one(Value::Null, true)]));
    let page = search(service, Role::Reader, person, &json!({})).await;
    assert_eq!(matches(page), json!([{ "kind": null, "key": null, "field": "person", "exact": true }]));
    let number = client["fields"]["client_id"].to_string();
    let page = search(service, Role::Support, &number, &json!({ "kind": "client" })).await;
    assert_eq!(matches(page), json!([one("client_id".into(), true)]));
    let sealed = client_profile()["tax_identification_number"].as_str().unwrap().to_owned();
    assert_eq!(found(service, Role::Admin, &sealed).await, [""; 0]);
}

pub async fn what_has_changed_is_found_and_what_it_was_is_not(service: &Service) {
    let (first, second) = (word(service.number()), word(service.number()));
    let (key, _) = least(service, "account").await;
    let record = service.create("account", &key, json!({ "name": first, "phone": first })).await;
    let (person, path) = (record["person"].as_str().unwrap(), path_of(&record));
    until_found(service, &first, &[person]).await;
    let change = json!({ "fields": { "name": second, "phone": null } });
    ok(&service.patch(Role::Support, &path, &change).await);
    until_found(service, &second, &[person]).await;
    assert_eq!(found(service, Role::Support, &first).await, [""; 0]);
    ok(&service.delete(Role::Support, &format!("{path}?reason=of%20a%20test")).await);
    until_found(service, &second, &[]).await;
    assert_eq!(found(service, Role::Support, &key).await, [""; 0]);
    assert_eq!(found(service, Role::Support, person).await, [person]);
}

pub async fn exact_matches_come_first_and_nobody_twice(service: &Service) {
    let word = word(service.number());
    let mut named = Vec::new();
    for _ in 0..5 {
        named.push(customer(service, json!({ "full_name": format!("Mira {word}") })).await);
    }
    let both = json!({ "phone": word, "full_name": format!("Mira {word}"), "first_name": "Mira" });
    let exact = customer(service, both).await;
    let expected: Vec<&str> = [&exact].into_iter().chain(&named).map(String::as_str).collect();
    until_found(service, &word, &expected).await;
    for limit in [1, 2, 3, 6, 200] {
        let (mut walked, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let more = json!({ "limit": limit, "cursor": cursor });
            let page = search(service, Role::Support, &word, &more).await;
            let persons = page["persons"].as_array().unwrap();
            assert!(persons.len() <= limit);
            walked.extend(persons.iter().map(|one| one["person"].as_str().unwrap().to_owned()));
            cursor = page["next"].clone();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(walked, expected, "by {limit}");
    }
    let page = search(service, Role::Support, &word, &json!({ "limit": 1 })).await;
    let cursor = page["next"].as_str().unwrap();
    let next = ok(&service.get(Role::Support, &format!("/persons?q={word}&limit=1&cursor={cursor}")).await);
    assert_eq!(next["persons"][0]["person"], named[0], "both ways to ask are one list");
    let other = service.get(Role::Support, &format!("/persons?q=x{word}&cursor={cursor}")).await;
    invalid(&other, &[("cursor", "value")]);
}

pub async fn a_kind_narrows_the_search(service: &Service) {
    let word = word(service.number());
    let customer = customer(service, json!({ "full_name": word })).await;
    let (key, _) = least(service, "account").await;
    let account = service.create("account", key, json!({ "name": word })).await;
    let account = account["person"].as_str().unwrap();
    until_found(service, &word, &[&customer, account]).await;
    for (kind, persons) in [
        ("customer", vec![customer.as_str()]),
        ("account", vec![account]),
        ("account,customer", vec![&customer, account]),
        ("file", vec![]),
    ] {
        let page = ok(&service.get(Role::Support, &format!("/persons?q={word}&kind={kind}")).await);
        let found = page["persons"].as_array().unwrap().iter().map(|one| one["person"].as_str().unwrap());
        assert_eq!(found.collect::<Vec<_>>(), persons, "{kind}");
        let page = search(service, Role::Support, &word, &json!({ "kind": kind })).await;
        assert_eq!(page["persons"].as_array().unwrap().len(), persons.len(), "{kind}");
    }
    let page = ok(&service.get(Role::Support, &format!("/persons?q={account}&kind=customer")).await);
    assert_eq!(page["persons"], json!([]));
}

pub async fn a_search_is_asked_for_strictly(service: &Service) {
    let get = async |query: &str| service.get(Role::Reader, &format!("/persons{query}")).await;
    invalid(&get("").await, &[("q", "required")]);
    invalid(&get("?q=").await, &[("q", "min_chars")]);
    invalid(&get(&format!("?q={}", "a".repeat(201))).await, &[("q", "max_chars")]);
    ok(&get(&format!("?q={}", "%C3%A9".repeat(200))).await);
    let faults = [("kind", "value"), ("limti", "unknown"), ("limit", "value"), ("cursor", "value")];
    invalid(&get("?q=aa&kind=accounts&limti=1&limit=0&cursor=x").await, &faults);
    let post = async |body: Value| service.post(Role::Reader, "/persons/search", &body).await;
    invalid(&post(json!({})).await, &[("/q", "required")]);
    invalid(
        &post(json!({ "q": 1, "kind": "accounts", "limit": 201, "cursor": "x", "x": {} })).await,
        &[("/q", "type"), ("/kind", "value"), ("/limit", "value"), ("/cursor", "value"), ("/x", "unknown")],
    );
    invalid(
        &post(json!({ "q": "aa", "limit": "5", "kind": ["account"] })).await,
        &[("/limit", "type"), ("/kind", "type")],
    );
    ok(&post(json!({ "q": "aa", "limit": null, "kind": null, "cursor": null })).await);
    let body = service.call(Role::Reader, "POST", "/persons/search").text("[]").await;
    problem(&body, 400, "malformed");
    let body = service.call(Role::Reader, "POST", "/persons/search?q=aa").json(&json!({ "q": "aa" })).await;
    invalid(&body, &[("q", "unknown")]);
    let plain =
        service.call(Role::Reader, "POST", "/persons/search").header("content-type", "text/plain").await;
    problem(&plain, 415, "unsupported_media_type");
    let nobody = service.open("GET", "/operator/v1/persons?q=aa").await;
    problem(&nobody, 401, "unauthorized");
}
