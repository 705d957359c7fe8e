//! Imports: tried first, reported with the faulty lines, refused beside another one, and stopped.

use std::{convert::Infallible, time::Duration};

use futures_util::stream;
use profile_domain::operator::Role;
use reqwest::{
    Body,
    multipart::{Form, Part},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Target, browser::Browser, support::Answer};

const RUN: &str = "/console/imports/run";

/// Sends the form with these rows.
async fn send(browser: &Browser, rows: &str, fields: &[(&'static str, &'static str)]) -> Answer {
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, *value));
    let form = form.part("file", Part::text(rows.to_owned()).file_name("rows.ndjson"));
    let request = browser.request("POST", RUN).header("sec-fetch-site", "same-origin").multipart(form);
    Answer::read(request.send().await.unwrap()).await
}

/// An account, an account with a member that nobody knows, and a line that is no row.
fn rows(number: i64) -> (String, String) {
    let login = (5_500_000 + number).to_string();
    let account = json!({"kind": "account", "login": 5_500_000 + number, "city": "Lund"});
    let unknown = json!({"kind": "account", "login": 5_500_000 + number, "nick": "x"});
    (login, format!("{account}\n{unknown}\n[]\n"))
}

pub async fn a_dry_run_lists_faulty_lines_and_writes_nothing(target: &Target) {
    let _alone = target.importing().await;
    let browser = Browser::of(target, Role::Admin).await;
    let form = browser.page("/console/imports").await;
    assert!(form.contains(r#"name="dry_run" value="on" checked"#), "{form}");
    let (login, rows) = rows(target.number());
    let report = send(&browser, &rows, &[("reason", "moving"), ("dry_run", "on")]).await;
    assert_eq!((report.status, report.header("cache-control")), (200, "no-store"), "{}", report.text);
    for shown in [
        format!("Line 2, <bdi>account {login}</bdi>"),
        "nick: There is no such field.".to_owned(),
        "Line 3".to_owned(),
        "Nothing was written. It would be: imported 1, unchanged 0, failed 2.".to_owned(),
        "</html>".to_owned(),
    ] {
        assert!(report.text.contains(&shown), "{shown}: {}", report.text);
    }
    assert_eq!(target.get(Role::Admin, &format!("/records/account/{login}")).await.status, 404);
}

pub async fn rows_are_imported_and_the_log_says_by_whom_and_why(target: &Target) {
    let _alone = target.importing().await;
    let browser = Browser::of(target, Role::Admin).await;
    let (login, rows) = rows(target.number());
    let report = send(&browser, &rows, &[("reason", "moving")]).await;
    assert!(report.text.contains(">imported 1, unchanged 0, failed 2.<"), "{}", report.text);
    let made = target.record("account", &login).await;
    let root = target.get(Role::Admin, "/").await.json();
    assert_eq!((&made["fields"]["city"], &made["cause"]["door"]), (&json!("Lund"), &json!("import")));
    assert_eq!(made["cause"]["reason"], "moving");
    assert_eq!(made["cause"]["actor"], format!("operator:{}", root["key"]["id"].as_str().unwrap()));
    let again = send(&browser, &rows, &[("reason", "moving")]).await;
    assert!(again.text.contains("imported 0, unchanged 1"), "{}", again.text);
}

/// What is answered to a form that says to be larger than an import may be.
async fn head_of_a_huge_import(target: &Target, browser: &Browser) -> String {
    let host = target.url.trim_start_matches("http://");
    let cookie = browser.cookie.as_deref().unwrap();
    let head = format!(
        "POST {RUN} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1073900000\r\n\r\n"
    );
    let mut line = TcpStream::connect(host).await.unwrap();
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 64];
    let read = line.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

pub async fn an_import_needs_a_file_a_reason_and_an_administrator(target: &Target) {
    let _alone = target.importing().await;
    let browser = Browser::of(target, Role::Admin).await;
    let refused = send(&browser, "", &[("reason", "x")]).await;
    for shown in ["File: choose one", "Reason: At least 3 characters.", r#"value="x""#] {
        assert!(refused.text.contains(shown), "{shown}: {}", refused.text);
    }
    assert!(!refused.text.contains("checked"), "what was chosen stays: {}", refused.text);
    let utf16 = send(&browser, "\u{0}{\u{0}}", &[("reason", "moving")]).await;
    assert!(utf16.text.contains("failed 1") || utf16.text.contains("broke off"), "{}", utf16.text);
    assert_eq!(browser.post(RUN, &[("reason", "moving")]).await.status, 400, "no form with a file");
    assert!(head_of_a_huge_import(target, &browser).await.starts_with("HTTP/1.1 413"));
    for role in [Role::Reader, Role::Support, Role::Privacy] {
        let other = Browser::of(target, role).await;
        let (_, rows) = rows(target.number());
        assert_eq!(other.get("/console/imports").await.status, 403);
        assert_eq!(other.post("/console/imports/stop", &[]).await.status, 403);
        assert_eq!(send(&other, &rows, &[("reason", "moving")]).await.status, 403, "{}", role.name());
    }
}

pub async fn a_second_import_of_a_key_is_refused_and_the_first_can_be_stopped(target: &Target) {
    let _alone = target.importing().await;
    let browser = Browser::of(target, Role::Admin).await;
    let nothing = browser.post("/console/imports/stop", &[]).await;
    assert!(nothing.text.contains("No import of this key runs"), "{}", nothing.text);
    // Rows arrive without an end, so the first import waits for them.
    let (first, waits) = (
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r\"\r\n\r\n{}\n",
        Duration::from_secs(2),
    );
    let pieces = stream::unfold(0, move |piece| async move {
        match piece {
            0 => Some((Ok::<_, Infallible>(first.to_owned()), 1)),
            1 => {
                tokio::time::sleep(waits).await;
                let end =
                    "\r\n--b\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\nmoving\r\n--b--\r\n";
                Some((Ok(end.to_owned()), 2))
            }
            _ => None,
        }
    });
    let request = browser.request("POST", RUN).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "multipart/form-data; boundary=b");
    let running = tokio::spawn(async move {
        Answer::read(request.body(Body::wrap_stream(pieces)).send().await.unwrap()).await
    });
    tokio::time::sleep(waits / 2).await;
    let second = send(&browser, "{}\n", &[("reason", "moving")]).await;
    assert!(second.status == 409 && second.text.contains("one of this key is running"), "{}", second.text);
    let over_the_api = target.call(Role::Admin, "POST", "/imports?reason=moving");
    let over_the_api = over_the_api.body("application/x-ndjson", "").await;
    assert!(
        over_the_api.status == 409 && over_the_api.text.contains("import_running"),
        "{}",
        over_the_api.text
    );
    let stopped = browser.post("/console/imports/stop", &[]).await;
    assert!(
        stopped.text.contains("The import is stopped: imported 0, unchanged 0, failed 1"),
        "{}",
        stopped.text
    );
    let report = running.await.unwrap();
    assert!(report.text.contains("Stopped: imported 0, unchanged 0, failed 1."), "{}", report.text);
    let next = send(&browser, "", &[("reason", "moving")]).await;
    assert_eq!(next.status, 200, "the key may import again");
}
