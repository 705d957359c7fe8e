//! `PUT /account/me` (section 4.1; section 8, rows 1 to 23 and 30 to 37).

use serde_json::{Value, json};

use crate::support::{Answer, FILES, Target, customer, now, user};

/// Each field with its limit.
const LIMITS: [(&str, usize); 9] = [
    ("name", 128),
    ("avatar", 4096),
    ("phone", 64),
    ("address", 256),
    ("city", 128),
    ("state", 128),
    ("country", 128),
    ("zipcode", 32),
    ("user_color", 32),
];

async fn put_json(target: &Target, token: &str, body: Value) -> Answer {
    target.put(token, body.to_string()).await
}

/// Sends each body as the holder of `login`, expects the refusal, and that the account stays as it is.
async fn all_refused(target: &Target, login: i64, bodies: &[String], status: u16, code: &str) {
    let before = target.account(login).await;
    for body in bodies {
        let answer = target.put(&user(login), body.clone()).await;
        assert_eq!(answer.status, status, "{body:.200}: {}", answer.text);
        answer.refused(status, code);
    }
    assert_eq!(target.account(login).await, before);
}

pub async fn an_update_answers_the_whole_profile_in_order(target: &Target) {
    let login = target.family().alone;
    let started = now();
    let body = json!({"login": login, "name": "Zoë L.", "avatar": FILES.public, "phone": "1", "address": "2",
        "city": "Malmö", "state": "3", "country": "4", "zipcode": "5", "user_color": "#1e90ff"});
    let answer = put_json(target, &user(login), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    let updated = answer.json()["update_time"].as_i64().unwrap();
    assert!((started..=now()).contains(&updated));
    let expected = format!(
        "{{\"login\":{login},\"avatar\":\"{}\",\"name\":\"Zoë L.\",\"phone\":\"1\",\"address\":\"2\",\"city\":\"Malmö\",\
         \"state\":\"3\",\"country\":\"4\",\"zipcode\":\"5\",\"user_color\":\"#1e90ff\",\"update_time\":{updated}}}",
        FILES.public
    );
    assert_eq!(answer.text, expected);

    let again = target.put(&user(login), answer.text.clone()).await;
    assert_eq!(again.status, 200, "an answer can be sent back: {}", again.text);
}

pub async fn fields_left_out_keep_their_value(target: &Target) {
    let login = target.family().alone;
    let path = "/account/profile";
    let answer = target
        .send("PUT", path, |request| {
            request
                .header("authorization", user(login))
                .header("content-type", "application/json; charset=utf-8")
                .body(r#"{"city":"Malmö"}"#)
        })
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let account = target.account(login).await;
    assert_eq!(account["city"], "Malmö");
    assert_eq!(account["name"], "Zoë Lindqvist");
    assert_eq!(account["zipcode"], "21119");
    assert_eq!(account["user_color"], "#ffffff");
}

pub async fn bodies_that_are_no_object_are_refused(target: &Target) {
    let login = target.family().alone;
    let deep = format!("{{\"name\":\"A\",\"x\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    let bodies = [
        "",
        "[]",
        "\"x\"",
        "null",
        "1",
        "{\"name\":\"A\"",
        "{\"name\":\"A\"} x",
        "{\"name\":\"A\"}{}",
        "{\"name\":\"A\",}",
        "{'name':'A'}",
        &deep,
    ];
    all_refused(target, login, &bodies.map(str::to_owned), 400, "INVALID_DATA").await;

    let answer = target
        .send("PUT", "/account/me", |request| {
            request
                .header("authorization", user(login))
                .header("content-type", "application/json")
                .body(b"{\"name\":\"\xff\"}".to_vec())
        })
        .await;
    answer.refused(400, "INVALID_DATA");
    let marked = target.put(&user(login), "\u{feff}{\"city\":\"Marked\"}").await;
    assert_eq!(marked.json()["city"], "Marked", "a byte order mark is skipped");
    all_refused(
        target,
        login,
        &["\u{feff}".to_owned(), "\u{feff}\u{feff}{}".to_owned()],
        400,
        "INVALID_DATA",
    )
    .await;
}

pub async fn wrong_members_are_refused_and_nothing_is_written(target: &Target) {
    let login = target.family().alone;
    let mut bodies = vec![
        json!({}),
        json!({ "login": login }),
        json!({"nickname": "x"}),
        json!({"update_time": 1}),
        json!({"name": 5}),
        json!({"name": ["A"]}),
        json!({"name": {}}),
        json!({"city": true}),
        json!({"phone": 35_700_000_000i64}),
        json!({"login": null, "name": "A"}),
        json!({"avatar": {}}),
        json!({"avatar": "a".repeat(4097)}),
    ];
    bodies.extend(LIMITS.map(|(field, _)| json!({ field: null, "update_time": 1 })));
    let forbidden = "group leverage enable enable_read_only balance credit customer_id email password \
        password_investor password_phone enable_change_password enable_otp otp_secret id comment status magic brand \
        currency regdate lastdate last_ip lead_source agent_account prevbalance prevmonthbalance margin margin_free \
        margin_level equity storage commission interestrate taxes";
    for name in forbidden.split_whitespace() {
        bodies.push(json!({ "name": "A", name: 1000 }));
        bodies.push(json!({ "name": "A", name: null }));
    }
    let mut bodies: Vec<String> = bodies.iter().map(Value::to_string).collect();
    bodies.extend(
        [
            r#"{"name":"A","name":"A"}"#,
            r#"{"name":"A","\u006eame":"B"}"#,
            r#"{"name":"A","x":1,"x":1}"#,
            r#"{"name":"\ud800"}"#,
            r#"{"name":"\u0000"}"#,
            r#"{"city":"a\u0000b","name":"A"}"#,
        ]
        .map(str::to_owned),
    );
    all_refused(target, login, &bodies, 400, "INVALID_DATA").await;
}

pub async fn limits_hold_at_and_one_over(target: &Target) {
    let login = target.family().alone;
    for (field, limit) in LIMITS.into_iter().filter(|(field, _)| *field != "avatar") {
        for escaped in ["a", "é", "\\ud83d\\ude00"] {
            let body = |count: usize| format!("{{\"{field}\":\"{}\"}}", escaped.repeat(count));
            let at = target.put(&user(login), body(limit)).await;
            assert_eq!(at.status, 200, "{field} at its limit: {}", at.text);
            assert_eq!(at.json()[field].as_str().unwrap().chars().count(), limit);
            let over = target.put(&user(login), body(limit + 1)).await;
            over.refused(400, "INVALID_DATA");
            assert_eq!(over.json()["message"], format!("{field} is longer than {limit} characters"));
        }
    }
}

pub async fn any_character_but_nul_comes_back(target: &Target) {
    let login = target.family().alone;
    for text in [
        "Robert'); DROP TABLE account;--",
        "<script>alert(1)</script>",
        "%s %00 \\ \" ' ` $1 ${x} {{x}}",
        "\u{1}\u{7f}\u{80}\t\r\n\u{200b}\u{202e}\u{feff}",
        "  outer white space stays  ",
        "e\u{301} is not é",
        "\u{10ffff}\u{fffd}\u{1f600}",
    ] {
        let answer = put_json(target, &user(login), json!({"name": text, "address": text})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["name"], text);
        let account = target.account(login).await;
        assert_eq!((&account["name"], &account["address"]), (&json!(text), &json!(text)));
    }
}

pub async fn empty_text_clears(target: &Target) {
    let login = target.family().alone;
    for (field, _) in LIMITS {
        let answer = put_json(target, &user(login), json!({ field: "" })).await;
        assert_eq!(answer.status, 200, "{field}: {}", answer.text);
        assert_eq!(answer.json()[field], "");
    }
    assert_eq!(target.account(login).await["user_color"], "");
}

pub async fn logins_must_be_plain_integers(target: &Target) {
    let login = target.family().alone;
    let wrong =
        ["\"70021\"", "70021.0", "7e4", "-1", "2147483648", "true", "[1]", "1e400", "99999999999999999999"];
    let bodies = wrong.map(|wrong| format!("{{\"login\":{wrong},\"name\":\"A\"}}"));
    all_refused(target, login, &bodies, 400, "INVALID_DATA").await;
}

pub async fn a_holder_means_the_own_account(target: &Target) {
    let family = target.family();
    let own = put_json(target, &user(family.alone), json!({"login": family.alone, "name": "A"})).await;
    assert_eq!(own.status, 200);
    for other in [family.single_account, 2_147_483_647] {
        let answer = put_json(target, &user(family.alone), json!({"login": other, "name": "B"})).await;
        answer.refused(403, "ACCESS_DENIED");
    }
    assert_eq!(target.account(family.single_account).await["name"], "Zoë Lindqvist");
    let gone = put_json(target, &user(2_147_483_647), json!({"name": "A"})).await;
    gone.refused(404, "RET_NOT_FOUND");
}

pub async fn a_customer_means_one_of_theirs(target: &Target) {
    let family = target.family();
    let update = async |who: i64, login: Option<i64>, name: &str| {
        let body = match login {
            Some(login) => json!({"login": login, "name": name}),
            None => json!({ "name": name }),
        };
        put_json(target, &customer(who), body).await
    };
    let only = update(family.single, None, "A").await;
    assert_eq!((only.status, only.json()["login"].as_i64()), (200, Some(family.single_account)));
    assert_eq!(update(family.single, Some(family.single_account), "A").await.status, 200);
    for login in family.double_accounts {
        assert_eq!(update(family.double, Some(login), "A").await.status, 200);
    }
    update(family.double, None, "B").await.refused(400, "INVALID_DATA");
    update(family.childless, None, "B").await.refused(404, "RET_NOT_FOUND");
    for who in [family.childless, family.single, family.double] {
        update(who, Some(family.alone), "B").await.refused(403, "ACCESS_DENIED");
        update(who, Some(family.blocked_account), "B").await.refused(403, "ACCESS_DENIED");
        update(who, Some(2_147_483_647), "B").await.refused(404, "RET_NOT_FOUND");
    }
    for login in [None, Some(family.alone), Some(2_147_483_647)] {
        update(999_999_999, login, "B").await.refused(404, "RET_NOT_FOUND");
    }
    for login in family.double_accounts {
        assert_eq!(target.account(login).await["name"], "A");
    }
    assert_eq!(target.account(family.alone).await["name"], "Zoë Lindqvist");
}

pub async fn disabled_accounts_and_customers_are_refused(target: &Target) {
    let family = target.family();
    let name = json!({"name": "A"});
    for login in [family.switched_off, family.blocked_account, family.disabled_customers_account] {
        put_json(target, &user(login), name.clone()).await.refused(403, "ACCESS_DENIED");
    }
    for who in [family.disabled, family.blocked] {
        put_json(target, &customer(who), name.clone()).await.refused(403, "ACCESS_DENIED");
    }
    let own = json!({"login": family.disabled_customers_account, "name": "A"});
    put_json(target, &customer(family.disabled), own).await.refused(403, "ACCESS_DENIED");
    let read_only = put_json(target, &user(family.read_only), name).await;
    assert_eq!(read_only.status, 200, "it only stops trading");
}

pub async fn avatars_must_reference_a_public_avatar_file(target: &Target) {
    let login = target.family().alone;
    let (public, legacy) = (FILES.public, FILES.legacy);
    for (avatar, stored) in [
        (public.to_owned(), public.to_owned()),
        (public.to_uppercase(), public.to_owned()),
        (format!("/storage/{public}"), public.to_owned()),
        (legacy.to_owned(), legacy.to_owned()),
        (format!("{legacy}.svg"), format!("{legacy}.svg")),
        (format!("/storage/{}.svg", legacy.to_uppercase()), format!("{legacy}.svg")),
        (String::new(), String::new()),
    ] {
        let answer = put_json(target, &user(login), json!({ "avatar": avatar })).await;
        assert_eq!(answer.status, 200, "{avatar}: {}", answer.text);
        assert_eq!(answer.json()["avatar"], stored);
    }
    let refused = [
        "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6aff".to_owned(),
        FILES.private.to_owned(),
        FILES.odd_scope.to_owned(),
        FILES.document.to_owned(),
        format!("{public}.svg"),
        format!("{public}.png"),
        format!("{legacy}.SVG"),
        format!("{public}."),
        format!("https://example.test/{public}"),
        format!("{}/storage/{public}", target.url),
        format!("//example.test/{public}"),
        "data:image/png;base64,iVBORw0KGgo=".to_owned(),
        format!("/storage//storage/{public}"),
        format!("storage/{public}"),
        format!("/Storage/{public}"),
        format!("../{public}"),
        format!("..%2F{public}"),
        format!("\\{public}"),
        format!(" {public}"),
        format!("{public} "),
        public.replace('-', ""),
        format!("{{{public}}}"),
        format!("urn:uuid:{public}"),
        "not a uuid".to_owned(),
        "a".repeat(4096),
    ];
    let bodies = refused.map(|avatar| json!({"avatar": avatar, "name": "never"}).to_string());
    all_refused(target, login, &bodies, 400, "INVALID_AVATAR").await;
}

pub async fn checks_come_in_the_documented_order(target: &Target) {
    let family = target.family();
    let long = "x".repeat(129);
    let fields_first = json!({"login": family.alone, "name": long});
    put_json(target, &customer(family.single), fields_first).await.refused(400, "INVALID_DATA");
    let fields_before_avatar = json!({"avatar": "nonsense", "name": long});
    put_json(target, &user(family.alone), fields_before_avatar).await.refused(400, "INVALID_DATA");
    let account_before_avatar = json!({"login": family.single_account, "avatar": "nonsense"});
    put_json(target, &user(family.alone), account_before_avatar).await.refused(403, "ACCESS_DENIED");
    let gone_before_avatar = json!({"avatar": "nonsense"});
    put_json(target, &user(2_147_483_647), gone_before_avatar).await.refused(404, "RET_NOT_FOUND");
    target.put("nonsense", "{").await.refused(401, "PERMISSION_DENIED");
    let manager = crate::support::sign(&json!({"type": 1, "exp": now() + 60}));
    target.put(&manager, "{").await.refused(403, "ACCESS_DENIED");
}

pub async fn the_same_values_again_move_only_the_time(target: &Target) {
    let login = target.family().alone;
    let body = json!({"name": "Zoë Lindqvist"});
    let first = put_json(target, &user(login), body.clone()).await.json();
    let second = put_json(target, &user(login), body).await.json();
    assert!(second["update_time"].as_i64() >= first["update_time"].as_i64());
    let without_time = |mut answer: Value| {
        answer["update_time"] = Value::Null;
        answer
    };
    assert_eq!(without_time(first), without_time(second));
}

pub async fn the_content_type_must_be_json(target: &Target) {
    let login = target.family().alone;
    for (kind, status) in [
        (Some("application/json"), 200),
        (Some("application/json; charset=utf-8"), 200),
        (Some("Application/JSON;charset=UTF-8"), 200),
        (Some("text/plain"), 400),
        (Some("application/jsonx"), 400),
        (Some("application/problem+json"), 400),
        (Some("multipart/form-data"), 400),
        (Some(""), 400),
        (None, 400),
    ] {
        let answer = target
            .send("PUT", "/account/me", |request| {
                let request = request.header("authorization", user(login)).body(r#"{"city":"A"}"#);
                kind.into_iter().fold(request, |request, kind| request.header("content-type", kind))
            })
            .await;
        assert_eq!(answer.status, status, "{kind:?}: {}", answer.text);
    }
}

pub async fn large_bodies_are_refused(target: &Target) {
    let login = target.family().alone;
    let body = |length: usize| {
        let empty = r#"{"city":"A","x":""}"#.len();
        format!(r#"{{"city":"A","x":"{}"}}"#, "x".repeat(length - empty))
    };
    let at = target.put(&user(login), body(65_536)).await;
    assert_eq!(at.status, 200, "{}", at.text);
    target.put(&user(login), body(65_537)).await.refused(413, "INVALID_DATA");
    target.put(&user(login), body(1_000_000)).await.refused(413, "INVALID_DATA");

    let pieces = futures_util::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>("x".repeat(1000))));
    let streamed = target
        .send("PUT", "/account/me", |request| {
            request
                .header("authorization", user(login))
                .header("content-type", "application/json")
                .body(reqwest::Body::wrap_stream(pieces))
        })
        .await;
    streamed.refused(413, "INVALID_DATA");
}
