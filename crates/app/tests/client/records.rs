//! The other records (section 4; section 8, rows 16, 17, 23 and 27 to 34).

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{
    call::{but, fresh_sub, get, item, profile, refused, send, token, without},
    support::{Answer, EXCLUSION_KEY, Target},
};

pub async fn an_address_is_made_and_replaced(target: &Target) {
    let token = token(&fresh_sub());
    let body = json!({"address_line_1": " 14 Quay Row ", "address_line_2": "", "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12 X4Y7"});
    refused(
        &send(target, "PUT", "/client/address", &token, &body).await,
        404,
        "NotFound",
        &["No client address exists yet."],
    );
    let made = item(&send(target, "POST", "/client/address", &token, &body).await);
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "client_id",
            "address_line_1",
            "address_line_2",
            "state_province",
            "city",
            "zip_postal_code",
            "staff_identifier",
            "reason",
            "created_time",
            "updated_time"
        ]
    );
    assert_eq!((&made["address_line_1"], &made["address_line_2"]), (&json!("14 Quay Row"), &Value::Null));
    refused(
        &send(target, "POST", "/client/address", &token, &body).await,
        409,
        "Conflict",
        &["A client address"],
    );
    let profile = item(&send(target, "POST", "/client/profile", &token, &profile()).await);
    assert_eq!((&profile["address_id"], &profile["client_id"]), (&made["id"], &made["client_id"]));
    let moved = but(but(body.clone(), "city", json!("Galway")), "address_line_2", json!("Floor 2"));
    let moved = item(&send(target, "PUT", "/client/address", &token, &moved).await);
    assert_eq!(
        (&moved["id"], &moved["city"], &moved["reason"]),
        (&made["id"], &json!("Galway"), &Value::Null)
    );
    assert!(moved["updated_time"].as_str().unwrap() > made["created_time"].as_str().unwrap());
    assert_eq!(item(&get(target, "/client/address", &token).await), moved);

    let all = send(
        target,
        "PUT",
        "/client/address",
        &token,
        &json!({"address_line_2": 5, "zip_postal_code": "a_b"}),
    )
    .await;
    let messages = [
        "address_line_1 is required",
        "address_line_2 is invalid: ",
        "state_province is required",
        "city is required",
        "zip_postal_code is invalid: ",
    ];
    refused(&all, 400, "ValidationError", &messages);
    for (field, limit) in
        [("address_line_1", 100), ("address_line_2", 100), ("city", 100), ("zip_postal_code", 20)]
    {
        let longest = but(body.clone(), field, json!("9".repeat(limit)));
        assert_eq!(send(target, "PUT", "/client/address", &token, &longest).await.status, 200, "{field}");
        let longer = but(body.clone(), field, json!("9".repeat(limit + 1)));
        let answer = send(target, "PUT", "/client/address", &token, &longer).await;
        refused(&answer, 400, "ValidationError", &[&format!("{field} is invalid: ")]);
    }
}

pub async fn tax_information_is_a_record_of_its_own(target: &Target) {
    let token = token(&fresh_sub());
    let before = item(&send(target, "POST", "/client/profile", &token, &profile()).await);
    let body = json!({"tax_residence": "de", "tax_identification_number": " DE-1 ", "is_foreign_taxpayer": false, "employment_status": "retired",
        "financial_assessment": {"occupation": "surveyor", "industry_of_employment": "construction"}});
    refused(
        &send(target, "PUT", "/client/tax-information", &token, &body).await,
        404,
        "NotFound",
        &["No tax information"],
    );
    let made = item(&send(target, "POST", "/client/tax-information", &token, &body).await);
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "client_id",
            "employment_status",
            "tax_residence",
            "tax_identification_number",
            "is_foreign_taxpayer",
            "financial_assessment",
            "schema_version",
            "created_time",
            "updated_time",
            "account_opening_reason"
        ]
    );
    assert_eq!((&made["tax_identification_number"], &made["schema_version"]), (&json!("DE-1"), &json!(1)));
    assert_eq!(made["financial_assessment"], body["financial_assessment"]);
    assert_eq!(item(&get(target, "/client/profile", &token).await), before);
    refused(
        &send(target, "POST", "/client/tax-information", &token, &body).await,
        409,
        "Conflict",
        &["Tax information"],
    );
    let foreign = but(body.clone(), "is_foreign_taxpayer", json!(true));
    let replaced = item(&send(target, "PUT", "/client/tax-information", &token, &foreign).await);
    assert_eq!(
        (&replaced["is_foreign_taxpayer"], &replaced["created_time"]),
        (&json!(true), &made["created_time"])
    );
    assert_eq!(item(&get(target, "/client/tax-information", &token).await), replaced);

    let put = async |body: Value| send(target, "PUT", "/client/tax-information", &token, &body).await;
    for flag in [json!("false"), json!(0), json!("")] {
        refused(
            &put(but(body.clone(), "is_foreign_taxpayer", flag)).await,
            400,
            "ValidationError",
            &["is_foreign_taxpayer is invalid: "],
        );
    }
    let occupation = but(body.clone(), "financial_assessment", json!({"industry_of_employment": "x"}));
    refused(&put(occupation).await, 400, "ValidationError", &["financial_assessment.occupation is required"]);
    let object = but(body.clone(), "financial_assessment", json!(""));
    refused(&put(object).await, 400, "ValidationError", &["financial_assessment is invalid: "]);
    let all = [
        "tax_residence is required",
        "tax_identification_number is required",
        "is_foreign_taxpayer is required",
        "employment_status is required",
        "financial_assessment is required",
    ];
    refused(&put(json!({})).await, 400, "ValidationError", &all);
}

pub async fn an_assessment_is_written_and_read_at_two_paths(target: &Target) {
    let token = token(&fresh_sub());
    let (write, read) = ("/v1/client/financial-assessment", "/v1/client/financial-assessment-results");
    let body = json!({"estimated_net_worth": "$25,001 - $50,000", "occupation": "Specialist", "source_of_wealth": "Investments and Dividends ",
        "net_annual_income": "$10,001 - $25,000", "primary_source_of_funds_for_trading": "Manufacturing, Mining & Construction"});
    let update = json!({"industry_of_employment": "it", "net_annual_income": "AED 1", "employer_name": "Us", "education_level": "phd",
        "estimated_net_worth": "AED 2", "source_of_wealth": "work", "regular_expense": "AED 3"});
    refused(
        &send(target, "PUT", write, &token, &update).await,
        404,
        "NotFound",
        &["No financial assessment"],
    );
    refused(&get(target, read, &token).await, 404, "NotFound", &["No financial assessment"]);
    let made = item(&send(target, "POST", write, &token, &body).await);
    assert_eq!(made["data"]["source_of_wealth"], "Investments and Dividends");
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["client_id", "data", "created_time", "updated_time"]);
    refused(&send(target, "POST", write, &token, &body).await, 409, "Conflict", &["A financial assessment"]);
    let wrong = but(body.clone(), "estimated_net_worth", json!("Over $500000"));
    refused(
        &send(target, "POST", write, &token, &wrong).await,
        400,
        "ValidationError",
        &["estimated_net_worth is invalid: "],
    );
    let updated = item(&send(target, "PUT", write, &token, &update).await);
    assert_eq!(updated, update);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&updated), names(&update), "in the documented order");
    let shown = item(&get(target, read, &token).await);
    assert_eq!(
        names(&shown),
        [
            "client_id",
            "occupation",
            "source_of_wealth",
            "net_annual_income",
            "estimated_net_worth",
            "primary_source_of_funds_for_trading"
        ]
    );
    assert_eq!((&shown["occupation"], &shown["net_annual_income"]), (&json!("Specialist"), &json!("AED 1")));
    let answer = get(target, write, &token).await;
    refused(&answer, 405, "MethodNotAllowed", &["The path is known"]);
    assert_eq!(answer.header("allow"), "POST, PUT");
    let missing = send(target, "PUT", write, &token, &without(update, "employer_name")).await;
    refused(&missing, 400, "ValidationError", &["employer_name is required"]);
}

pub async fn terms_are_accepted_once(target: &Target) {
    let token = token(&fresh_sub());
    let accepted = target
        .send("POST", "/client/tnc", |request| request.header("authorization", &token).body("any body"))
        .await;
    let accepted = item(&accepted);
    let keys: Vec<&String> = accepted.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["client_id", "version_id", "created_time", "updated_time"]);
    assert_eq!((&accepted["version_id"], &accepted["updated_time"]), (&json!(1), &Value::Null));
    refused(
        &send(target, "POST", "/client/tnc", &token, &Value::Null).await,
        409,
        "Conflict",
        &["An acceptance"],
    );
}

pub async fn a_picture_is_uploaded_and_replaced(target: &Target) {
    let token = token(&fresh_sub());
    let picture = |format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(3, 2).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let upload = async |form: Form| -> Answer {
        target
            .send("POST", "/client/profile/picture", |request| {
                request.header("authorization", &token).header("x-client-id", EXCLUSION_KEY).multipart(form)
            })
            .await
    };
    let part = |bytes: Vec<u8>| Part::bytes(bytes).file_name("me.png");
    let mut before = String::new();
    for format in [image::ImageFormat::Png, image::ImageFormat::Jpeg] {
        let url = item(&upload(Form::new().part("file", part(picture(format)))).await);
        let path = url.as_str().unwrap().strip_prefix("http://profile.test").unwrap().to_owned();
        assert_eq!(target.send("GET", &path, |request| request).await.status, 200);
        if !before.is_empty() {
            assert_eq!(target.send("GET", &before, |request| request).await.status, 404, "replaced");
        }
        before = path;
    }
    let png = picture(image::ImageFormat::Png);
    let gif = picture(image::ImageFormat::Gif);
    for (form, message) in [
        (Form::new(), "file is required"),
        (Form::new().text("purpose", "x"), "file is invalid: "),
        (Form::new().part("file", part(png.clone())).part("file", part(png.clone())), "file is invalid: "),
        (Form::new().part("file", part(b"text".to_vec())), "file is invalid: "),
        (Form::new().part("file", part(gif)), "file is invalid: "),
        (Form::new().part("file", part(png[..30].to_vec())), "file is invalid: "),
    ] {
        let answer = upload(form).await;
        // A form without parts is damaged.
        let message = if message == "file is required" && answer.text.contains("body") {
            "body is invalid: "
        } else {
            message
        };
        refused(&answer, 400, "ValidationError", &[message]);
    }
    let mut photo = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([u8::try_from((x * y) % 256).unwrap(), 90, 160]))
        .write_to(&mut photo, image::ImageFormat::Jpeg)
        .unwrap();
    let photo = photo.into_inner();
    let cut = upload(Form::new().part("file", part(photo[..photo.len() / 2].to_vec()))).await;
    refused(&cut, 400, "ValidationError", &["file is invalid: expected a JPEG or PNG image"]);
    let mut many = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(10_000, 5_001).write_to(&mut many, image::ImageFormat::Png).unwrap();
    let many = upload(Form::new().part("file", part(many.into_inner()))).await;
    refused(&many, 400, "ValidationError", &["file is invalid: the picture has more than 50 megapixels"]);
    let large = Form::new().part("file", part(vec![0; 6 * 1024 * 1024]));
    refused(&upload(large).await, 413, "PayloadTooLarge", &["The body is too large."]);
    assert_eq!(target.send("GET", &before, |request| request).await.status, 200, "the old one stays");
}

pub async fn nothing_is_there_before_it_is_made(target: &Target) {
    let token = token(&fresh_sub());
    for path in ["profile", "address", "tax-information", "financial-assessment-results"] {
        refused(&get(target, &format!("/client/{path}"), &token).await, 404, "NotFound", &["No "]);
    }
    for path in ["accounts", "status", "login-history"] {
        assert_eq!(get(target, &format!("/client/{path}"), &token).await.json()["data"], json!([]));
    }
    let balance = item(&get(target, "/client/total-balance", &token).await);
    assert_eq!(
        balance,
        json!({"total_balance": {"amount": "0.00", "currency": "USD"}, "wallets": [], "accounts": []})
    );
    let status = item(&get(target, "/client/system-status", &token).await);
    assert_eq!(status, json!({"client_id": null, "statuses": ["enabled"]}));
}

pub async fn onboarding_follows_the_records(target: &Target) {
    let token = token(&fresh_sub());
    let onboarding = async || item(&get(target, "/client/onboarding-status", &token).await);
    let none = onboarding().await;
    assert_eq!((&none["client_id"], &none["status"]), (&Value::Null, &json!("not_started")));
    assert!(none["steps"].as_object().unwrap().values().all(|step| step == false));
    item(&send(target, "POST", "/client/tnc", &token, &Value::Null).await);
    let some = onboarding().await;
    assert_eq!((&some["status"], &some["steps"]["tnc"]), (&json!("in_progress"), &json!(true)));
    for (path, body) in [
        ("profile", profile()),
        (
            "address",
            json!({"address_line_1": "1", "state_province": "BR-SP", "city": "X", "zip_postal_code": "1"}),
        ),
        (
            "tax-information",
            json!({"tax_residence": "ie", "tax_identification_number": "1", "is_foreign_taxpayer": true, "employment_status": "student",
            "financial_assessment": {"occupation": "nurse", "industry_of_employment": "medical"}}),
        ),
        (
            "financial-assessment",
            json!({"estimated_net_worth": "Over $500,000", "occupation": "x", "source_of_wealth": "Business",
            "net_annual_income": "Less than $10,000", "primary_source_of_funds_for_trading": "Gaming or Casino"}),
        ),
    ] {
        item(&send(target, "POST", &format!("/client/{path}"), &token, &body).await);
    }
    assert_eq!(onboarding().await["status"], "completed");
}
