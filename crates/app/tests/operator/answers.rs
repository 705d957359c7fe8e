//! What answers of the operator API must look like.

use serde_json::Value;

use crate::support::Answer;

/// Asserts a problem; returns it.
#[track_caller]
pub fn problem(answer: &Answer, status: u16, slug: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
    let problem = answer.json();
    let kind = problem["type"].as_str().unwrap();
    assert!(kind.ends_with(&format!("/docs/problems/{slug}")), "{}", answer.text);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    assert_eq!(answer.keys()[..5], ["type", "title", "status", "detail", "request_id"]);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
    problem
}

/// Asserts a 403; `rule` is on top.
#[track_caller]
pub fn forbidden(answer: &Answer, rule: &str) -> Value {
    let problem = problem(answer, 403, "forbidden");
    assert_eq!(problem["rule"], rule, "{}", answer.text);
    problem
}

/// Asserts a 400 with exactly these faults: where each is, and its rule.
#[track_caller]
pub fn invalid(answer: &Answer, expected: &[(&str, &str)]) {
    assert_eq!(faults(&problem(answer, 400, "invalid")), owned(expected), "{}", answer.text);
}

/// The places and rules of a problem's `errors`.
pub fn faults(problem: &Value) -> Vec<(String, String)> {
    let place = |fault: &Value| {
        let place = ["pointer", "parameter", "header"].iter().find_map(|member| fault[*member].as_str());
        (place.unwrap().to_owned(), fault["rule"].as_str().unwrap().to_owned())
    };
    problem["errors"].as_array().unwrap().iter().map(place).collect()
}

pub fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(place, rule)| ((*place).to_owned(), (*rule).to_owned())).collect()
}

/// The names of a list of conflicts.
pub fn conflicts(problem: &Value) -> Vec<&str> {
    problem["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|conflict| conflict["field"].as_str().unwrap())
        .collect()
}

/// The texts of a list.
pub fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// Asserts a good answer; returns it.
#[track_caller]
pub fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[track_caller]
pub fn created(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// Asserts a time of the page's one form.
#[track_caller]
pub fn is_time(value: &Value) {
    let text = value.as_str().unwrap();
    let form: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    assert_eq!(form, "0000-00-00T00:00:00.000000Z", "{text}");
}
