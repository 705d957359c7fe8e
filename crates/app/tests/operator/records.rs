//! Records of every kind (sections 5 and 6; section 15, rows 7, 13 to 15).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{created, invalid, is_time, ok, problem, texts},
    fixtures::{ACCOUNT_NUMBERS, CREATED, PNG, client_with_profile, least, made, make, path_of},
    service::Service,
};
use crate::support::{Answer, families::FILES, members::ACME, people::OWN};

async fn patch(service: &Service, path: &str, fields: Value) -> Answer {
    service.patch(Role::Admin, path, &json!({"fields": fields, "cause": {"reason": "of a test"}})).await
}

async fn end(service: &Service, path: &str) -> Answer {
    service.delete(Role::Admin, &format!("{path}?reason=of%20a%20test")).await
}

pub async fn a_record_has_its_members_in_order(service: &Service) {
    let login = service.family().alone;
    let answer = service.get(Role::Support, &format!("/records/account/{login}")).await;
    let record = ok(&answer);
    let members =
        ["kind", "key", "person", "version", "created_at", "updated_at", "cause", "fields", "withheld"];
    assert_eq!(answer.keys(), members);
    let cause: Vec<&String> = record["cause"].as_object().unwrap().keys().collect();
    assert_eq!(cause, ["actor", "door", "request_id", "reason"]);
    assert_eq!(answer.header("etag"), format!("\"{}\"", record["version"]));
    assert_eq!((&record["key"], &record["cause"]["door"]), (&json!(login.to_string()), &json!("import")));
    assert_eq!(record["cause"]["actor"], "operator");
    let fields: Vec<&String> = record["fields"].as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            &[
                "name",
                "avatar",
                "phone",
                "address",
                "city",
                "state",
                "country",
                "zipcode",
                "user_color",
                "customer_id",
                "email",
                "group",
                "currency",
                "comment",
                "enable",
                "enable_read_only",
                "enable_change_password",
            ][..],
            &ACCOUNT_NUMBERS,
            &["update_time"]
        ]
        .concat()
    );
    let written = service
        .patch(Role::Support, &format!("/records/account/{login}"), &json!({"fields": {"city": "Malmö"}}))
        .await;
    assert_eq!(written.keys(), [&members[..], &["changed"]].concat());
}

pub async fn every_kind_is_created_with_the_least(service: &Service) {
    for kind in CREATED {
        let (key, fields) = least(service, kind).await;
        let path = format!("/records/{kind}/{key}");
        let answer = service.put(Role::Admin, &path, &json!({ "fields": fields })).await;
        let answer = if answer.status == 400 && answer.text.contains("/cause/reason") {
            service
                .put(Role::Admin, &path, &json!({"fields": fields, "cause": {"reason": "of a test"}}))
                .await
        } else {
            answer
        };
        let made = created(&answer);
        assert_eq!((&made["kind"], &made["key"], &made["version"]), (&json!(kind), &json!(key), &json!(1)));
        assert_eq!(
            (answer.header("location"), answer.header("etag")),
            (format!("/operator/v1{path}").as_str(), "\"1\"")
        );
        is_time(&made["created_at"]);
        assert!(made["cause"]["actor"].as_str().unwrap().starts_with("operator:opk_"), "{made}");
        assert_eq!(made["cause"]["door"], "operator");
        assert!(made["changed"].is_array(), "{kind}: {made}");
        let read = ok(&service.get(Role::Admin, &path).await);
        assert_eq!(read["fields"], made["fields"], "{kind}");
        let ended = ok(&end(service, &path).await);
        assert_eq!((&ended["version"], &ended["ended"]), (&json!(2), &json!(true)), "{kind}");
        problem(&service.get(Role::Admin, &path).await, 404, "ended");
    }
}

pub async fn a_patch_merges_and_says_what_changed(service: &Service) {
    let login = service.family().single_account;
    let path = format!("/records/account/{login}");
    let before = service.record("account", login).await;
    let body = json!({"fields": {"city": "Malmö", "address": null, "state": "Skåne"}, "cause": {"reason": "ticket 4711"}});
    let answer = service
        .patch(Role::Support, &format!("{path}?base_version=1"), &body)
        .header("x-request-id", "r-18")
        .await;
    let record = ok(&answer);
    assert_eq!(record["changed"], json!(["city", "state", "update_time"]));
    assert_eq!(record["version"], before["version"].as_i64().unwrap() + 1);
    assert_eq!(
        (&record["cause"]["request_id"], &record["cause"]["reason"]),
        (&json!("r-18"), &json!("ticket 4711"))
    );
    assert_eq!(record["fields"]["name"], before["fields"]["name"]);
    assert_eq!((&record["person"], &record["created_at"]), (&before["person"], &before["created_at"]));
    assert_ne!(record["fields"]["update_time"], before["fields"]["update_time"]);
    for kind in ["application/merge-patch+json", "application/json; charset=utf-8"] {
        let call = service.call(Role::Support, "PATCH", &path).header("content-type", kind);
        ok(&call.json(&json!({"fields": {"city": kind}})).await);
    }
    let user = made(service, "user").await;
    ok(&patch(service, &user, json!({"verification": {"individual": "approved"}})).await);
    let merged = ok(&patch(service, &user, json!({"verification": {"business": "pending"}})).await);
    assert_eq!(merged["fields"]["verification"], json!({"individual": "approved", "business": "pending"}));
    assert_eq!(merged["changed"], json!(["verification.business"]));
}

pub async fn the_same_values_make_no_version(service: &Service) {
    for kind in CREATED {
        let record = make(service, kind).await;
        let path = path_of(&record);
        let same = ok(&patch(service, &path, json!({})).await);
        assert_eq!((&same["version"], &same["changed"]), (&json!(1), &json!([])), "{kind}");
        let changes = ok(&service.get(Role::Admin, &format!("{path}/changes")).await);
        assert_eq!(changes["changes"].as_array().unwrap().len(), 1, "{kind}");
    }
    // A sensitive value always counts as changed.
    let client = client_with_profile(service).await;
    let same =
        ok(&patch(service, &client, json!({"profile": {"tax_identification_number": "IE-7731905"}})).await);
    assert_eq!(same["version"], 2);
    assert!(texts(&same["changed"]).contains(&"profile.tax_identification_number"), "{same}");
}

pub async fn null_clears_takes_the_default_or_is_refused(service: &Service) {
    let (account, user, member) =
        (made(service, "account").await, made(service, "user").await, made(service, "member").await);
    ok(&patch(service, &account, json!({"city": "Lund", "enable": 0, "leverage": 50, "balance": 1.5})).await);
    let cleared = ok(&patch(
        service,
        &account,
        json!({"city": null, "enable": null, "leverage": null, "balance": null, "customer_id": null}),
    )
    .await);
    let fields = &cleared["fields"];
    assert_eq!((&fields["city"], &fields["enable"], &fields["leverage"]), (&json!(""), &json!(1), &json!(0)));
    assert_eq!(fields["balance"].as_f64(), Some(0.0));
    ok(&patch(service, &user, json!({"name": "Nora", "social_links": [], "accounts": [OWN]})).await);
    let cleared = ok(&patch(service, &user, json!({"name": null, "accounts": null})).await);
    assert_eq!((&cleared["fields"]["name"], &cleared["fields"]["accounts"]), (&Value::Null, &json!([])));
    invalid(&patch(service, &user, json!({"username": null})).await, &[("/fields/username", "required")]);
    invalid(
        &patch(service, &member, json!({"given_name": null})).await,
        &[("/fields/given_name", "required")],
    );
    let customer = made(service, "customer").await;
    ok(&patch(service, &customer, json!({"brand": "other"})).await);
    assert_eq!(ok(&patch(service, &customer, json!({"brand": null})).await)["fields"]["brand"], "default");
}

pub async fn a_record_is_created_once(service: &Service) {
    let (key, fields) = least(service, "account").await;
    let path = format!("/records/account/{key}");
    let body = json!({ "fields": fields });
    created(&service.put(Role::Support, &path, &body).await);
    let again = problem(&service.put(Role::Support, &path, &body).await, 412, "precondition_failed");
    assert!(again.get("conflicts").is_none(), "{again}");
    problem(&service.call(Role::Support, "PUT", &path).json(&body).await, 428, "precondition_required");
    for other in ["\"1\"", "x", ""] {
        let answer =
            service.call(Role::Support, "PUT", &path).json(&body).header("if-none-match", other).await;
        assert_eq!(problem(&answer, 400, "invalid")["errors"][0]["header"], "If-None-Match", "{other}");
    }
    let merge = service.call(Role::Support, "PUT", &path).header("if-none-match", "*");
    let merge = merge.header("content-type", "application/merge-patch+json").json(&body);
    problem(&merge.await, 415, "unsupported_media_type");
}

pub async fn a_created_record_keeps_every_field(service: &Service) {
    let number = service.number();
    let customer = json!({"email": "e@example.test", "full_name": "Eva Ek", "first_name": "Eva", "last_name": "Ek", "phone": "+461",
        "status": 3, "enable": 0, "brand": "b", "preferred_language": "sv", "desk": "d", "manager_id": 9});
    let made = service.create("customer", 700_000 + number, customer.clone()).await;
    assert_eq!(made["fields"], customer);
    let account = json!({"name": "Zoë", "avatar": FILES.public, "phone": "+46", "address": "a", "city": "c", "state": "s", "country": "SE",
        "zipcode": "21119", "user_color": "#ffffff", "customer_id": 700_000 + number, "email": "e@example.test", "group": "g",
        "currency": "EUR", "comment": "c", "enable": 0, "enable_read_only": 1, "enable_change_password": 0, "leverage": 50,
        "regdate": 1, "prevbalance": 1.5, "prevmonthbalance": 2.5, "balance": 3.5, "storage": -1.5, "commission": -0.5,
        "credit": 4.5, "margin": 5.5, "margin_free": 6.5, "margin_level": 7.5, "equity": 8.5, "update_time": 1_760_000_000});
    let made = service.create("account", 7_000_000 + number, account.clone()).await;
    assert_eq!(made["fields"], account);
    let user = json!({"username": format!("whole-{number}"), "name": "Nora", "bio": "Maps.", "email": "n@example.test",
        "created_at": "2026-02-11T09:30:00.125000Z", "accounts": [OWN], "verification": {"individual": "approved", "business": null},
        "social_links": [{"website": "x", "url": "https://example.test/n", "username": null, "verified": true}]});
    let made = service.create("user", format!("user_W{number:013}"), user.clone()).await;
    for (name, value) in user.as_object().unwrap() {
        assert_eq!(&made["fields"][name], value, "{name}");
    }
    let member = json!({"language_id": 1, "email": format!("w{number}@example.test"), "given_name": "M", "family_name": "S",
        "display_absolute_time": true, "profile_pic": "https://example.test/p", "admin_roles": [1], "permissions": [2],
        "is_deleted": false, "created": "2025-11-03T08:15:00.000000Z", "created_by": 10_000});
    let made = service.create("member", 700_000 + number, member.clone()).await;
    for (name, value) in member.as_object().unwrap() {
        assert_eq!(&made["fields"][name], value, "{name}");
    }
    let membership = json!({"id": 7_000_000 + number, "role": 3, "status": 1, "last_seen": "2026-05-28T20:20:00.000000Z",
        "groups": [{"id": 11, "is_admin": false}], "brands": [{"brand_id": 31, "role": 1}]});
    let made = service.create("membership", format!("{}:{ACME}", 700_000 + number), membership.clone()).await;
    assert_eq!(made["fields"], membership);
    let business = service
        .create("business", format!("biz_W{number:013}"), json!({"title": "T", "parent_id": OWN}))
        .await;
    assert_eq!(business["fields"], json!({"title": "T", "parent_id": OWN}));
    let app = service
        .create(
            "app",
            format!("app_W{number:013}"),
            json!({"installs": [{"account_id": OWN, "permissions": ["user:profile:update"]}]}),
        )
        .await;
    assert_eq!(
        app["fields"],
        json!({"installs": [{"account_id": OWN, "permissions": ["user:profile:update"]}]})
    );
}

pub async fn persons_are_new_known_or_their_parents(service: &Service) {
    let customer = make(service, "customer").await;
    let (key, _) = least(service, "account").await;
    let id: i64 = customer["key"].as_str().unwrap().parse().unwrap();
    let account = service.create("account", &key, json!({"customer_id": id})).await;
    assert_eq!(account["person"], customer["person"]);
    let other = make(service, "user").await;
    assert_ne!(other["person"], customer["person"]);
    let put = |kind: &str, key: &str, body: Value| {
        service.put(Role::Admin, &format!("/records/{kind}/{key}"), &body)
    };
    let (key, fields) = least(service, "user").await;
    let known = created(&put("user", &key, json!({"person": customer["person"], "fields": fields})).await);
    assert_eq!(known["person"], customer["person"]);
    let (key, fields) = least(service, "user").await;
    let unknown =
        put("user", &key, json!({"person": "00000000-0000-7000-8000-000000000000", "fields": fields})).await;
    invalid(&unknown, &[("/person", "reference")]);
    let (key, _) = least(service, "account").await;
    let both =
        put("account", &key, json!({"person": customer["person"], "fields": {"customer_id": id}})).await;
    invalid(&both, &[("/person", "exclusive")]);
    invalid(
        &put("account", &key, json!({"fields": {"customer_id": 999_999_997}})).await,
        &[("/fields/customer_id", "reference")],
    );
    assert_eq!(make(service, "file").await["person"], Value::Null);
    assert_eq!(make(service, "tenant").await["person"], Value::Null);
    let over = make(service, "override").await;
    let parent = over["key"].as_str().unwrap().split(':').next().unwrap();
    assert_eq!(over["person"], service.record("user", parent).await["person"]);
    problem(
        &put("override", "user_00000000000000:biz_Own00000000000", json!({"fields": {"name": "x"}})).await,
        400,
        "invalid",
    );
    // An account moves to the person of its customer, and stays where it has none any more.
    let alone = made(service, "account").await;
    let moved = ok(&patch(service, &alone, json!({ "customer_id": id })).await);
    assert_eq!(moved["person"], customer["person"]);
    let stays = ok(&patch(service, &alone, json!({"customer_id": null})).await);
    assert_eq!(stays["person"], customer["person"]);
}

pub async fn keys_in_a_path_are_checked_by_put(service: &Service) {
    for path in ["account/abc", "account/070021", "user/x", "file/x", "membership/90", "tenant/x"] {
        let answer = service.put(Role::Admin, &format!("/records/{path}"), &json!({"fields": {}})).await;
        let found = problem(&answer, 400, "invalid");
        let key = &found["errors"][0];
        assert_eq!((&key["parameter"], &key["rule"]), (&json!("key"), &json!("format")), "{path}: {found}");
    }
    problem(&service.put(Role::Admin, "/records/nothing/1", &json!({"fields": {}})).await, 404, "not_found");
}

pub async fn a_referenced_record_cannot_be_ended(service: &Service) {
    let customer = make(service, "customer").await;
    let id: i64 = customer["key"].as_str().unwrap().parse().unwrap();
    let (key, _) = least(service, "account").await;
    let account = path_of(&service.create("account", key, json!({"customer_id": id})).await);
    problem(&end(service, &path_of(&customer)).await, 409, "referenced");
    ok(&end(service, &account).await);
    ok(&end(service, &path_of(&customer)).await);
    let tenant = make(service, "tenant").await;
    let tenant_id: i64 = tenant["key"].as_str().unwrap().parse().unwrap();
    let (brand, _) = least(service, "brand").await;
    let brand = path_of(&service.create("brand", brand, json!({"tenant_id": tenant_id})).await);
    problem(&end(service, &path_of(&tenant)).await, 409, "referenced");
    ok(&end(service, &brand).await);
    ok(&end(service, &path_of(&tenant)).await);
    for path in [
        "/records/language/1",
        "/records/tenant/7",
        "/records/group/11",
        "/records/brand/31",
        "/records/business/biz_Own00000000000",
        "/records/app/app_App00000000000",
    ] {
        problem(&end(service, path).await, 409, "referenced");
    }
}

pub async fn an_ended_record_tells_so_and_begins_anew(service: &Service) {
    let record = make(service, "account").await;
    let path = path_of(&record);
    ok(&patch(service, &path, json!({"city": "Lund"})).await);
    let ended = ok(&end(service, &path).await);
    assert_eq!((&ended["version"], &ended["ended"]), (&json!(3), &json!(true)));
    assert!(ended["fields"].as_object().unwrap().values().all(Value::is_null), "{ended}");
    assert_eq!(ended["cause"]["reason"], "of a test");
    problem(&service.get(Role::Admin, &path).await, 404, "ended");
    problem(&patch(service, &path, json!({"city": "A"})).await, 404, "ended");
    problem(&end(service, &path).await, 404, "ended");
    problem(
        &service
            .post(Role::Admin, &format!("{path}/revert"), &json!({"to_version": 1, "reason": "abc"}))
            .await,
        404,
        "ended",
    );
    problem(&service.get(Role::Admin, &format!("{path}/capabilities")).await, 404, "ended");
    assert_eq!(
        ok(&service.get(Role::Admin, &format!("{path}/changes")).await)["changes"].as_array().unwrap().len(),
        3
    );
    assert_eq!(ok(&service.get(Role::Admin, &format!("{path}?version=2")).await)["fields"]["city"], "Lund");
    problem(&service.get(Role::Admin, &format!("{path}?version=3")).await, 404, "ended");
    let other = make(service, "user").await["person"].clone();
    problem(
        &service.put(Role::Admin, &path, &json!({"person": other, "fields": {}})).await,
        409,
        "key_ended",
    );
    let anew = created(
        &service
            .put(Role::Admin, &path, &json!({"person": record["person"], "fields": {"city": "Ystad"}}))
            .await,
    );
    assert_eq!((&anew["version"], &anew["person"]), (&json!(4), &record["person"]));
    let list = ok(&service
        .get(Role::Admin, &format!("/records?kind=account&person={}", record["person"].as_str().unwrap()))
        .await);
    assert_eq!(list["records"].as_array().unwrap().len(), 1);
    // An unknown record is not an ended one.
    problem(&service.get(Role::Admin, "/records/account/999999996").await, 404, "not_found");
    problem(&end(service, "/records/account/999999996").await, 404, "not_found");
    problem(&service.get(Role::Admin, "/records/account/999999996/changes").await, 404, "not_found");
}

pub async fn parts_of_a_client_come_and_go(service: &Service) {
    let client = client_with_profile(service).await;
    let address = json!({"address_line_1": "14 Quay Row", "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12"});
    let with = ok(&patch(service, &client, json!({ "address": address })).await);
    assert_eq!(with["fields"]["address"]["city"], "Cork");
    assert!(texts(&with["changed"]).contains(&"address.city"), "{with}");
    let tax = json!({"tax_residence": "ie", "tax_identification_number": "IE-1", "is_foreign_taxpayer": false,
        "employment_status": "employed", "financial_assessment": {"occupation": "o", "industry_of_employment": "i"}});
    let with = ok(&patch(
        service,
        &client,
        json!({"tax_information": tax, "financial_assessment": {"occupation": "o"}}),
    )
    .await);
    assert_eq!(with["fields"]["tax_information"]["financial_assessment"]["occupation"], "o");
    assert_eq!(with["fields"]["financial_assessment"]["occupation"], "o");
    let missing = patch(service, &made(service, "client").await, json!({"address": {"city": "Cork"}})).await;
    invalid(
        &missing,
        &[
            ("/fields/address/address_line_1", "required"),
            ("/fields/address/state_province", "required"),
            ("/fields/address/zip_postal_code", "required"),
        ],
    );
    let without = ok(&patch(service, &client, json!({"profile": null, "address": null})).await);
    assert_eq!((&without["fields"]["profile"], &without["fields"]["address"]), (&Value::Null, &Value::Null));
}

pub async fn a_file_is_made_with_its_bytes(service: &Service) {
    let (key, fields) = least(service, "file").await;
    let file = service.create("file", &key, fields).await;
    assert_eq!(
        file["fields"],
        json!({"extension": "png", "scope": 3, "purpose": "account_avatar", "original_name": file["fields"]["original_name"], "file_size": 19})
    );
    let bytes = service.open("GET", &format!("/storage/{key}")).await;
    assert_eq!((bytes.status, bytes.bytes.len()), (200, 19));
    let (key, _) = least(service, "file").await;
    let put = |fields: Value| {
        service.put(Role::Admin, &format!("/records/file/{key}"), &json!({ "fields": fields }))
    };
    invalid(&put(json!({"extension": "png"})).await, &[("/fields/base64", "required")]);
    invalid(&put(json!({"base64": PNG})).await, &[("/fields/extension", "required")]);
    invalid(&put(json!({"extension": "png", "base64": "%"})).await, &[("/fields/base64", "format")]);
    let ended = path_of(&file);
    ok(&end(service, &ended).await);
    let old = file["key"].as_str().unwrap();
    assert_eq!(service.open("GET", &format!("/storage/{old}")).await.status, 404);
}

pub async fn a_password_sets_the_hash_and_is_never_shown(service: &Service) {
    let (key, mut fields) = least(service, "member").await;
    fields["password"] = json!("correct horse");
    let member = service.create("member", &key, fields).await;
    let path = path_of(&member);
    assert!(member["fields"].get("password").is_none(), "{member}");
    assert_eq!(member["fields"]["password_hash"], Value::Null);
    assert!(!member.to_string().contains("correct horse"));
    let again = ok(&patch(service, &path, json!({"password": "correct horse"})).await);
    assert_eq!(
        (&again["version"], texts(&again["changed"]).contains(&"password_hash")),
        (&json!(2), true),
        "{again}"
    );
    let both = patch(service, &path, json!({"password": "correct horse", "password_hash": "x"})).await;
    assert_eq!(problem(&both, 400, "invalid")["errors"][0]["rule"], "exclusive", "{}", both.text);
    let missing =
        service.patch(Role::Privacy, &path, &json!({"fields": {"password": "correct horse"}})).await;
    invalid(&missing, &[("/cause/reason", "required")]);
    // The password opens the tenant contract's change of address.
    let bearer = crate::support::members::bearer(key.parse().unwrap(), None);
    let email = json!({"email": format!("new-{key}@example.test"), "password_validation": "correct horse"});
    let changed = service
        .open("PUT", "/api/sys/v1/account/update_profile")
        .header("authorization", &bearer)
        .json(&email)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

pub async fn a_new_api_key_works_at_the_users_contract(service: &Service) {
    let (key, fields) = least(service, "api_key").await;
    let secret = format!("Bearer {}", fields["secret"].as_str().unwrap());
    let call = || service.open("GET", "/api/v1/users").header("authorization", &secret);
    assert_eq!(call().await.status, 401);
    let made = service.create("api_key", &key, fields.clone()).await;
    assert!(!made.to_string().contains(fields["secret"].as_str().unwrap()));
    let listed = call().await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    let (other, mut same) = least(service, "api_key").await;
    same["secret"] = fields["secret"].clone();
    let taken = service
        .put(
            Role::Admin,
            &format!("/records/api_key/{other}"),
            &json!({"fields": same, "cause": {"reason": "of a test"}}),
        )
        .await;
    assert_eq!(
        problem(&taken, 409, "taken")["errors"],
        json!([{"pointer": "/fields/secret", "rule": "taken"}])
    );
    let path = path_of(&made);
    ok(&patch(service, &path, json!({"secret": "another-secret-of-a-test"})).await);
    assert_eq!(call().await.status, 401);
    ok(&end(service, &path).await);
    let changed =
        service.open("GET", "/api/v1/users").header("authorization", "Bearer another-secret-of-a-test").await;
    assert_eq!(changed.status, 401);
}

pub async fn ending_a_member_ends_its_memberships(service: &Service) {
    let membership = make(service, "membership").await;
    let member = membership["key"].as_str().unwrap().split(':').next().unwrap().to_owned();
    ok(&end(service, &format!("/records/member/{member}")).await);
    problem(&service.get(Role::Admin, &path_of(&membership)).await, 404, "ended");
    let over = make(service, "override").await;
    let user = over["key"].as_str().unwrap().split(':').next().unwrap().to_owned();
    ok(&end(service, &format!("/records/user/{user}")).await);
    problem(&service.get(Role::Admin, &path_of(&over)).await, 404, "ended");
}

pub async fn claims_are_taken_once_and_free_after_the_end(service: &Service) {
    for (kind, field) in [("user", "username"), ("member", "email"), ("tenant", "slug"), ("membership", "id")]
    {
        let (key, fields) = least(service, kind).await;
        let first = path_of(&service.create(kind, key, fields.clone()).await);
        let (key, mut again) = least(service, kind).await;
        again[field] = fields[field].clone();
        let put = || service.put(Role::Admin, &format!("/records/{kind}/{key}"), &json!({ "fields": again }));
        let expected = json!([{"pointer": format!("/fields/{field}"), "rule": "taken"}]);
        assert_eq!(problem(&put().await, 409, "taken")["errors"], expected, "{kind}");
        ok(&end(service, &first).await);
        created(&put().await);
    }
}
