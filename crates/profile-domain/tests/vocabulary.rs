//! The log speaks the language of the operator page, section 5.2: kinds, keys, fields and their order are those of its table.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Record, Text,
    account::{Account, Customer, CustomerId, Login, Money, Owner, Profile, Terms},
    catalogue::catalogue,
    change::{RecordKind, Value},
    client::{
        Address, AddressEntry, Assessment, Client, IdentityProfile, Imported, SystemStatus, TaxInformation,
        Times,
    },
    media::MediaFile,
    sealed::Sealed,
    tenant::{Brand, BrandUser, Group, GroupUser, Language, Member, Membership, Tenant},
    users::{
        ApiKey, App, Breakdown, Business, Holding, IdentityStatus, Install, KeyOwner, Override, Picture,
        Settlement, SocialLink, Upload, UploadId, UploadOwner, UploadStatus, User, UserId, Username,
        Verification, VersionDate, Visibility,
    },
};
use uuid::Uuid;

/// Kind, key, root, and the fields in the order of the table.
const TABLE: [(&str, &str, &str, &str); 16] = [
    (
        "customer",
        "42",
        "42",
        "email full_name first_name last_name phone status enable brand preferred_language desk manager_id",
    ),
    (
        "account",
        "70021",
        "70021",
        "name avatar phone address city state country zipcode user_color customer_id email group currency comment enable \
         enable_read_only enable_change_password leverage regdate prevbalance prevmonthbalance balance storage commission \
         credit margin margin_free margin_level equity update_time",
    ),
    (
        "file",
        "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10",
        "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10",
        "extension scope purpose original_name file_size",
    ),
    (
        "user",
        "user_4hTq81LmZp0Va",
        "user_4hTq81LmZp0Va",
        "username name bio profile_picture banner email created_at accounts verification.individual verification.business \
         social_links holdings",
    ),
    ("override", "user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj", "user_4hTq81LmZp0Va", "name profile_picture"),
    ("business", "biz_9QeRtYu2IoPlKj", "biz_9QeRtYu2IoPlKj", "title parent_id"),
    ("app", "app_1aB2cD3eF4gH5i", "app_1aB2cD3eF4gH5i", "installs"),
    (
        "api_key",
        "apik_Key0000000000",
        "apik_Key0000000000",
        // The last one goes when a revoked key is an ended one.
        "owner secret permissions expires_at allow_cidrs api_version_date revoked_at",
    ),
    (
        "upload",
        "file_7dGhJkL3ZxCvB",
        "file_7dGhJkL3ZxCvB",
        "owner token filename content_type visibility created_at upload_status size content rendition attached_at",
    ),
    (
        "client",
        "8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d",
        "8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d",
        "client_id tnc.version_id tnc.created_time picture system_statuses statuses accounts wallets total_balance logins \
         profile.first_name profile.last_name profile.date_of_birth profile.birth_country profile.account_opening_reason \
         profile.employment_status profile.residence_country profile.citizen_country profile.tax_residence_country \
         profile.tax_identification_number profile.gender profile.staff_identifier profile.reason profile.created_time \
         profile.updated_time \
         address.id address.address_line_1 address.address_line_2 address.state_province address.city \
         address.zip_postal_code address.staff_identifier address.created_time address.updated_time \
         tax_information.tax_residence tax_information.tax_identification_number tax_information.is_foreign_taxpayer \
         tax_information.employment_status tax_information.financial_assessment.occupation \
         tax_information.financial_assessment.industry_of_employment tax_information.created_time \
         tax_information.updated_time \
         financial_assessment.estimated_net_worth financial_assessment.occupation financial_assessment.source_of_wealth \
         financial_assessment.net_annual_income financial_assessment.primary_source_of_funds_for_trading \
         financial_assessment.industry_of_employment financial_assessment.employer_name \
         financial_assessment.education_level financial_assessment.regular_expense financial_assessment.created_time \
         financial_assessment.updated_time",
    ),
    ("language", "2", "2", "name code icon icon_sqare"),
    ("tenant", "7", "7", "slug name"),
    ("brand", "31", "31", "tenant_id name"),
    ("group", "11", "11", "tenant_id name"),
    (
        "member",
        "90",
        "90",
        "language_id email given_name family_name display_absolute_time profile_pic admin_roles permissions is_deleted \
         created created_by password_hash last_updated last_updated_by",
    ),
    ("membership", "90:7", "90", "id role status last_seen groups brands"),
];

fn text(text: &str) -> Text {
    Text::try_from(text).unwrap()
}

fn at() -> DateTime<Utc> {
    "2026-03-04T05:06:07.000123Z".parse().unwrap()
}

fn person() -> PersonId {
    PersonId("01958f3a-2b1c-7d40-9e21-5c0a7b3f1e66".parse().unwrap())
}

/// What the log says of a record's first version.
struct Told {
    kind: &'static str,
    key: String,
    root: String,
    fields: Vec<(String, Value)>,
}

fn told<T: Record>(record: &T) -> Told {
    let fields = record.changes_since(None).into_iter().map(|change| (change.field, change.new)).collect();
    Told { kind: T::KIND.name(), key: record.key(), root: record.root(), fields }
}

/// One record of each kind, without an empty field.
fn records() -> [Told; 16] {
    let user: UserId = "user_4hTq81LmZp0Va".try_into().unwrap();
    let business = || "biz_9QeRtYu2IoPlKj".try_into().unwrap();
    let picture = || {
        let upload: UploadId = "file_7dGhJkL3ZxCvB".try_into().unwrap();
        Some(Picture { upload, rendition: "a.jpg".to_owned() })
    };
    let over = Override {
        name: Some(text("Zoë from Support")),
        picture: picture(),
        ..Override::new(user.clone(), business(), person())
    };
    let app = App {
        id: "app_1aB2cD3eF4gH5i".try_into().unwrap(),
        version: 1,
        installs: vec![Install { account: business(), permissions: vec!["user:email:read".to_owned()] }],
    };
    let parent = Some("biz_Own0000000000".try_into().unwrap());
    [
        told(&Customer { manager_id: Some(5), ..Customer::new(CustomerId(42), person()) }),
        told(&account()),
        told(&MediaFile {
            extension: "png".to_owned(),
            ..MediaFile::new("0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10".parse().unwrap())
        }),
        told(&whole_user(user, picture())),
        told(&over),
        told(&Business { id: business(), version: 1, title: text("Nora's maps"), parent }),
        told(&app),
        told(&api_key()),
        told(&upload()),
        told(&client()),
        told(&Language {
            id: 2,
            version: 1,
            name: text("Norsk"),
            code: text("nb"),
            icon: Some(text("i")),
            icon_square: Some(text("s")),
        }),
        told(&Tenant { id: 7, version: 1, slug: text("north"), name: text("North") }),
        told(&Brand { id: 31, version: 1, tenant_id: 7, name: text("One") }),
        told(&Group { id: 11, version: 1, tenant_id: 7, name: text("Desk") }),
        told(&member()),
        told(&membership()),
    ]
}

fn account() -> Account {
    Account {
        login: Login::try_from(70021).unwrap(),
        person: person(),
        version: 1,
        owner: Some(Owner { id: CustomerId(42), enabled: true }),
        profile: Profile { name: text("Zoë Lindqvist"), ..Profile::default() },
        terms: Terms::default(),
        money: Money { balance: 910.25, ..Money::default() },
        update_time: 1_772_600_767,
    }
}

fn whole_user(id: UserId, picture: Option<Picture>) -> User {
    let settlement = Settlement { amount: text("1"), date: text("2026-03-05") };
    User {
        id,
        person: person(),
        version: 1,
        username: Username::try_from(&text("Nora-Vale")).unwrap(),
        name: Some(text("Nora Vale")),
        bio: Some(text("maps")),
        picture: picture.clone(),
        banner: picture,
        email: Some(text("nora@example.test")),
        created_at: at(),
        accounts: vec!["biz_9QeRtYu2IoPlKj".try_into().unwrap()],
        verification: Verification {
            individual: Some(IdentityStatus::Approved),
            business: Some(IdentityStatus::NotStarted),
        },
        social_links: vec![SocialLink {
            website: "x".to_owned(),
            url: text("https://x.test/nora"),
            username: None,
            verified: true,
        }],
        holdings: vec![Holding {
            symbol: text("USDT"),
            name: text("Tether"),
            balance: text("41.90"),
            price_usd: Some("0.9998".parse().unwrap()),
            icon_url: None,
            breakdown: Breakdown { pending_settlements: vec![settlement], ..Breakdown::default() },
        }],
    }
}

fn api_key() -> ApiKey {
    ApiKey {
        id: "apik_Key0000000000".try_into().unwrap(),
        version: 1,
        owner: KeyOwner::parse("biz_9QeRtYu2IoPlKj").unwrap(),
        hash: "hash".to_owned(),
        permissions: vec!["user:email:read".to_owned()],
        expires_at: Some(at()),
        allow_cidrs: vec!["10.0.0.0/8".parse().unwrap()],
        version_date: Some(VersionDate::OLDEST),
        revoked_at: Some(at()),
    }
}

fn upload() -> Upload {
    Upload {
        id: "file_7dGhJkL3ZxCvB".try_into().unwrap(),
        version: 1,
        owner: UploadOwner::parse("user_4hTq81LmZp0Va").unwrap(),
        person: None,
        token: text("token"),
        filename: text("nora.png"),
        content_type: "image/png".to_owned(),
        visibility: Visibility::Private,
        created_at: at(),
        status: UploadStatus::Ready,
        size: Some(9),
        content: Some("upload-1".to_owned()),
        rendition: Some("a.jpg".to_owned()),
        attached_at: Some(at()),
    }
}

fn client() -> Client {
    let times = Times { created: at(), updated: Some(at()) };
    let sub: Uuid = "8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d".parse().unwrap();
    Client {
        client_id: 3000,
        profile: Some(identity(times)),
        address: Some(Address {
            id: 1,
            entry: AddressEntry {
                address_line_1: text("14 Quay Row"),
                address_line_2: Some(text("2")),
                state_province: text("Leinster"),
                city: text("Dublin"),
                zip_postal_code: text("D02"),
            },
            staff_identifier: Some(text("amy")),
            times,
        }),
        tax: Some(TaxInformation {
            tax_residence: text("ie"),
            tax_identification_number: Sealed(vec![3]),
            is_foreign_taxpayer: false,
            employment_status: text("employed"),
            occupation: text("baker"),
            industry_of_employment: text("food"),
            times,
        }),
        assessment: Some(Assessment {
            estimated_net_worth: Some(text("Over $500,000")),
            occupation: Some(text("baker")),
            source_of_wealth: Some(text("Business")),
            net_annual_income: Some(text("Over $500,000")),
            primary_source_of_funds: Some(text("Professional Services")),
            industry_of_employment: Some(text("food")),
            employer_name: Some(text("Bakery")),
            education_level: Some(text("school")),
            regular_expense: Some(text("rent")),
            times,
        }),
        terms: Some(profile_domain::client::Terms { version: 1, accepted: at() }),
        picture: Some("a.jpg".to_owned()),
        system_statuses: vec![SystemStatus::WindDown],
        imported: Imported {
            total_balance: Some(text(r#"{"amount":"1","currency":"EUR"}"#)),
            ..Imported::default()
        },
        ..Client::new(sub, person())
    }
}

fn identity(times: Times) -> IdentityProfile {
    IdentityProfile {
        first_name: text("Mirela"),
        last_name: text("O'Neill"),
        date_of_birth: Sealed(vec![1]),
        birth_country: text("ro"),
        account_opening_reason: text("hedging"),
        employment_status: text("employed"),
        residence_country: text("ie"),
        citizen_country: text("ie"),
        tax_residence_country: text("ie"),
        tax_identification_number: Sealed(vec![2]),
        gender: text("female"),
        staff_identifier: Some(text("amy")),
        reason: Some(text("married")),
        times,
    }
}

fn member() -> Member {
    Member {
        id: 90,
        person: person(),
        version: 1,
        email: text("mira@example.test"),
        given_name: text("Mira"),
        family_name: text("Solberg"),
        language_id: Some(2),
        display_absolute_time: true,
        profile_pic: Some(text("https://example.test/p")),
        admin_roles: vec![1],
        permissions: Vec::new(),
        is_deleted: false,
        created: at(),
        created_by: Some(1),
        last_updated: at(),
        last_updated_by: Some(90),
        password_hash: Some(text("$argon2id$")),
    }
}

fn membership() -> Membership {
    Membership {
        id: 501,
        member_id: 90,
        tenant_id: 7,
        person: person(),
        version: 1,
        role: 3,
        status: 1,
        last_seen: Some(at()),
        groups: vec![GroupUser { id: 11, is_admin: true }],
        brands: vec![BrandUser { brand_id: 31, role: 2 }],
    }
}

#[test]
fn kinds_keys_roots_and_fields_are_those_of_the_table() {
    for ((record, row), listed) in records().iter().zip(TABLE).zip(RecordKind::ALL) {
        let (kind, key, root, fields) = row;
        assert_eq!((record.kind, record.key.as_str(), record.root.as_str()), (kind, key, root));
        assert_eq!(listed.name(), kind, "kinds are in the order of the table");
        let names: Vec<&str> = record.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.join(" "), fields.split_whitespace().collect::<Vec<_>>().join(" "), "{kind}");
    }
}

#[test]
fn the_catalogue_has_every_recorded_field_in_the_order_of_changes() {
    for (record, kind) in records().iter().zip(RecordKind::ALL) {
        // A revoked key is no matter of the operator API.
        let recorded: Vec<&str> = record
            .fields
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| *name != "revoked_at")
            .collect();
        let entries = catalogue(kind).iter().filter(|entry| !entry.is_input);
        let listed: Vec<&str> = entries.map(|entry| entry.name.as_str()).collect();
        assert_eq!(recorded, listed, "{}", record.kind);
    }
}

/// Every value as the log hashes it, so that a change of form is seen in review.
#[test]
fn values() {
    let mut all = String::new();
    for record in records() {
        for (name, value) in record.fields {
            writeln!(all, "{}.{name} = {}", record.kind, value.canonical().unwrap()).unwrap();
        }
    }
    insta::assert_snapshot!(all);
}
