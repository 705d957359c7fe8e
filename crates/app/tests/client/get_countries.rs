//! The countries (section 4).

use serde_json::json;

use crate::support::Target;

pub async fn countries_need_no_token(target: &Target) {
    for path in ["/countries", "/v1/countries"] {
        let answer = target.send("GET", path, |request| request).await.json();
        let countries = answer["data"].as_array().unwrap();
        assert_eq!(countries.len(), 249);
        let find = |code: &str| countries.iter().find(|country| country["alpha2"] == code).unwrap();
        assert_eq!(
            (&find("ie")["name"], &find("ie")["client_restricted"]),
            (&json!("Ireland"), &json!(false))
        );
        assert_eq!((&find("ie")["emoji"], &find("kp")["client_restricted"]), (&json!("🇮🇪"), &json!(true)));
    }
}
