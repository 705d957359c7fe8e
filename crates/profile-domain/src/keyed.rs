//! The typed key of each kind of record, by which stores find it and the one write loop names it.

use std::{fmt, num::ParseIntError, str::FromStr};

use uuid::Uuid;

use crate::{
    Claim, PersonId, Record,
    account::{Account, Customer, CustomerId, Login},
    change::{FieldChange, RecordKind, joined_key, split_key},
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{
        ApiKey, App, AppId, Business, BusinessId, KeyId, KeyOwner, Override, Upload, UploadId, User, UserId,
    },
};

/// A record whose key has a type of its own, and whose version the write loop sets.
pub trait Keyed:
    Record + Into<AnyRecord> + TryFrom<AnyRecord> + Clone + PartialEq + Send + Sync + 'static
{
    /// What names the record within its kind. Its text is [`Record::key`].
    type Key: Clone + Ord + ToString + Send + Sync + 'static;

    /// Returns the key.
    fn id(&self) -> Self::Key;

    /// Reads the text of a key; `None` if no record can have it.
    fn parse_key(text: &str) -> Option<Self::Key>;

    /// Replaces the version. Only the write loop counts versions.
    fn set_version(&mut self, version: i64);

    /// Returns what no other record may have at the same time.
    fn claims(&self) -> Vec<Claim> {
        Vec::new()
    }

    /// Returns the records that must be there for this one to be stored, whoever stores it.
    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    /// Returns every record that this one names. An import may store an override or a business before the business that it
    /// names, so being named is not enough for [`references`](Self::references); a story that has looked them up has the commit
    /// check them.
    fn names(&self) -> Vec<Reference> {
        self.references()
    }
}

/// A record that another one needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The field that refers, as errors name it.
    pub field: &'static str,
    /// The kind of the record that is needed.
    pub kind: RecordKind,
    /// Its key.
    pub key: String,
}

impl Reference {
    /// Stands for the field where the key of the record itself refers, as that of an override does to its user.
    pub const KEY: &str = "key";

    fn new(field: &'static str, kind: RecordKind, key: &impl ToString) -> Self {
        Self { field, kind, key: key.to_string() }
    }
}

/// Names an override: the user, and the business that overrides it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OverrideKey {
    /// The user.
    pub user: UserId,
    /// The business.
    pub account: BusinessId,
}

impl fmt::Display for OverrideKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&joined_key(&self.user, &self.account))
    }
}

/// Names a membership: the member, and the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MembershipKey {
    /// The member's number.
    pub member: i32,
    /// The tenant's number.
    pub tenant: i32,
}

impl fmt::Display for MembershipKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&joined_key(self.member, self.tenant))
    }
}

/// Reads a number in its one form: without leading zeros or a plus sign.
fn canonical<T: FromStr<Err = ParseIntError> + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

fn canonical_uuid(text: &str) -> Option<Uuid> {
    text.parse().ok().filter(|uuid: &Uuid| uuid.to_string() == text)
}

macro_rules! keyed {
    (@changes $record:ident) => {
        |now: &Self, earlier: Option<&Self>| FieldChange::between(earlier.map(Self::values), now.values())
    };
    (@changes $record:ident $changes:expr) => { $changes };
    ($($record:ident ($kind:ident, $person:expr): $key:ty = |$this:ident| $id:expr, |$text:ident| $parse:expr
        $(, claims $claims:expr)? $(, needs $needs:expr)? $(, names $names:expr)?
        $(, changes $changes:expr)?;)*) => {
        /// A record of any kind, for what writes several kinds in one step.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyRecord { $(
            #[doc = concat!("A [`", stringify!($record), "`].")]
            $record(Box<$record>),
        )* }

        impl AnyRecord {
            /// Returns the kind and the key.
            #[must_use]
            pub fn name(&self) -> (RecordKind, String) {
                match self { $(Self::$record(record) => ($record::KIND, record.key()),)* }
            }

            /// Returns the records that must be there for this one to be stored.
            #[must_use]
            pub fn references(&self) -> Vec<Reference> {
                match self { $(Self::$record(record) => record.references(),)* }
            }

            /// Returns every record that this one names; see [`Keyed::names`].
            #[must_use]
            pub fn names(&self) -> Vec<Reference> {
                match self { $(Self::$record(record) => record.names(),)* }
            }
        }

        $(impl From<$record> for AnyRecord {
            fn from(record: $record) -> Self {
                Self::$record(Box::new(record))
            }
        }

        /// Returns a record of another kind as it was.
        impl TryFrom<AnyRecord> for $record {
            type Error = AnyRecord;

            fn try_from(record: AnyRecord) -> Result<Self, AnyRecord> {
                match record {
                    AnyRecord::$record(record) => Ok(*record),
                    other => Err(other),
                }
            }
        }

        impl Record for $record {
            const KIND: RecordKind = RecordKind::$kind;

            fn key(&self) -> String {
                self.id().to_string()
            }

            fn person(&self) -> Option<PersonId> {
                let person: fn(&Self) -> Option<PersonId> = $person;
                person(self)
            }

            fn version(&self) -> i64 {
                self.version
            }

            fn changes_since(&self, earlier: Option<&Self>) -> Vec<FieldChange> {
                let changes: fn(&Self, Option<&Self>) -> Vec<FieldChange> = keyed!(@changes $record $($changes)?);
                changes(self, earlier)
            }
        }

        impl Keyed for $record {
            type Key = $key;

            fn id(&self) -> $key {
                let $this = self;
                $id
            }

            fn parse_key($text: &str) -> Option<$key> {
                $parse
            }

            fn set_version(&mut self, version: i64) {
                self.version = version;
            }

            $(fn claims(&self) -> Vec<Claim> {
                let claims: fn(&Self) -> Vec<Claim> = $claims;
                claims(self)
            })?

            $(fn references(&self) -> Vec<Reference> {
                let needs: fn(&Self) -> Option<Reference> = $needs;
                needs(self).into_iter().collect()
            })?

            $(fn names(&self) -> Vec<Reference> {
                let names: fn(&Self) -> Vec<Reference> = $names;
                names(self)
            })?
        })*
    };
}

fn named<K: ToString>(
    field: &'static str,
    kind: RecordKind,
    keys: impl IntoIterator<Item = K>,
) -> Vec<Reference> {
    keys.into_iter().map(|key| Reference::new(field, kind, &key)).collect()
}

fn names_of(membership: &Membership) -> Vec<Reference> {
    let groups = membership.groups.iter().map(|group| Reference::new("groups", RecordKind::Group, &group.id));
    let brands =
        membership.brands.iter().map(|brand| Reference::new("brands", RecordKind::Brand, &brand.brand_id));
    let of_key = [
        Reference::new(Reference::KEY, RecordKind::Member, &membership.member_id),
        Reference::new(Reference::KEY, RecordKind::Tenant, &membership.tenant_id),
    ];
    of_key.into_iter().chain(groups).chain(brands).collect()
}

keyed! {
    Customer (Customer, |one| Some(one.person)): CustomerId = |one| one.id, |text| canonical(text).map(CustomerId);
    Account (Account, |one| Some(one.person)): Login = |one| one.login, |text| canonical::<i64>(text).and_then(|number| Login::try_from(number).ok()),
        needs |account| account.owner.as_ref().map(|owner| Reference::new("customer_id", RecordKind::Customer, &owner.id.0));
    MediaFile (File, |one| one.person): Uuid = |one| one.uuid, |text| canonical_uuid(text);
    User (User, |one| Some(one.person)): UserId = |one| one.id.clone(), |text| UserId::try_from(text).ok(),
        claims |user| vec![Claim::username(user.username.key())],
        names |user| named("accounts", RecordKind::Business, &user.accounts);
    Override (Override, |one| Some(one.person)): OverrideKey = |one| OverrideKey { user: one.user.clone(), account: one.account.clone() }, |text| {
        let (user, account) = split_key(text)?;
        Some(OverrideKey { user: user.try_into().ok()?, account: account.try_into().ok()? })
    }, needs |over| Some(Reference::new(Reference::KEY, RecordKind::User, &over.user)),
        names |over| vec![
            Reference::new(Reference::KEY, RecordKind::User, &over.user),
            Reference::new(Reference::KEY, RecordKind::Business, &over.account),
        ];
    Business (Business, |_| None): BusinessId = |one| one.id.clone(), |text| BusinessId::try_from(text).ok(),
        names |business| named("parent_id", RecordKind::Business, &business.parent);
    App (App, |_| None): AppId = |one| one.id.clone(), |text| AppId::try_from(text).ok(),
        names |app| named("installs", RecordKind::Business, app.installs.iter().map(|install| &install.account));
    ApiKey (ApiKey, |_| None): KeyId = |one| one.id.clone(), |text| KeyId::try_from(text).ok(),
        claims |key| vec![Claim::secret(key.hash.as_str())],
        names |key| vec![match &key.owner {
            KeyOwner::Business(id) => Reference::new("owner", RecordKind::Business, id),
            KeyOwner::App(id) => Reference::new("owner", RecordKind::App, id),
        }];
    Upload (Upload, |one| one.person): UploadId = |one| one.id.clone(), |text| UploadId::try_from(text).ok(),
        claims |upload| vec![Claim::token(upload.token.as_str())];
    Client (Client, |one| Some(one.person)): Uuid = |one| one.sub, |text| canonical_uuid(text),
        claims |client| vec![Claim::new(RecordKind::Client, "client_id", client.client_id.to_string())],
        changes Client::changes;
    Language (Language, |_| None): i32 = |one| one.id, |text| canonical(text);
    Tenant (Tenant, |_| None): i32 = |one| one.id, |text| canonical(text),
        claims |tenant| vec![Claim::slug(tenant.slug.as_str())];
    Brand (Brand, |_| None): i32 = |one| one.id, |text| canonical(text), names |brand| named("tenant_id", RecordKind::Tenant, [brand.tenant_id]);
    Group (Group, |_| None): i32 = |one| one.id, |text| canonical(text), names |group| named("tenant_id", RecordKind::Tenant, [group.tenant_id]);
    Member (Member, |one| Some(one.person)): i32 = |one| one.id, |text| canonical(text),
        claims |member| member.email_key().map(|email| Claim::new(RecordKind::Member, "email", email)).into_iter().collect(),
        names |member| named("language_id", RecordKind::Language, member.language_id);
    Membership (Membership, |one| Some(one.person)): MembershipKey = |one| MembershipKey { member: one.member_id, tenant: one.tenant_id }, |text| {
        let (member, tenant) = split_key(text)?;
        Some(MembershipKey { member: canonical(member)?, tenant: canonical(tenant)? })
    }, claims |one| vec![Claim::new(RecordKind::Membership, "id", one.id.to_string())],
        needs |one| Some(Reference::new(Reference::KEY, RecordKind::Member, &one.member_id)),
        names names_of;
}
