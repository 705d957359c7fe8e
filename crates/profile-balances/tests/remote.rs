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

/// A service that answers every request with `answer`; tells how many there were.
fn service(answer: &'static str) -> (String, Arc<AtomicU32>) {
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
            assert!(head[..length].starts_with(b"GET /balances/user_00000000000001 "), "the path");
            if answer.is_empty() {
                thread::sleep(Duration::from_secs(3));
            }
            let length = answer.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
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
