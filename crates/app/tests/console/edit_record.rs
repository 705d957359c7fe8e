//! Correcting a record: looked at first, saved with a reason, and merged with what others have written.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser};

pub async fn a_correction_is_looked_at_before_it_is_saved(target: &Target) {
    let login = target.family().alone;
    let browser = Browser::of(target, Role::Support).await;
    let (record, edit) =
        (format!("/console/records/account/{login}"), format!("/console/records/account/{login}/edit"));
    let form = browser.page(&edit).await;
    assert!(form.contains(r#"name="f.city" type="text" value="Lund""#), "{form}");
    let typed = [("base", "1"), ("f.city", "Malmö"), ("f.country", "SE"), ("reason", "ticket 4711")];
    let preview = browser.post(&edit, &[&typed[..], &[("step", "preview")]].concat()).await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    for shown in ["Lund", "Malmö", "Nothing is written yet", r#"name="f.city""#] {
        assert!(preview.text.contains(shown), "{}", preview.text);
    }
    // What was not typed over is not sent again.
    assert!(!preview.text.contains(r#"name="f.country""#), "{}", preview.text);
    assert_eq!(target.record("account", login).await["version"], 1);
    let saved = browser.post(&edit, &[&typed[..], &[("step", "save")]].concat()).await;
    assert_eq!((saved.status, saved.header("location")), (303, &*format!("{record}?saved=2")));
    let stored = target.record("account", login).await;
    let root = target.get(Role::Support, "/").await.json();
    assert_eq!(stored["fields"]["city"], "Malmö");
    assert_eq!(stored["cause"]["actor"], format!("operator:{}", root["key"]["id"].as_str().unwrap()));
    assert_eq!(stored["cause"]["door"], "console");
    assert_eq!(stored["cause"]["reason"], "ticket 4711");
    let page = browser.page(&record).await;
    for shown in
        ["Malmö", "through console", "through import", "ticket 4711", root["key"]["id"].as_str().unwrap()]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

pub async fn broken_rules_are_shown_beside_their_fields(target: &Target) {
    let login = target.family().alone;
    let browser = Browser::of(target, Role::Support).await;
    let edit = format!("/console/records/account/{login}/edit");
    let (long, typed) = ("x".repeat(129), "not a number");
    for step in ["preview", "save"] {
        let form =
            [("base", "1"), ("f.city", &*long), ("f.leverage", typed), ("reason", "x"), ("step", step)];
        let answer = browser.post(&edit, &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        for shown in [
            "At most 128 characters.",
            "It must be a whole number, such as 42.",
            "Reason: At least 3 characters.",
            &long,
            typed,
        ] {
            assert!(answer.text.contains(shown), "{shown}: {}", answer.text);
        }
    }
    assert_eq!(target.record("account", login).await["version"], 1);
}

pub async fn others_fields_stay_and_the_same_field_is_shown_twice(target: &Target) {
    let login = target.family().alone;
    let browser = Browser::of(target, Role::Support).await;
    let edit = format!("/console/records/account/{login}/edit");
    let others = json!({"fields": {"city": "Ystad", "state": "Skåne"}});
    assert_eq!(target.patch(Role::Admin, &format!("/records/account/{login}"), &others).await.status, 200);
    // A field that nobody else has written is saved over the version of before.
    let form = [("base", "1"), ("f.city", "Lund"), ("f.state", ""), ("f.zipcode", "22100"), ("step", "save")];
    assert_eq!(browser.post(&edit, &form).await.status, 303);
    let stored = target.record("account", login).await;
    assert_eq!(
        (&stored["fields"]["city"], &stored["fields"]["state"], &stored["fields"]["zipcode"]),
        (&json!("Ystad"), &json!("Skåne"), &json!("22100"))
    );
    let form = [("base", "1"), ("f.city", "Malmö"), ("f.state", ""), ("step", "save")];
    let conflict = browser.post(&edit, &form).await;
    assert_eq!(conflict.status, 200, "{}", conflict.text);
    for shown in [
        "changed it meanwhile, in version 2",
        "“Ystad”",
        r#"value="Malmö""#,
        r#"value="Skåne""#,
        r#"name="base" value="3""#,
    ] {
        assert!(conflict.text.contains(shown), "{shown}: {}", conflict.text);
    }
    let form = [("base", "3"), ("f.city", "Malmö"), ("f.state", "Skåne"), ("step", "save")];
    assert_eq!(browser.post(&edit, &form).await.status, 303);
    assert_eq!(target.record("account", login).await["fields"]["city"], "Malmö");
}
