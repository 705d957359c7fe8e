//! The imported clients.

use serde_json::{Value, json};

use super::{now, sign};

pub const OPEN: &str = "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff01";
pub const CLOSED: &str = "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff02";

/// A client's token.
pub fn token(sub: &str) -> String {
    sign(&json!({ "sub": sub, "aud": "authenticated", "role": "authenticated", "exp": now() + 600 }))
}

/// The profile that a client creates.
pub fn profile() -> Value {
    json!({
        "first_name": "Mirela", "last_name": "O'Neill", "date_of_birth": "1991-12-03", "birth_country": "ro",
        "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie",
        "citizen_country": "ro", "tax_residence_country": "ie", "tax_identification_number": "IE-7731905",
        "gender": "female",
    })
}

pub fn rows() -> Vec<Value> {
    let account = |id: &str, kind: &str| {
        json!({"platform_account_id": id, "currency": "EUR", "metadata": {"type": kind, "group": "g"},
            "account": {"id": 1, "counterparty": {"code": "c", "name": "n"}},
            "platform": {"code": "mt5", "provider": "p", "description": "d", "platform_type": "t"}, "balance": "10.50", "image": "https://example.test/i"})
    };
    vec![
        // With numbers of their own: of two rows that need one, any may be the first to get it.
        json!({"kind": "client", "sub": OPEN, "client_id": 4120, "person": "mirela"}),
        json!({"kind": "client", "sub": CLOSED, "client_id": 4121, "system_statuses": ["closed", "wind_down"]}),
        // A second row of the same client waits for the rows before it, so that its address always gets the same number.
        json!({"kind": "client", "sub": OPEN, "person": "mirela",
            "profile": {"first_name": "Mirela", "last_name": "O'Neill", "date_of_birth": "1991-12-03", "birth_country": "ro",
                "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie", "citizen_country": "ro",
                "tax_residence_country": "ie", "tax_identification_number": "IE-7731905", "gender": "female",
                "created_time": "2024-11-06T03:42:29.865314"},
            "address": {"address_line_1": "14 Quay Row", "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12 X4Y7"},
            "accounts": [account("***1", "real"), account("***2", "demo")],
            "wallets": [{"id": 1, "wallet_type": "real", "currency": "EUR", "balance": 2, "cashier": null}],
            "total_balance": {"amount": "12.50", "currency": "EUR"},
            "statuses": [{"id": 1, "status_code": "cool_down", "created_time": "2026-01-01T00:00:00"}],
            "logins": [{"action": "login", "datetime": "2026-01-01T00:00:00", "ip": "192.0.2.1"},
                {"action": "logout", "datetime": "2026-01-02T00:00:00Z", "ip": "192.0.2.1"}]}),
    ]
}
