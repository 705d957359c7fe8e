//! Plausible records and commits, with fresh ids, so that tests name only what they are about.
#![allow(clippy::disallowed_methods)] // fixtures need ids that differ between runs on one database

use chrono::{DateTime, Utc};
use profile_domain::{
    Claim, Head, Keyed, PersonId, Saved, Text,
    account::{Account, Customer, CustomerId, Login, Money, Owner, Profile, Terms},
    change::{Cause, Digest, Salt},
    media::{AVATAR_PURPOSE, MediaFile, Scope},
    sealed::WrappedKey,
    users::{
        Breakdown, Business, BusinessId, Holding, IdentityStatus, Picture, Settlement, SocialLink, Upload,
        UploadId, UploadOwner, UploadStatus, User, UserId, Username, Verification, Visibility,
    },
};
use profile_ports::{
    Commit, IdempotencyKey, KeyedResponse, Repository, Store, StoredResponse, Unavailable, Write,
};
use uuid::Uuid;

/// `text` as a domain text.
pub fn text(text: impl Into<String>) -> Text {
    Text::try_from(text.into()).expect("no NUL in a fixture")
}

/// A moment with microseconds.
pub fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_780_000_000_000_001).expect("within the calendar")
}

/// A reply to an operator's request.
pub fn reply(body: &str) -> KeyedResponse {
    KeyedResponse {
        key: IdempotencyKey { caller: "operator:opk_00000000000001".to_owned(), key: "once".to_owned() },
        fingerprint: "print".to_owned(),
        reply: StoredResponse { status: 201, body: body.to_owned() },
        at: moment(),
        about: None,
    }
}

/// A login.
pub fn login(number: i64) -> Login {
    Login::try_from(number).expect("a login in range")
}

/// A new person.
pub fn person() -> PersonId {
    PersonId(Uuid::now_v7())
}

/// A new enabled customer.
pub fn customer(id: i64) -> Customer {
    Customer {
        id: CustomerId(id),
        person: person(),
        version: 1,
        email: text("zoe@example.test"),
        full_name: text("Zoë Lindqvist"),
        first_name: text("Zoë"),
        last_name: text("Lindqvist"),
        phone: text("+46400000000"),
        status: 2,
        enable: true,
        brand: text("default"),
        preferred_language: text("sv"),
        desk: text("north"),
        manager_id: Some(7),
    }
}

/// A new enabled account of nobody.
pub fn account(number: i64) -> Account {
    Account {
        login: login(number),
        person: person(),
        version: 1,
        owner: None,
        profile: Profile { name: text("Zoë Lindqvist"), country: text("SE"), ..Profile::default() },
        terms: Terms {
            email: text("zoe@example.test"),
            group: text("PRO-2"),
            leverage: 50,
            ..Terms::default()
        },
        money: Money { balance: 910.25, storage: -1.5, ..Money::default() },
        update_time: 1_780_000_000,
    }
}

/// A new enabled account of `owner`.
pub fn account_of(owner: &Customer, number: i64) -> Account {
    Account {
        person: owner.person,
        owner: Some(Owner { id: owner.id, enabled: owner.enable }),
        ..account(number)
    }
}

/// A new public avatar file.
pub fn file() -> MediaFile {
    MediaFile {
        uuid: Uuid::new_v4(),
        person: None,
        version: 1,
        extension: "png".to_owned(),
        scope: Scope::PUBLIC,
        purpose: AVATAR_PURPOSE.to_owned(),
        original_name: text("portrait.png"),
        size: 20_480,
    }
}

/// A new user of `accounts`; the number tells users apart.
pub fn user(number: u32, accounts: &[&BusinessId]) -> User {
    let username = text(format!("Nora-{number}"));
    User {
        id: UserId::try_from(format!("user_{number:014}").as_str()).expect("14 digits"),
        person: person(),
        version: 1,
        username: Username::try_from(&username).expect("a fine username"),
        name: Some(text("Nora Vale")),
        bio: Some(text("Maps, mostly\nof places that moved.")),
        picture: Some(Picture { upload: upload(number).id, rendition: "picture.jpg".to_owned() }),
        banner: None,
        email: Some(text("nora@example.test")),
        created_at: DateTime::from_timestamp(1_770_000_000, 125_000_000).expect("within the calendar"),
        accounts: accounts.iter().map(|account| (*account).clone()).collect(),
        verification: Verification { individual: Some(IdentityStatus::Approved), business: None },
        social_links: vec![SocialLink {
            website: "x".to_owned(),
            url: text("https://example.test/nora"),
            username: None,
            verified: true,
        }],
        holdings: vec![Holding {
            symbol: text("USDT"),
            name: text("Tether"),
            balance: text("41.9"),
            price_usd: Some("1.000000000000000001".parse().expect("a decimal")),
            icon_url: Some(text("https://example.test/usdt.png")),
            breakdown: Breakdown {
                pending_settlements: vec![Settlement { amount: text("1"), date: text("2026-12-01") }],
                ..Breakdown::default()
            },
        }],
    }
}

/// A new upload of nobody known, whose bytes are waited for; the number tells uploads apart.
pub fn upload(number: u32) -> Upload {
    Upload {
        id: UploadId::try_from(format!("file_{number:014}").as_str()).expect("14 digits"),
        version: 1,
        owner: UploadOwner::Business(business(number).id),
        person: None,
        token: text(format!("du_{number}")),
        filename: text("nora é.png"),
        content_type: "image/png".to_owned(),
        visibility: Visibility::Private,
        created_at: DateTime::from_timestamp(1_780_000_000, 125_000_000).expect("within the calendar"),
        status: UploadStatus::Pending,
        size: None,
        content: None,
        rendition: None,
        attached_at: None,
    }
}

/// A new business; the number tells businesses apart.
pub fn business(number: u32) -> Business {
    let id = BusinessId::try_from(format!("biz_{number:014}").as_str()).expect("14 digits");
    Business { id, version: 1, title: text("Nora's maps"), parent: None }
}

/// Why a test writes.
pub fn cause() -> Cause {
    Cause {
        actor: "account-user:70021".to_owned(),
        door: "account".to_owned(),
        request_id: "test".to_owned(),
        reason: None,
    }
}

/// The salt of every change that is made here.
pub const SALT: Salt = Salt([7; 16]);

/// The write that makes `next`, or that leads to it from `earlier`, whatever its version.
pub fn write<T: Keyed>(earlier: Option<&T>, next: T) -> Write {
    let version = next.version();
    let head = Head { at: DateTime::UNIX_EPOCH, chain: Digest([0; 32]) };
    let mut write = match earlier {
        Some(earlier) => Write::change(&Saved { record: earlier.clone(), head }, next.clone(), cause(), SALT),
        None => Write::begin(next.clone(), None, cause(), SALT),
    };
    write.draft.version = version;
    write.record = next.into();
    write
}

/// The same as a commit.
pub fn commit<T: Keyed>(earlier: Option<&T>, next: T) -> Commit {
    write(earlier, next).into()
}

/// The commit that leads from a stored record to `next`, as the write loop makes it.
pub fn commit_after<T: Keyed>(saved: &Saved<T>, next: T) -> Commit {
    Write::change(saved, next, cause(), SALT).into()
}

/// The commit that ends a stored record.
pub fn end<T: Keyed>(saved: &Saved<T>) -> Commit {
    Write::end(saved, cause(), SALT).into()
}

/// The stored record, with its last change.
pub async fn saved<T: Keyed>(store: &(impl Repository<T> + ?Sized), key: &T::Key) -> Option<Saved<T>> {
    store.find(key).await.expect("the store answers")
}

/// The stored record, without its last change.
pub async fn find<T: Keyed>(
    store: &(impl Repository<T> + ?Sized),
    key: &T::Key,
) -> Result<Option<T>, Unavailable> {
    Ok(store.find(key).await?.map(|saved| saved.record))
}

/// The record that has claimed a value.
pub async fn claimed<T: Keyed>(store: &(dyn Store + 'static), claim: Claim) -> Option<T>
where
    dyn Store: Repository<T>,
{
    let key = T::parse_key(&store.holder_of(&claim).await.expect("the store answers")?)?;
    let found = Repository::<T>::find(store, &key).await.expect("the store answers");
    found.map(|saved| saved.record)
}

/// The same commit, which also stores a new key of the client's person.
pub fn with_key(mut commit: Commit, fresh_key: &WrappedKey) -> Commit {
    for write in &mut commit.writes {
        write.fresh_key = Some(fresh_key.clone());
    }
    commit
}
