//! When a caller's rights are looked at: before the body, and not again at the commit.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::json;

use crate::{
    DATABASE, run, stdout,
    support::{
        Target,
        members::{ACME, Members, bearer},
    },
};

/// Begins a request of a member, lets `between` happen, and ends it; the answer's status.
fn interrupted(target: &Target, member: i32, between: impl FnOnce()) -> String {
    let address = target.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let body = json!({"given_name": "Late"}).to_string();
    let head = format!(
        "PUT /api/sys/v1/account/update_profile HTTP/1.1\r\nHost: {address}\r\nAuthorization: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bearer(member, Some(ACME)),
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Nothing says that the member was admitted; it takes some milliseconds.
    thread::sleep(Duration::from_secs(1));
    between();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn a_request_that_was_admitted_is_completed_although_the_right_ends() {
    let target = Target::binary(DATABASE);
    let attempts = 5;
    for attempt in 1..=attempts {
        let member = target.members().mira();
        let row = json!({"kind": "member", "id": member, "email": Members::email(member), "given_name": "Mira",
            "tenants": [{"id": member, "tenant_id": ACME, "role": 3, "status": 2}]});
        fs::write(target.folder.join("rows.ndjson"), row.to_string()).unwrap();
        let status = interrupted(&target, member, || {
            let output = run(&target.folder, &["import", "rows.ndjson"]);
            assert_eq!(stdout(&output), "imported 1, unchanged 0, failed 0\n");
        });
        let next = target
            .send("GET", "/api/sys/v1/account/get_profile", |request| {
                request.header("authorization", bearer(member, Some(ACME)))
            })
            .await;
        assert_eq!(next.status, 403, "the next request is refused");
        if status == "200" {
            return;
        }
        // On a busy machine the member may not have been admitted in time, or the body may have come too late.
        assert!(attempt < attempts && (status == "403" || status == "408"), "{status}");
    }
}
