//! Another service says what users hold, as long as it does so well and in time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use profile_balances::{RemoteBalances, RemoteBalancesError};
use profile_ports::Balances as _;
use profile_testkit::fixtures::user;

/// A service that answers every request with 200 and `answer`; tells how many there were.
fn service(answer: &'static str) -> (String, Arc<AtomicU32>) {
    service_with("200 OK", answer)
}

/// A service that answers every request with this status line, which may bring headers, and `answer`.
fn service_with(status: &str, answer: &'static str) -> (String, Arc<AtomicU32>) {
    let status = status.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/balances", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&requests);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 1024];
            let length = connection.read(&mut head).unwrap();
            assert!(head[..length].starts_with(b"GET /balances/user_0000000000000"), "the path");
            if answer.is_empty() && status.starts_with("200") {
                thread::sleep(Duration::from_secs(3));
            }
            let length = answer.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            connection.write_all(format!("{head}{answer}").as_bytes()).ok();
        }
    });
    (url, requests)
}

#[tokio::test]
async fn holdings_are_read_and_what_they_have_more_is_ignored() {
    let (url, _) = service(
        r#"[{"symbol":"USDT","name":"Tether","balance":"41.9","price_usd":1e-8,"more":1,"breakdown":{"pending":"1","more":1}}]"#,
    );
    let holdings = RemoteBalances::new(&url).unwrap().holdings_of(&user(1, &[])).await.unwrap();
    assert_eq!(holdings[0].price_usd.unwrap().to_string(), "0.00000001");
    assert_eq!(holdings[0].breakdown.pending.as_str(), "1");
    assert_eq!(holdings[0].breakdown.available.as_str(), "0");
}

#[tokio::test]
async fn what_is_no_list_of_holdings_is_unavailable_and_then_left_alone() {
    for answer in ["{}", r#"[{"symbol":"X","name":"X","balance":"many"}]"#, "no json"] {
        let (url, requests) = service(answer);
        let balances = RemoteBalances::new(&url).unwrap();
        for _ in 0..10 {
            assert_eq!(balances.holdings_of(&user(1, &[])).await.unwrap_err().what, "balances");
        }
        assert_eq!(requests.load(Ordering::SeqCst), 3, "{answer}");
    }
}

#[tokio::test]
async fn a_slow_service_is_given_up() {
    let (url, _) = service("");
    let started = Instant::now();
    RemoteBalances::new(&url).unwrap().holdings_of(&user(1, &[])).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_millis(2500), "before the service answers");
}

#[test]
fn only_web_addresses_can_be_asked() {
    for url in ["", "file:///etc", "balances"] {
        assert!(matches!(RemoteBalances::new(url), Err(RemoteBalancesError::Url)), "{url}");
    }
}

#[tokio::test]
async fn a_user_whom_the_service_does_not_know_is_no_failure_of_the_service() {
    for status in ["400 Bad Request", "403 Forbidden", "404 Not Found", "410 Gone", "422 Unprocessable"] {
        let (url, requests) = service_with(status, "[]");
        let balances = RemoteBalances::new(&url).unwrap();
        for number in 1..=9 {
            assert_eq!(balances.holdings_of(&user(number, &[])).await.unwrap_err().what, "balances");
        }
        assert_eq!(requests.load(Ordering::SeqCst), 9, "{status}: everybody is still asked about");
    }
    let (url, requests) = service_with("500 Internal Server Error", "[]");
    let balances = RemoteBalances::new(&url).unwrap();
    for number in 1..=9 {
        balances.holdings_of(&user(number, &[])).await.unwrap_err();
    }
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn no_redirect_leads_to_another_host() {
    let (target, asked) = service("[]");
    let location = format!("302 Found\r\nLocation: {target}/user_00000000000001");
    let (url, requests) = service_with(&location, "");
    let error = RemoteBalances::new(&url).unwrap().holdings_of(&user(1, &[])).await.unwrap_err();
    assert_eq!((requests.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (1, 0));
    assert!(!format!("{error:?}").contains("user_"), "{error:?}");

    let (url, requests) = service_with("302 Found\r\nLocation: /balances/user_00000000000001/", "[]");
    RemoteBalances::new(&url).unwrap().holdings_of(&user(1, &[])).await.unwrap_err();
    assert_eq!(requests.load(Ordering::SeqCst), 4, "three redirects on the same host");
}

#[tokio::test]
async fn what_is_secret_in_the_address_is_never_shown() {
    let error = RemoteBalances::new("http://hidden:hidden@127.0.0.1:1/balances?hidden=hidden").unwrap();
    let error = error.holdings_of(&user(1, &[])).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
}
