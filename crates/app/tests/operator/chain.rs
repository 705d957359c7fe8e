//! The chain of digests, checked as somebody outside would (section 12).

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::ok,
    fixtures::{CREATED, client_with_profile, made},
    service::Service,
};

/// The check of the page, which reads changes newest first, one list a line.
const CHECK: &str = r#"
import hashlib, json, struct, sys
H = lambda b: hashlib.sha256(b).digest()
def item(t): return b"\xff" * 4 if t is None else struct.pack(">I", len(t.encode())) + t.encode()
def commitment(salt, n, text): return H(bytes.fromhex(salt) + struct.pack(">I", n) + text.encode()).hex()
def digest(before, c):
    k, x = c["cause"], c["chain"]
    head = ["profile-change-1", before, c["id"], c["kind"], c["key"], x["root"], c["person"], str(c["version"]), c["at"],
            k["actor"], k["door"], k["request_id"], x["reason"], "true" if c["ended"] else "false"]
    return H(b"".join(map(item, head + [t for f in x["fields"] for t in (f["field"], f["old"], f["new"])]))).hex()
for line in sys.stdin:
    before = "0" * 64
    for c in reversed(json.loads(line)):
        x = c["chain"]
        assert [f["field"] for f in x["fields"]] == [f["field"] for f in c["fields"]], c
        assert digest(before, c) == c["digest"], ("digest", c)
        before = c["digest"]
        if x["salt"] is None: continue
        assert len(x["salt"]) == 32, c
        if c["cause"]["reason"] is None: assert x["reason"] is None, c
        else: assert commitment(x["salt"], 0, c["cause"]["reason"]) == x["reason"], ("reason", c)
        for i, (f, shown) in enumerate(zip(x["fields"], c["fields"])):
            assert commitment(x["salt"], 2 * i + 1, f["old_text"]) == f["old"], ("old", f)
            assert commitment(x["salt"], 2 * i + 2, f["new_text"]) == f["new"], ("new", f)
            if f["field"] in c["withheld"]: continue
            assert json.loads(f["old_text"]) == shown["old"] and json.loads(f["new_text"]) == shown["new"], (f, shown)
"#;

/// Runs the check of the page over histories, each newest first.
fn check(histories: &[Value]) {
    let mut python = Command::new("python3")
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: Vec<String> = histories.iter().map(Value::to_string).collect();
    python.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn history(service: &Service, role: Role, path: &str) -> Value {
    ok(&service.get(role, &format!("{path}/changes?include=chain&limit=200")).await)["changes"].clone()
}

pub async fn the_digests_of_every_kind_verify(service: &Service) {
    let mut histories = Vec::new();
    for kind in CREATED {
        let path = made(service, kind).await;
        let name = if kind == "account" { "city" } else { "name" };
        service
            .patch(
                Role::Admin,
                &path,
                &json!({"fields": {name: "Zoë \"\\ \u{1}\u{2028}🙂"}, "cause": {"reason": "Größe\nzwei"}}),
            )
            .await;
        ok(&service.delete(Role::Admin, &format!("{path}?reason=of%20a%20test")).await);
        histories.push(history(service, Role::Admin, &path).await);
    }
    check(&histories);
}

pub async fn numbers_are_hashed_with_all_their_digits(service: &Service) {
    let account = made(service, "account").await;
    for balance in [json!(0.1), json!(1e21), json!(-0.5), json!(123_456_789.123_456_7), json!(1e-7), json!(5)]
    {
        ok(&service
            .patch(
                Role::Support,
                &account,
                &json!({"fields": {"balance": balance, "regdate": 9_007_199_254_740_993_i64}}),
            )
            .await);
    }
    check(&[history(service, Role::Support, &account).await]);
}

pub async fn sensitive_values_are_hashed_as_digests(service: &Service) {
    let client = client_with_profile(service).await;
    let history = history(service, Role::Privacy, &client).await;
    check(std::slice::from_ref(&history));
    let field = history[0]["chain"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["field"] == "profile.date_of_birth")
        .unwrap();
    let text: Value = serde_json::from_str(field["new_text"].as_str().unwrap()).unwrap();
    assert_eq!(text.as_object().unwrap().keys().collect::<Vec<_>>(), ["digest"]);
}

pub async fn a_reader_verifies_digests_without_salt_and_texts(service: &Service) {
    let account = made(service, "account").await;
    ok(&service
        .patch(Role::Support, &account, &json!({"fields": {"city": "A"}, "cause": {"reason": "of a test"}}))
        .await);
    let history = history(service, Role::Reader, &account).await;
    check(std::slice::from_ref(&history));
    for change in history.as_array().unwrap() {
        assert_eq!(change["chain"]["salt"], Value::Null);
        assert!(
            change["chain"]["fields"]
                .as_array()
                .unwrap()
                .iter()
                .all(|field| field["old_text"].is_null() && field["new_text"].is_null())
        );
    }
    let keys: Vec<&String> = history[0]["chain"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["root", "salt", "reason", "fields"]);
}
