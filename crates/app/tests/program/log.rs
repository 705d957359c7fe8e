//! No token and nothing personal is in the log, whatever its level, nor in metrics and error answers.

use std::fs;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    DATABASE, run,
    support::{Target, clients, customer, members, sign, user},
};

/// Text that stands nowhere else; each place gets its own.
fn canary(place: &str) -> String {
    format!("canary-{place}-7f3a")
}

#[tokio::test]
async fn canaries_stay_out_of_it() {
    let target = Target::binary(DATABASE);
    let family = target.family();
    let tokens = [
        user(family.alone),
        customer(family.double),
        sign(&json!({"type": 0, "login": family.alone, "exp": 1})),
        canary("token"),
    ];
    let fields = ["name", "phone", "address", "city", "state", "country", "zipcode", "user_color"];
    let mut body: Value = fields.iter().map(|field| ((*field).to_owned(), json!(canary(field)))).collect();
    let mut answers = String::new();
    for token in &tokens {
        let sent = [
            body.to_string(),
            json!({"login": canary("login"), "name": canary("wrong")}).to_string(),
            json!({"avatar": canary("avatar")}).to_string(),
            json!({canary("member"): 1, "email": canary("email")}).to_string(),
            format!("{{\"{}", canary("syntax")),
        ];
        for sent in sent {
            let answer = target.put(token, sent).await;
            if answer.status != 200 {
                answers += &answer.text;
            }
        }
        answers += &target.get(&format!("/{}?q={}", canary("path"), canary("query")), token).await.text;
        answers += &target.get(&format!("/storage/{}", canary("file")), token).await.text;
        target.get("/account/me", token).await;
        let part = Part::bytes(canary("bytes").into_bytes()).file_name(format!("{}.png", canary("upload")));
        let form = Form::new().text("purpose", canary("purpose")).part("file", part);
        let refused = target
            .send("POST", "/upload", |request| request.header("authorization", token).multipart(form))
            .await;
        answers += &refused.text;
    }
    let people = target.people();
    let scoped = target.own_token(&people.nora);
    for credential in [scoped.as_str(), &canary("key")] {
        let body = json!({"name": canary("display"), "bio": canary("bio"), "username": canary("user_name")});
        for path in ["/users/me", "/api/v1/users/me?account_id=biz_Own00000000000"] {
            let answer = target
                .send("PATCH", path, |request| {
                    request
                        .header("authorization", format!("Bearer {credential}"))
                        .header("content-type", "application/json")
                        .body(body.to_string())
                })
                .await;
            if answer.status != 200 {
                answers += &answer.text;
            }
        }
    }
    answers += &clients_and_members(&target).await;
    let seal = upload(&target, &scoped).await;
    body["kind"] = json!("account");
    body["login"] = json!(family.alone);
    body["comment"] = json!(canary("comment").repeat(1000));
    fs::write(target.folder.join("rows.ndjson"), body.to_string()).unwrap();
    let import = run(&target.folder, &["import", "rows.ndjson"]);
    answers += &String::from_utf8_lossy(&import.stderr);

    let metrics = target.send("GET", "/metrics", |request| request).await.text;
    assert!(metrics.contains("profile_http_requests_total"), "{metrics}");
    let log = fs::read_to_string(target.folder.join("log")).unwrap();
    assert!(log.contains("answered"), "the log is read from the right place");
    for (place, text) in [("log", &log), ("metrics", &metrics), ("answers", &answers)] {
        let found = text.lines().find(|line| line.contains("canary-"));
        assert_eq!(found, None, "{place}");
        for token in tokens.iter().chain([&scoped]) {
            let signature = token.rsplit('.').next().unwrap();
            assert!(!text.contains(signature), "a token is in the {place}");
        }
    }
    assert!(!log.contains(&seal), "the address of an upload is a credential");
    let personal = [
        "Mirela",
        "O'Neill",
        "IE-7731905",
        "1991-12-03",
        "14 Quay Row",
        "Lindqvist",
        "zoe@example.test",
        "46400000000",
        "Nora Vale",
        "nora@example.test",
    ];
    assert_eq!(log.lines().find(|line| personal.iter().any(|value| line.contains(value))), None);
    assert!(!log.contains(crate::support::SECRET));
}

#[tokio::test]
async fn broken_requests_are_the_clients_errors() {
    let target = Target::binary(DATABASE);
    let mut stream = TcpStream::connect(target.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let log = fs::read_to_string(target.folder.join("log")).unwrap();
    assert_eq!(log.lines().find(|line| line.contains("ERROR")), None);
}

/// Writes canaries through the client and tenant contracts; answers the refusals.
async fn clients_and_members(target: &Target) -> String {
    let mut answers = String::new();
    let client = |body: &Value| {
        let body = body.to_string();
        move |request: reqwest::RequestBuilder| {
            request
                .header("authorization", clients::token(clients::OPEN))
                .header("x-client-id", canary("key"))
                .header("content-type", "application/json")
                .body(body)
        }
    };
    let named = json!({"first_name": canary("first"), "date_of_birth": canary("born"), "tax_identification_number": canary("tax")});
    for (method, path, sent) in [
        ("PUT", "/client/profile", named),
        (
            "PUT",
            "/client/address",
            json!({"address_line_1": canary("street"), "city": canary("town"), "state_province": canary("province"), "zip_postal_code": "1"}),
        ),
        ("GET", "/client/profile", json!(null)),
    ] {
        let answer = target.send(method, path, client(&sent)).await;
        if answer.status != 200 {
            answers += &answer.text;
        }
    }
    let mira = target.members().mira();
    for body in [
        json!({"given_name": canary("given"), "family_name": canary("family")}),
        json!({"email": format!("{}@example.test", canary("mail")), "password_validation": canary("password")}),
        json!({"email": format!("{}@example.test", canary("mail")), "password_validation": members::PASSWORD}),
        json!({"email": canary("no-mail")}),
    ] {
        let answer = target
            .send("PUT", "/api/sys/v1/account/update_profile", |request| {
                request.header("authorization", members::bearer(mira, None)).json(&body)
            })
            .await;
        if answer.status != 200 {
            answers += &answer.text;
        }
    }
    let find = format!("/api/acme/v1/users?search={}", canary("search"));
    target.send("GET", &find, |request| request.header("authorization", members::bearer(mira, None))).await;
    answers
}

/// Announces and sends a file; answers the seal of its address, which is a credential.
async fn upload(target: &Target, scoped: &str) -> String {
    let announced = target
        .send("POST", "/files", |request| {
            request
                .header("authorization", format!("Bearer {scoped}"))
                .header("content-type", "application/json")
                .header("idempotency-key", canary("idempotency"))
                .body(json!({"filename": canary("filename")}).to_string())
        })
        .await
        .json();
    let upload = announced["upload_url"].as_str().unwrap().to_owned();
    let sent = target
        .send("PUT", upload.strip_prefix("http://profile.test").unwrap(), |request| {
            request.header("content-type", "application/octet-stream").body(canary("content"))
        })
        .await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    upload.rsplit('=').next().unwrap().to_owned()
}
