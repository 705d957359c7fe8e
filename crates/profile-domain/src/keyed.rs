//! The typed key of each kind of record, by which stores find it and the one write loop names it.

use std::{fmt, num::ParseIntError, str::FromStr};

use uuid::Uuid;

use crate::{
    Claim, Record,
    account::{Account, Customer, CustomerId, Login},
    change::{RecordKind, joined_key, split_key},
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, AppId, Business, BusinessId, KeyId, Override, Upload, UploadId, User, UserId},
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

    /// Returns the records that must be there for this one to be stored.
    fn references(&self) -> Vec<Reference> {
        Vec::new()
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
    ($($record:ident: $key:ty = |$this:ident| $id:expr, |$text:ident| $parse:expr $(, claims $claims:expr)?
        $(, needs $needs:expr)?;)*) => {
        /// A record of any kind, for what writes several kinds in one step.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyRecord { $(
            #[doc = concat!("A [`", stringify!($record), "`].")]
            $record(Box<$record>),
        )* }

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
                let needs: fn(&Self) -> Option<(&'static str, RecordKind, String)> = $needs;
                needs(self).map(|(field, kind, key)| Reference { field, kind, key }).into_iter().collect()
            })?
        })*
    };
}

keyed! {
    Customer: CustomerId = |one| one.id, |text| canonical(text).map(CustomerId);
    Account: Login = |one| one.login, |text| canonical::<i64>(text).and_then(|number| Login::try_from(number).ok()),
        needs |account| account.owner.as_ref().map(|owner| ("customer_id", RecordKind::Customer, owner.id.0.to_string()));
    MediaFile: Uuid = |one| one.uuid, |text| canonical_uuid(text);
    User: UserId = |one| one.id.clone(), |text| UserId::try_from(text).ok(),
        claims |user| vec![Claim::username(user.username.key())];
    Override: OverrideKey = |one| OverrideKey { user: one.user.clone(), account: one.account.clone() }, |text| {
        let (user, account) = split_key(text)?;
        Some(OverrideKey { user: user.try_into().ok()?, account: account.try_into().ok()? })
    }, needs |over| Some(("user", RecordKind::User, over.user.to_string()));
    Business: BusinessId = |one| one.id.clone(), |text| BusinessId::try_from(text).ok();
    App: AppId = |one| one.id.clone(), |text| AppId::try_from(text).ok();
    ApiKey: KeyId = |one| one.id.clone(), |text| KeyId::try_from(text).ok(),
        claims |key| vec![Claim::secret(key.hash.as_str())];
    Upload: UploadId = |one| one.id.clone(), |text| UploadId::try_from(text).ok(),
        claims |upload| vec![Claim::token(upload.token.as_str())];
    Client: Uuid = |one| one.sub, |text| canonical_uuid(text),
        claims |client| vec![Claim::new(RecordKind::Client, "client_id", client.client_id.to_string())];
    Language: i32 = |one| one.id, |text| canonical(text);
    Tenant: i32 = |one| one.id, |text| canonical(text),
        claims |tenant| vec![Claim::slug(tenant.slug.as_str())];
    Brand: i32 = |one| one.id, |text| canonical(text);
    Group: i32 = |one| one.id, |text| canonical(text);
    Member: i32 = |one| one.id, |text| canonical(text),
        claims |member| member.email_key().map(|email| Claim::new(RecordKind::Member, "email", email)).into_iter().collect();
    Membership: MembershipKey = |one| MembershipKey { member: one.member_id, tenant: one.tenant_id }, |text| {
        let (member, tenant) = split_key(text)?;
        Some(MembershipKey { member: canonical(member)?, tenant: canonical(tenant)? })
    }, claims |one| vec![Claim::new(RecordKind::Membership, "id", one.id.to_string())],
        needs |one| Some(("member", RecordKind::Member, one.member_id.to_string()));
}
