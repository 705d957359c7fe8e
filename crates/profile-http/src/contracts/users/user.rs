//! The user object (section 3) in the shape of each dated version (section 2): one field, one line for its versions.

use std::borrow::Cow;

use profile_domain::{
    Text,
    users::{Holding, IdentityStatus, SocialLink, UserView, fields, total_usd},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::{
    balance::HeldCurrency,
    get_placeholder,
    parameter::user_id,
    response::moment,
    versions::{
        InShapes, NullIn, Shape, V2025_01_01, V2026_06_08, V2026_07_08, V2026_07_22, V2026_09_23,
        V2026_10_08, V2026_10_09_2, V2026_10_13_1, before, schemas, since,
    },
};
use crate::links::picture_url;

/// What only `me` may see, as far as the credential reaches.
#[derive(Default)]
pub(super) struct Private {
    pub(super) email: Option<Text>,
    /// Absent where the credential may not see them, and where their source does not answer.
    pub(super) holdings: Option<Vec<Holding>>,
}

/// A user, as one of the shapes shows them.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct User(AllFields);

/// The fields of all shapes, in their order.
#[derive(Debug, Serialize, JsonSchema)]
struct AllFields {
    #[schemars(schema_with = "user_id")]
    id: String,
    /// As its owner typed it; unique without regard to case.
    #[schemars(length(min = 1, max = fields::USERNAME.max_chars()), regex(pattern = "^[A-Za-z0-9-]+$"))]
    username: String,
    /// With an account its override, if there is one, else the global name.
    #[schemars(length(min = 1, max = fields::NAME.max_chars()))]
    name: Option<String>,
    #[schemars(length(max = fields::BIO.max_chars()))]
    bio: Option<String>,
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
    /// Shown only in `GET /users/me`, with the permission `user:email:read`.
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    #[schemars(length(max = fields::EMAIL.max_chars()))]
    email: InShapes<{ since(V2026_07_22) }, Option<String>>,
    /// With an account its override, if there is one, else the global picture; without any a generated one, at 2025-01-01
    /// null.
    profile_picture: NullIn<V2025_01_01, Picture>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    banner: InShapes<{ since(V2026_07_22) }, Option<Picture>>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    social_links: InShapes<{ since(V2026_10_13_1) }, Vec<Link>>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    /// Always empty.
    #[schemars(extend("items" = serde_json::json!({ "type": "object" })))]
    social_accounts: InShapes<{ since(V2026_07_22) & before(V2026_10_08) }, [(); 0]>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    verification: InShapes<{ since(V2026_06_08) }, Verification>,
    /// The sum of the known values in US dollars; shown as `balances` are.
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    #[schemars(regex(pattern = "^-?[0-9]+\\.[0-9]{2}$"))]
    total_usd: InShapes<{ V2026_06_08 | V2026_10_13_1 }, Option<String>>,
    /// Shown only in `GET /users/me`, with the permission `user:balance:read`; else empty.
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    balances: InShapes<{ V2026_06_08 | V2026_10_13_1 }, Vec<HeldCurrency>>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    balance: InShapes<{ since(V2026_07_08) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    balance_history: InShapes<{ since(V2026_07_08) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    earnings_usd: InShapes<{ since(V2026_07_08) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    level: InShapes<{ since(V2026_10_13_1) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    cards: InShapes<{ since(V2026_10_09_2) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    trading: InShapes<{ since(V2026_09_23) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    staff: InShapes<{ since(V2026_07_22) & before(V2026_10_13_1) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    whop_partner_enabled_at: InShapes<{ since(V2026_07_08) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    whop_partner_verified_at: InShapes<{ since(V2026_10_08) }, ()>,
    #[serde(skip_serializing_if = "InShapes::is_absent")]
    whop_partner_onboarded_accounts_count: InShapes<{ since(V2026_10_08) }, ()>,
}

impl User {
    pub(super) fn new(view: &UserView, private: &Private, shape: Shape, public_url: &str) -> Self {
        let user = &view.user;
        let picture = |rendition: &str| Picture { url: picture_url(rendition, public_url) };
        let generated = || Picture {
            url: format!("{public_url}/placeholders/{}.svg", get_placeholder::name(&view.initials())),
        };
        let holdings = private.holdings.as_deref();
        Self(AllFields {
            id: user.id.as_str().to_owned(),
            username: user.username.as_typed().as_str().to_owned(),
            name: text(view.name.as_ref()),
            bio: text(user.bio.as_ref()),
            created_at: moment(user.created_at),
            email: InShapes::at(shape, || text(private.email.as_ref())),
            profile_picture: NullIn::at(
                shape,
                view.picture.as_ref().map(|shown| picture(&shown.rendition)),
                generated,
            ),
            banner: InShapes::at(shape, || user.banner.as_ref().map(|banner| picture(&banner.rendition))),
            social_links: InShapes::at(shape, || user.social_links.iter().map(Link::from).collect()),
            social_accounts: InShapes::at(shape, || []),
            verification: InShapes::at(shape, || Verification {
                individual: user.verification.individual.map(IdentityCheck::from),
                business: user.verification.business.map(IdentityCheck::from),
            }),
            total_usd: InShapes::at(shape, || holdings.map(total_usd)),
            balances: InShapes::at(shape, || {
                holdings.unwrap_or_default().iter().map(|holding| HeldCurrency::new(holding, shape)).collect()
            }),
            balance: InShapes::at(shape, || ()),
            balance_history: InShapes::at(shape, || ()),
            earnings_usd: InShapes::at(shape, || ()),
            level: InShapes::at(shape, || ()),
            cards: InShapes::at(shape, || ()),
            trading: InShapes::at(shape, || ()),
            staff: InShapes::at(shape, || ()),
            whop_partner_enabled_at: InShapes::at(shape, || ()),
            whop_partner_verified_at: InShapes::at(shape, || ()),
            whop_partner_onboarded_accounts_count: InShapes::at(shape, || ()),
        })
    }
}

fn text(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}

impl JsonSchema for User {
    fn schema_name() -> Cow<'static, str> {
        "User".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        schemas::<AllFields>(generator, "User")
    }
}

/// Where a picture is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserPicture")]
struct Picture {
    #[schemars(extend("format" = "uri"))]
    url: String,
}

/// A profile elsewhere.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserSocialLink")]
struct Link {
    #[schemars(extend("enum" = ["x", "instagram", "facebook", "tiktok", "youtube", "linkedin", "twitch", "website"]))]
    website: String,
    url: String,
    username: Option<String>,
    verified: bool,
}

impl From<&SocialLink> for Link {
    fn from(link: &SocialLink) -> Self {
        let SocialLink { website, url, username, verified } = link;
        Self {
            website: website.clone(),
            url: url.as_str().to_owned(),
            username: text(username.as_ref()),
            verified: *verified,
        }
    }
}

/// The identity checks of the user and of the user's business; null until there is an identity profile.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserVerification")]
struct Verification {
    individual: Option<IdentityCheck>,
    business: Option<IdentityCheck>,
}

/// How far an identity check has come.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UserIdentityCheck")]
struct IdentityCheck {
    #[schemars(extend("enum" = [
        IdentityStatus::NotStarted.name(),
        IdentityStatus::Pending.name(),
        IdentityStatus::Approved.name(),
        IdentityStatus::Rejected.name(),
    ]))]
    status: &'static str,
}

impl From<IdentityStatus> for IdentityCheck {
    fn from(status: IdentityStatus) -> Self {
        Self { status: status.name() }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use profile_domain::{
        PersonId,
        users::{self, Breakdown, UserId, Username, VersionDate},
    };
    use schemars::generate::SchemaSettings;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::{super::versions::SHAPES, *};

    fn text(characters: &str) -> Text {
        Text::try_from(characters).unwrap()
    }

    fn nora() -> UserView {
        let user = users::User {
            id: UserId::try_from("user_4hTq81LmZp0Va").unwrap(),
            person: PersonId(Uuid::nil()),
            version: 1,
            username: Username::try_from(&text("Nora-Vale")).unwrap(),
            name: Some(text("Nora Vale")),
            bio: None,
            picture: None,
            banner: None,
            email: None,
            created_at: DateTime::UNIX_EPOCH,
            accounts: Vec::new(),
            verification: users::Verification { individual: Some(IdentityStatus::Approved), business: None },
            social_links: Vec::new(),
            holdings: Vec::new(),
        };
        UserView::of(user, None)
    }

    fn shown(version: &str, private: &Private) -> String {
        let shape = Shape::of(VersionDate::try_from(version).unwrap());
        serde_json::to_string(&User::new(&nora(), private, shape, "https://id.example.test")).unwrap()
    }

    #[test]
    fn the_oldest_and_the_newest_shape_are_those_of_the_page() {
        let private = Private::default();
        let same = r#"{"id":"user_4hTq81LmZp0Va","username":"Nora-Vale","name":"Nora Vale","bio":null,"created_at":"1970-01-01T00:00:00.000Z","#;
        assert_eq!(shown("2025-01-01", &private), format!(r#"{same}"profile_picture":null}}"#));
        let newest = r#""email":null,"profile_picture":{"url":"https://id.example.test/placeholders/4e-56.svg"},"banner":null,"social_links":[],"verification":{"individual":{"status":"approved"},"business":null},"total_usd":null,"balances":[],"balance":null,"balance_history":null,"earnings_usd":null,"level":null,"cards":null,"trading":null,"whop_partner_enabled_at":null,"whop_partner_verified_at":null,"whop_partner_onboarded_accounts_count":null}"#;
        assert_eq!(shown("2026-10-15-1", &private), format!("{same}{newest}"));
    }

    #[test]
    fn prices_are_numbers_without_a_needless_fraction() {
        for (price, number) in [("1", "1"), ("1.00", "1"), ("0.333", "0.333"), ("-2.5", "-2.5"), ("", "null")]
        {
            let holding = Holding {
                symbol: text("USDT"),
                name: text("Tether"),
                balance: text("1"),
                price_usd: price.parse().ok(),
                icon_url: None,
                breakdown: Breakdown::default(),
            };
            let private = Private { email: None, holdings: Some(vec![holding]) };
            let user = shown("2026-06-08", &private);
            assert!(user.contains(&format!(r#""price_usd":{number},"#)), "{user}");
        }
    }

    #[test]
    fn the_schema_of_each_shape_lists_the_fields_of_its_answers() {
        let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let any = User::json_schema(&mut generator);
        assert_eq!(any.get("oneOf").unwrap().as_array().unwrap().len(), SHAPES.len());
        for (_, first) in SHAPES {
            let schema = &generator.definitions()[&format!("User_{}", first.replace('-', "_"))];
            let described: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
            let user: Value = serde_json::from_str(&shown(first, &Private::default())).unwrap();
            let written: Vec<&String> = user.as_object().unwrap().keys().collect();
            assert_eq!(described, written, "{first}");
            assert_eq!(schema["required"], json!(written));
            assert!(!schema.to_string().contains("\"x-"), "{first}: {schema}");
        }
    }
}
