//! Import rows with every member of their kind, in the form in which an export has them.

use serde_json::{Value, json};

use super::{
    members::{ACME, OTHER},
    people::{APP, CHILD, OWN},
};

/// The rows as the lines of a file.
pub fn lines(rows: &[Value]) -> String {
    rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

/// What the rows of a person refer to.
pub fn references() -> Vec<Value> {
    let permissions = json!(["user:profile:update", "user:email:read"]);
    vec![
        json!({"kind": "business", "id": CHILD, "title": "Child \"1\"", "parent_id": OWN}),
        json!({"kind": "business", "id": OWN, "title": "Own"}),
        json!({"kind": "language", "id": 1, "name": "English", "code": "en", "icon": "en.png", "icon_sqare": "en-2.png"}),
        json!({"kind": "tenant", "id": ACME, "slug": "acme", "name": "Acme"}),
        json!({"kind": "tenant", "id": OTHER, "slug": "other", "name": ""}),
        json!({"kind": "app", "id": APP, "installs": [{"account_id": OWN, "permissions": permissions}]}),
        json!({"kind": "brand", "id": 31, "tenant_id": ACME, "name": "North"}),
        json!({"kind": "group", "id": 11, "tenant_id": ACME, "name": "Support"}),
    ]
}

/// Rows of one person, of each kind that belongs to persons: those of the number, which no other person has. Files have their
/// bytes in the row.
pub fn person(number: i64, tag: &str) -> Vec<Value> {
    let mut rows = vec![customer(number, tag)];
    rows.push(file(number, tag));
    rows.push(account(number, &json!({"login": 9_500_000 + number, "person": tag})));
    rows.push(account(number, &json!({"login": 9_600_000 + number, "customer_id": 9_500_000 + number})));
    rows.extend([user(number, tag), client(number, tag), member(number, tag)]);
    rows
}

fn customer(number: i64, tag: &str) -> Value {
    json!({
        "kind": "customer", "customer_id": 9_500_000 + number, "email": format!("full{number}@example.test"),
        "full_name": "Zoë \"Full\" Lindqvist", "first_name": "Zoë", "last_name": "Lindqvist", "phone": "+46 40 000000",
        "status": 2, "enable": 0, "brand": "north", "preferred_language": "sv", "desk": "a\\b", "manager_id": 4, "person": tag,
    })
}

fn account(number: i64, owner: &Value) -> Value {
    let mut row = json!({
        "kind": "account", "name": format!("Zoë {number}"), "avatar": file_uuid(number), "phone": "+46400000000",
        "address": "Kajen 1\nU+1F600: \u{1f600}", "city": "Lund", "state": "Skåne", "country": "SE", "zipcode": "21119",
        "user_color": "#ffffff", "email": "zoe@example.test", "group": "PRO-2", "currency": "EUR", "comment": "none",
        "enable": 0, "enable_read_only": 1, "enable_change_password": 0, "leverage": 50, "regdate": 1_750_000_000,
        "prevbalance": 900.5, "prevmonthbalance": 0.1, "balance": 1e300, "storage": -1.5, "commission": -0.7,
        "credit": 5e-324, "margin": 100.0, "margin_free": 808.05, "margin_level": 908.05, "equity": 0.300_000_000_000_000_04,
        "update_time": 1_760_000_000,
    });
    row.as_object_mut().unwrap().extend(owner.as_object().unwrap().clone());
    row
}

/// The file of the person with this number.
pub fn file_uuid(number: i64) -> String {
    format!("2d5c1f0e-7a44-4c0b-9b6f-{number:012x}")
}

pub fn file(number: i64, tag: &str) -> Value {
    // The signature of a PNG and a line of text.
    json!({"kind": "file", "uuid": file_uuid(number), "extension": "png", "scope": 3, "purpose": "account_avatar",
        "base64": "iVBORw0KGgpzb21lIHBpeGVscw==", "person": tag})
}

fn user(number: i64, tag: &str) -> Value {
    let link = json!({"website": "x", "url": "https://example.test/n", "username": "nora", "verified": true});
    let breakdown = json!({"available": "40.9", "pending": "1", "reserve": "0.5", "in_transit": "2",
        "pending_settlements": [{"amount": "3.25", "date": "2026-03-01"}]});
    json!({
        "kind": "user", "id": format!("user_F{number:013}"), "username": format!("full-{number}"), "name": "Nora Vale",
        "bio": "Maps.\nMore maps.", "email": "nora@example.test", "created_at": "2026-02-11T09:30:00.125Z",
        "accounts": [OWN, CHILD], "overrides": [{"account_id": OWN, "name": "Nora at Own"}],
        "verification": {"individual": "pending", "business": "approved"}, "social_links": [link],
        "holdings": [{"symbol": "USDT", "name": "Tether", "balance": "41.9", "price_usd": 1.25,
            "icon_url": "https://example.test/i.png", "breakdown": breakdown}],
        "person": tag,
    })
}

fn member(number: i64, tag: &str) -> Value {
    json!({
        "kind": "member", "id": 9_500_000 + number, "email": format!("full{number}@example.test"), "given_name": "Mira",
        "family_name": "Solberg", "language_id": 1, "display_absolute_time": true, "profile_pic": "https://example.test/p.png",
        "admin_roles": [1, 2], "permissions": [5, 4], "is_deleted": false, "created": "2025-11-03T08:15:00Z", "created_by": 3,
        "tenants": [
            {"id": 9_500_000 + number, "tenant_id": ACME, "role": 1, "status": 1, "last_seen": "2026-05-28T20:20:00.250Z",
                "groups": [{"id": 11, "is_admin": true}], "brands": [{"brand_id": 31, "role": 2}]},
            {"id": 9_700_000 + number, "tenant_id": OTHER, "role": 3, "status": 2, "last_seen": "2026-05-28T20:20:00Z",
                "groups": [], "brands": []},
        ],
        "person": tag,
    })
}

fn client(number: i64, tag: &str) -> Value {
    let (created, updated) = ("2024-11-06T03:42:29.865314Z", "2025-11-06T03:42:29.000000Z");
    let moment = "2026-01-01T00:00:00.000001";
    json!({
        "kind": "client", "sub": format!("6b2f6a3e-8f0d-4c56-9f6e-{number:012x}"), "client_id": 9_500_000 + number,
        "profile": {"first_name": "Mirela", "last_name": "O'Neill", "date_of_birth": "1991-12-03", "birth_country": "ro",
            "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie",
            "citizen_country": "ro", "tax_residence_country": "ie", "tax_identification_number": "IE-7731905",
            "gender": "female", "reason": "moved", "created_time": created, "updated_time": updated},
        "address": {"address_line_1": "14 Quay Row", "address_line_2": "Flat 2", "state_province": "Munster", "city": "Cork",
            "zip_postal_code": "T12 X4Y7", "created_time": created, "updated_time": updated},
        "tax_information": {"tax_residence": "ie", "tax_identification_number": "IE-7731906", "is_foreign_taxpayer": true,
            "employment_status": "employed",
            "financial_assessment": {"occupation": "Specialist", "industry_of_employment": "it"},
            "created_time": created, "updated_time": updated},
        "financial_assessment": {"estimated_net_worth": "$25,001 - $50,000", "occupation": "Specialist",
            "source_of_wealth": "Savings", "net_annual_income": "$10,001 - $25,000",
            "primary_source_of_funds_for_trading": "Mining", "industry_of_employment": "it", "employer_name": "Us",
            "education_level": "phd", "regular_expense": "AED 3", "created_time": created, "updated_time": updated},
        "tnc": {"version_id": 1, "created_time": created},
        "statuses": [{"id": 1, "client_id": 2, "status_code": "cool_down", "staff_identifier": "amy", "reason": "asked",
            "created_time": moment, "updated_time": moment}],
        "system_statuses": ["wind_down"],
        "accounts": [{"platform_account_id": "***1", "currency": "EUR", "metadata": {"type": "real", "group": "g"},
            "account": {"id": 1, "counterparty": {"code": "c", "name": "n"}},
            "platform": {"code": "mt5", "provider": "p", "description": "d", "platform_type": "t"},
            "balance": "10.50", "image": "https://example.test/i"}],
        "wallets": [{"id": 1, "client_id": 5, "wallet_type": "real", "currency": "EUR", "balance": 2.5, "cashier": {"a": 1},
            "counterparty_id": "x", "created_time": moment, "updated_time": moment}],
        "total_balance": {"amount": "12.50", "currency": "EUR"},
        "logins": [{"action": "login", "datetime": moment, "ip": "192.0.2.1", "country": "ie", "browser": "b", "device": "d",
            "status": 1}],
        "person": tag,
    })
}
