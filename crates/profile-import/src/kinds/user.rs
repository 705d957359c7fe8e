//! Rows of kind `user`, with the names that businesses show.

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    Beginning, Editable as _, Keyed as _, Patch, PersonId, Text, Violation, person,
    users::{
        Business, BusinessId, IdentityStatus, Override, OverridePatch, SocialLink, User, UserFault, UserId,
        UserPatch, Username, Verification, fields,
    },
};
use profile_usecases::{Ports, Refusal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ImportRow,
    fields::{ImportText, check, clean, each, id, set_list},
    holding::{HoldingItem, holding},
};
use crate::{
    names::{Holder, Name},
    work::{Imported, Work},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserRow {
    id: String,
    username: ImportText,
    name: Option<ImportText>,
    bio: Option<ImportText>,
    email: Option<ImportText>,
    created_at: Option<DateTime<Utc>>,
    accounts: Option<Vec<String>>,
    overrides: Option<Vec<OverrideItem>>,
    verification: Option<VerificationItem>,
    social_links: Option<Vec<SocialLinkItem>>,
    holdings: Option<Vec<HoldingItem>>,
    person: Option<ImportText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideItem {
    account_id: String,
    name: Option<ImportText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VerificationItem {
    individual: Option<String>,
    business: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SocialLinkItem {
    website: String,
    url: ImportText,
    username: Option<ImportText>,
    #[serde(default)]
    verified: bool,
}

impl UserRow {
    /// Returns the row of a record with its overrides, without pictures, which no row has.
    pub(super) fn of(user: &User, overrides: &[Override], person: Option<ImportText>) -> Self {
        let User {
            id,
            person: _,
            version: _,
            username,
            name,
            bio,
            picture: _,
            banner: _,
            email,
            created_at,
            accounts,
            verification,
            social_links,
            holdings,
        } = user;
        let optional = |text: &Option<Text>| text.as_ref().map(ImportText::from);
        let over = |over: &Override| OverrideItem {
            account_id: over.account.to_string(),
            name: optional(&over.name),
        };
        let link = |link: &SocialLink| SocialLinkItem {
            website: link.website.clone(),
            url: (&link.url).into(),
            username: optional(&link.username),
            verified: link.verified,
        };
        let status = |status: Option<IdentityStatus>| status.map(|status| status.name().to_owned());
        Self {
            id: id.to_string(),
            username: username.as_typed().into(),
            name: optional(name),
            bio: optional(bio),
            email: optional(email),
            created_at: Some(*created_at),
            accounts: Some(accounts.iter().map(ToString::to_string).collect()),
            overrides: Some(overrides.iter().map(over).collect()),
            verification: Some(VerificationItem {
                individual: status(verification.individual),
                business: status(verification.business),
            }),
            social_links: Some(social_links.iter().map(link).collect()),
            holdings: Some(holdings.iter().map(HoldingItem::of).collect()),
            person,
        }
    }
}

#[async_trait(?Send)]
impl ImportRow for UserRow {
    fn key(&self) -> String {
        format!("user {}", self.id)
    }

    fn claim(&self, _core: &Ports) -> Option<(Holder, Vec<Name>)> {
        let id = UserId::try_from(self.id.as_str()).ok()?;
        Some((Holder::User(id), vec![Name::Username(Username::key_of(self.username.0.as_str()))]))
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[(person::ALIAS, &self.person)])?;
        let accounts = each(self.accounts, |account| id::<BusinessId>("accounts", &account))?;
        let links = each(self.social_links, link)?;
        let holdings = each(self.holdings, holding)?;
        let verification = self.verification.map(verification).transpose()?;
        let key = id::<UserId>("id", &self.id)?;
        let patch = UserPatch {
            name: self.name.map(|name| name.0).into(),
            bio: self.bio.map(|bio| bio.0).into(),
            username: Some(self.username.0).into(),
            ..UserPatch::default()
        };
        let overrides = each(self.overrides, |item| {
            Ok((id::<BusinessId>("overrides", &item.account_id)?, item.name.map(|name| name.0)))
        })?;
        check_overrides(&key, overrides.as_deref().unwrap_or_default())?;
        let created_at = self.created_at.map(|at| at.trunc_subsecs(6));
        let email = self.email.as_ref().map(|email| clean(fields::EMAIL, email.0.as_str())).transpose()?;
        let written = work.write(key.clone(), async |existing: Option<&User>| {
            let person = work.person_of(self.person.as_ref(), existing.map(|user| user.person)).await?;
            let base = match existing {
                Some(user) => user.clone(),
                None => blank(&key, username(&patch)?, person, work.ports.clock.now()),
            };
            let mut next = base.updated(&patch).map_err(refused)?;
            next.person = person;
            next.created_at = created_at.unwrap_or(next.created_at);
            next.email = email.clone().or(next.email);
            set_list(&mut next.accounts, accounts.as_ref());
            set_list(&mut next.social_links, links.as_ref());
            set_list(&mut next.holdings, holdings.as_ref());
            next.verification = verification.unwrap_or(next.verification);
            known_accounts(&work.ports, &next, existing).await?;
            Ok(next)
        });
        let written = written.await?;
        if matches!(written, Imported::Taken(_)) {
            return Ok(written);
        }
        import_overrides(work, &key, overrides.unwrap_or_default(), written).await
    }
}

/// Checks the names that businesses show before anything is written.
fn check_overrides(key: &UserId, overrides: &[(BusinessId, Option<Text>)]) -> Result<(), Refusal> {
    let nobody = PersonId(Uuid::nil());
    let broken = |(place, (account, name)): (usize, &(BusinessId, Option<Text>))| {
        let patch = OverridePatch {
            name: name.clone().map_or(Patch::Null, Patch::Value),
            ..OverridePatch::default()
        };
        let broken = Override::new(key.clone(), account.clone(), nobody).updated(&patch).err()?;
        Some(Violation { field: format!("overrides.{place}.{}", broken.field), ..broken })
    };
    let broken: Vec<Violation> = overrides.iter().enumerate().filter_map(broken).collect();
    if broken.is_empty() { Ok(()) } else { Err(Refusal::Invalid(broken)) }
}

/// Imports the names that businesses show; returns what became of the row, of which `written` is the beginning.
async fn import_overrides(
    work: &Work,
    key: &UserId,
    overrides: Vec<(BusinessId, Option<Text>)>,
    mut written: Imported,
) -> Result<Imported, Refusal> {
    let Some(user) = work.ports.find::<User>(key).await? else { return Err(Refusal::NotFound("user")) };
    for (account, name) in overrides {
        let name = name.map_or(Patch::Null, Patch::Value);
        let patch = OverridePatch { name, ..OverridePatch::default() };
        let blank = Override::new(user.id.clone(), account, user.person);
        let overridden = work.write(blank.id(), async |existing: Option<&Override>| {
            let updated = existing.unwrap_or(&blank).updated(&patch);
            updated.map_err(|broken| Refusal::Invalid(vec![broken]))
        });
        if overridden.await? == Imported::Written {
            written = Imported::Written;
        }
    }
    Ok(written)
}

fn blank(id: &UserId, username: Username, person: PersonId, created_at: DateTime<Utc>) -> User {
    let beginning = Beginning { person: Some(person), now: created_at };
    User { username, ..User::blank(id.clone(), beginning) }
}

fn username(patch: &UserPatch) -> Result<Username, Refusal> {
    let text = patch.username.value().ok_or_else(|| Refusal::invalid("username", "is required"))?;
    clean(fields::USERNAME, text.as_str())?;
    Username::try_from(text).map_err(|_| Refusal::invalid("username", "is not a username"))
}

fn refused(fault: UserFault) -> Refusal {
    match fault {
        UserFault::Field(broken) => Refusal::Invalid(vec![broken]),
        UserFault::Reserved => Refusal::invalid("username", "is reserved"),
    }
}

/// Every business that the user newly belongs to must exist.
async fn known_accounts(ports: &Ports, next: &User, existing: Option<&User>) -> Result<(), Refusal> {
    for account in &next.accounts {
        let new = existing.is_none_or(|user| !user.belongs_to(account));
        if new && ports.find::<Business>(account).await?.is_none() {
            return Err(Refusal::dangling("accounts", "names a business that does not exist"));
        }
    }
    Ok(())
}

fn link(item: SocialLinkItem) -> Result<SocialLink, Refusal> {
    let SocialLinkItem { website, url, username, verified } = item;
    if !SocialLink::WEBSITES.contains(&website.as_str()) {
        return Err(Refusal::invalid("social_links", "has an unknown website"));
    }
    Ok(SocialLink { website, url: url.0, username: username.map(|name| name.0), verified })
}

fn verification(item: VerificationItem) -> Result<Verification, Refusal> {
    let status = |name: Option<String>| {
        let unknown = || Refusal::invalid("verification", "has an unknown status");
        name.map(|name| IdentityStatus::from_name(&name).ok_or_else(unknown)).transpose()
    };
    Ok(Verification { individual: status(item.individual)?, business: status(item.business)? })
}
