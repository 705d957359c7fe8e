//! The languages (sections 4 and 9).

use serde_json::json;

use crate::{
    call::{get, list, refused},
    support::{
        Target,
        members::{ACME, bearer},
    },
};

pub async fn languages_are_listed(target: &Target) {
    let members = target.members();
    let all = list(&get(target, "/api/sys/v1/languages", &bearer(members.deactive(), Some(ACME))).await);
    let english = json!({"id": 1, "name": "English", "code": "en", "icon": null, "icon_sqare": null});
    let norsk = json!({"id": 2, "name": "Norsk", "code": "nb", "icon": null, "icon_sqare": null});
    assert_eq!(all, json!({"data": [english, norsk], "errors": [], "total_count": 2, "page": 1, "take": 25}));
    let second =
        list(&get(target, "/api/sys/v1/languages?take=1&page=2", &bearer(members.mira(), None)).await);
    assert_eq!(
        (&second["data"], &second["total_count"], &second["take"]),
        (&json!([norsk]), &json!(2), &json!(1))
    );
    refused(
        &get(target, "/api/sys/v1/languages", &bearer(members.deleted(), None)).await,
        403,
        &[("USER_DELETED", "")],
    );
}
