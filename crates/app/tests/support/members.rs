//! The imported workspaces and members.

use serde_json::{Value, json};

use super::{Target, families::COUNT, now, sign};

pub const ACME: i32 = 7;
pub const OTHER: i32 = 8;
pub const PASSWORD: &str = "correct horse";
const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$31Z2viweQmH6ZULm7UEjSw$WgCaYsfQobcIqLO6r4OqY+JaQNOhx38ihtpYk8Sv3ic";

/// The members of one family.
pub struct Members {
    number: i32,
}

impl Members {
    /// USER in ACME.
    pub fn mira(&self) -> i32 {
        self.number
    }

    /// OWNER in ACME.
    pub fn owner(&self) -> i32 {
        self.number + 1
    }

    /// ADMIN in ACME, USER in OTHER.
    pub fn admin(&self) -> i32 {
        self.number + 2
    }

    /// DEACTIVE in ACME.
    pub fn deactive(&self) -> i32 {
        self.number + 3
    }

    /// Status UNKNOWN in ACME.
    pub fn unknown(&self) -> i32 {
        self.number + 4
    }

    /// ACTIVE without a role in ACME.
    pub fn roleless(&self) -> i32 {
        self.number + 5
    }

    /// Deleted.
    pub fn deleted(&self) -> i32 {
        self.number + 6
    }

    /// In no tenant, without a password.
    pub fn alone(&self) -> i32 {
        self.number + 7
    }

    /// The administrator of all tenants, in none of them.
    pub fn root(&self) -> i32 {
        self.number + 8
    }

    pub fn email(member: i32) -> String {
        format!("m{member}@example.test")
    }

    fn numbered(number: i64) -> Self {
        Self { number: 10_000 + i32::try_from(number).unwrap() * 10 }
    }

    fn rows(&self) -> Vec<Value> {
        let acme = |member: i32, role: i32, status: i32| {
            json!({"id": member, "tenant_id": ACME, "role": role, "status": status, "last_seen": "2026-05-28T20:20:00.000Z",
                "groups": [{"id": 11, "is_admin": false}], "brands": [{"brand_id": 31, "role": 1}]})
        };
        let member = |id: i32, tenants: Vec<Value>| {
            json!({"kind": "member", "id": id, "email": Self::email(id), "given_name": "Mira", "family_name": format!("Solberg {id}"),
                "language_id": 1, "created": "2025-11-03T08:15:00Z", "created_by": self.owner(), "password_hash": HASH, "tenants": tenants})
        };
        let but = |mut row: Value, name: &str, value: Value| {
            row[name] = value;
            row
        };
        let mut alone = member(self.alone(), Vec::new());
        alone.as_object_mut().unwrap().remove("password_hash");
        let elsewhere = json!({"id": 5_000_000 + self.admin(), "tenant_id": OTHER, "role": 3, "status": 1});
        vec![
            member(self.mira(), vec![acme(self.mira(), 3, 1)]),
            member(self.owner(), vec![acme(self.owner(), 1, 1)]),
            member(self.admin(), vec![acme(self.admin(), 2, 1), elsewhere]),
            member(self.deactive(), vec![acme(self.deactive(), 3, 2)]),
            member(self.unknown(), vec![acme(self.unknown(), 3, 0)]),
            member(self.roleless(), vec![acme(self.roleless(), 0, 1)]),
            but(member(self.deleted(), vec![acme(self.deleted(), 3, 1)]), "is_deleted", json!(true)),
            alone,
            but(member(self.root(), Vec::new()), "admin_roles", json!([1])),
        ]
    }
}

pub fn rows() -> Vec<Value> {
    let mut rows: Vec<Value> = (0..COUNT).flat_map(|number| Members::numbered(number).rows()).collect();
    rows.extend([
        json!({"kind": "group", "id": 11, "tenant_id": ACME, "name": "Support"}),
        json!({"kind": "brand", "id": 31, "tenant_id": ACME}),
        json!({"kind": "tenant", "id": ACME, "slug": "acme", "name": "Acme"}),
        json!({"kind": "tenant", "id": OTHER, "slug": "other"}),
        json!({"kind": "language", "id": 1, "name": "English", "code": "en"}),
        json!({"kind": "language", "id": 2, "name": "Norsk", "code": "nb"}),
    ]);
    rows
}

/// The authorization of a member; with a tenant, for that one.
pub fn bearer(member: i32, tenant: Option<i32>) -> String {
    format!("Bearer {}", token(member, tenant))
}

/// A member's token; with a tenant, for that one.
pub fn token(member: i32, tenant: Option<i32>) -> String {
    let mut claims = json!({ "sub": member.to_string(), "exp": now() + 600 });
    if let Some(tenant) = tenant {
        claims["tenant_id"] = tenant.into();
    }
    sign(&claims)
}

impl Target {
    /// Members whom no other test uses.
    pub fn members(&self) -> Members {
        Members::numbered((self.family().alone - 100_000) / 10)
    }
}
