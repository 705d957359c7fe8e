//! Updates of different fields at the same time never undo each other (section 3).

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Target, user};

pub async fn updates_of_different_fields_all_survive(target: &Target) {
    let login = target.family().alone;
    let fields = ["name", "phone", "address", "city", "state", "country", "zipcode", "user_color"];
    for round in 0..4 {
        let updates = fields.map(|field| {
            let body = json!({ field: format!("{field} {round}") }).to_string();
            async move { target.put(&user(login), body).await }
        });
        for answer in join_all(updates).await {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        let account = target.account(login).await;
        for field in fields {
            assert_eq!(account[field], format!("{field} {round}"));
        }
    }
}

/// They take turns, so that none of them has to give up.
pub async fn many_updates_of_one_account_at_once_are_all_accepted(target: &Target) {
    let login = target.family().alone;
    let token = user(login);
    let client = Target::client();
    let updates = (0..400).map(|number| {
        let request = client.put(format!("{}/account/me", target.url)).header("authorization", &token);
        let body = json!({ "city": format!("city {number}") });
        async move { request.json(&body).send().await.unwrap().status() }
    });
    assert!(join_all(updates).await.iter().all(|status| *status == 200));
    assert!(target.account(login).await["city"].as_str().unwrap().starts_with("city "));
}
