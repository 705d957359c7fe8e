//! How long sessions and links last, by a clock that the tests move.

use std::sync::Arc;

use app::settings::{Flags, Settings};
use profile_domain::operator::{OperatorKey, Role};
use profile_testkit::fixed::FixedClock;
use profile_usecases::{
    Ports,
    console::{
        begin_console_session, create_console_link, end_console_session, find_console_session,
        spend_console_link,
    },
    operator::{NewOperatorKey, NotAdmitted, OPERATOR, create_operator_key, revoke_operator_key},
};

use crate::{
    service::setting,
    support::{in_process, now},
};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Runs a test over the memory adapters, with a clock that stands still until it is moved.
fn with_clock(test: impl AsyncFnOnce(&Ports, &FixedClock)) {
    let folder = tempfile::tempdir().unwrap().keep();
    let settings = Settings::of(Flags::default(), |name| setting(&folder, name)).unwrap();
    let clock = Arc::new(FixedClock::at(now()));
    in_process(&settings, &folder, async |ports| {
        let ports = Ports { clock: Arc::clone(&clock) as _, ..ports.clone() };
        test(&ports, &clock).await;
    });
}

/// A key that lives so long; for ever, if nothing is said.
async fn key(ports: &Ports, seconds: Option<i64>) -> OperatorKey {
    let expires_at = seconds.map(|seconds| ports.clock.now() + chrono::TimeDelta::seconds(seconds));
    let new =
        NewOperatorKey { name: "desk".to_owned(), role: Role::Support, allow_cidrs: Vec::new(), expires_at };
    create_operator_key(ports, OPERATOR, new, None).await.unwrap_or_else(|_| panic!("no key")).key
}

/// Whether the session opens the console now.
async fn opens(ports: &Ports, token: &str) -> bool {
    match find_console_session(ports, token, None).await {
        Ok(_) => true,
        Err(NotAdmitted::Refused) => false,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    with_clock(async |ports, clock| {
        let key = key(ports, None).await;
        let session = begin_console_session(ports, &key).await.unwrap();
        for _ in 0..11 {
            clock.advance(HOUR);
            assert!(opens(ports, &session.token).await);
        }
        clock.advance(HOUR - 1);
        assert!(opens(ports, &session.token).await, "not a second too early");
        clock.advance(1);
        assert!(!opens(ports, &session.token).await);
    });
}

#[test]
fn a_session_ends_with_its_key_and_by_signing_out() {
    with_clock(async |ports, clock| {
        let (short, long) = (key(ports, Some(HOUR)).await, key(ports, None).await);
        let of_short = begin_console_session(ports, &short).await.unwrap();
        let of_long = begin_console_session(ports, &long).await.unwrap();
        let ended = begin_console_session(ports, &long).await.unwrap();
        assert_eq!(Some(of_short.ends_at), short.expires_at);
        end_console_session(ports, &ended.token).await.unwrap();
        clock.advance(HOUR - 1);
        assert!(opens(ports, &of_short.token).await && !opens(ports, &ended.token).await);
        clock.advance(1);
        assert!(!opens(ports, &of_short.token).await && opens(ports, &of_long.token).await);
        let revoked = revoke_operator_key(ports, OPERATOR, &long.id, "left the desk".to_owned(), None).await;
        assert!(revoked.is_ok());
        assert!(!opens(ports, &of_long.token).await);
    });
}

#[test]
fn a_link_ends_after_ten_minutes_and_its_session_with_the_key_of_the_link() {
    with_clock(async |ports, clock| {
        let link = async || {
            create_console_link(ports, "desk".to_owned(), Role::Support)
                .await
                .unwrap_or_else(|_| panic!("no link"))
        };
        let (used, late) = (link().await, link().await);
        clock.advance(10 * MINUTE - 1);
        let session = spend_console_link(ports, &used.token, None).await.unwrap();
        let again = spend_console_link(ports, &used.token, None).await;
        assert!(matches!(again, Err(NotAdmitted::Refused)), "a link is spent once");
        clock.advance(1);
        let refused = spend_console_link(ports, &late.token, None).await;
        assert!(matches!(refused, Err(NotAdmitted::Refused)));
        clock.advance(12 * HOUR - 10 * MINUTE - 1);
        assert!(opens(ports, &session.token).await);
        clock.advance(1);
        assert!(!opens(ports, &session.token).await, "twelve hours after the link was made");
    });
}
