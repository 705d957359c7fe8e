//! The typed key of each kind of record, by which stores find it and the one write loop names it.

use std::{fmt, num::ParseIntError, str::FromStr};

use uuid::Uuid;

use crate::{
    Claim, Record,
    account::{Account, Customer, CustomerId, Login},
    change::{joined_key, split_key},
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, AppId, Business, BusinessId, KeyId, Override, Upload, UploadId, User, UserId},
};

/// A record whose key has a type of its own, and whose version the write loop sets.
pub trait Keyed: Record + Clone + PartialEq + Send + Sync + 'static {
    /// What names the record within its kind. Its text is [`Record::key`].
    type Key: Clone + Ord + ToString + Send + Sync + 'static;

    /// Returns the key.
    fn id(&self) -> Self::Key;

    /// Reads the text of a key; `None` if no record can have it.
    fn parse_key(text: &str) -> Option<Self::Key>;

    /// Replaces the version. Only the write loop counts versions.
    fn set_version(&mut self, version: i64);

    /// Returns what no other record of the kind may have at the same time.
    fn claims(&self) -> Vec<Claim> {
        Vec::new()
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
    ($($record:ident: $key:ty = |$this:ident| $id:expr, |$text:ident| $parse:expr $(, claims $claims:expr)?;)*) => { $(
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
        }
    )* };
}

keyed! {
    Customer: CustomerId = |one| one.id, |text| canonical(text).map(CustomerId);
    Account: Login = |one| one.login, |text| canonical::<i64>(text).and_then(|number| Login::try_from(number).ok());
    MediaFile: Uuid = |one| one.uuid, |text| canonical_uuid(text);
    User: UserId = |one| one.id.clone(), |text| UserId::try_from(text).ok(),
        claims |user| vec![Claim::new("username", user.username.key())];
    Override: OverrideKey = |one| OverrideKey { user: one.user.clone(), account: one.account.clone() }, |text| {
        let (user, account) = split_key(text)?;
        Some(OverrideKey { user: user.try_into().ok()?, account: account.try_into().ok()? })
    };
    Business: BusinessId = |one| one.id.clone(), |text| BusinessId::try_from(text).ok();
    App: AppId = |one| one.id.clone(), |text| AppId::try_from(text).ok();
    ApiKey: KeyId = |one| one.id.clone(), |text| KeyId::try_from(text).ok(),
        claims |key| vec![Claim::new("secret", key.hash.as_str())];
    Upload: UploadId = |one| one.id.clone(), |text| UploadId::try_from(text).ok(),
        claims |upload| vec![Claim::new("token", upload.token.as_str())];
    Client: Uuid = |one| one.sub, |text| canonical_uuid(text),
        claims |client| vec![Claim::new("client_id", client.client_id.to_string())];
    Language: i32 = |one| one.id, |text| canonical(text);
    Tenant: i32 = |one| one.id, |text| canonical(text),
        claims |tenant| vec![Claim::new("slug", tenant.slug.as_str())];
    Brand: i32 = |one| one.id, |text| canonical(text);
    Group: i32 = |one| one.id, |text| canonical(text);
    Member: i32 = |one| one.id, |text| canonical(text),
        claims |member| member.email_key().map(|email| Claim::new("email", email)).into_iter().collect();
    Membership: MembershipKey = |one| MembershipKey { member: one.member_id, tenant: one.tenant_id }, |text| {
        let (member, tenant) = split_key(text)?;
        Some(MembershipKey { member: canonical(member)?, tenant: canonical(tenant)? })
    }, claims |one| vec![Claim::new("id", one.id.to_string())];
}
