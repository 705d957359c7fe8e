//! A row of kind `user`.

use chrono::{DateTime, SubsecRound as _, Utc};
use profile_balances::{HoldingItem, MalformedHolding};
use profile_domain::{
    person,
    users::{BusinessId, Holding, IdentityStatus, SocialLink, User, UserId, UserPatch, Username},
};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Holder, Imported, Name, UserImport, import_user},
};
use serde::Deserialize;

use super::members::{Words, check, email_address, id};

/// The sites of a social link (contract users, section 9).
const WEBSITES: [&str; 8] =
    ["x", "instagram", "facebook", "tiktok", "youtube", "linkedin", "twitch", "website"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct UserRow {
    pub(super) id: String,
    username: Words,
    name: Option<Words>,
    bio: Option<Words>,
    email: Option<Words>,
    created_at: Option<DateTime<Utc>>,
    accounts: Option<Vec<String>>,
    overrides: Option<Vec<OverrideItem>>,
    verification: Option<VerificationItem>,
    social_links: Option<Vec<SocialLinkItem>>,
    holdings: Option<Vec<HoldingItem>>,
    person: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideItem {
    account_id: String,
    name: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerificationItem {
    individual: Option<String>,
    business: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SocialLinkItem {
    website: String,
    url: Words,
    username: Option<Words>,
    #[serde(default)]
    verified: bool,
}

impl UserRow {
    pub(super) fn claim(&self) -> Option<(Holder, Vec<Name>)> {
        let id = UserId::try_from(self.id.as_str()).ok()?;
        Some((Holder::User(id), vec![Name::Username(Username::key_of(self.username.0.as_str()))]))
    }

    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[(person::ALIAS, &self.person)]).map_err(Refusal::Invalid)?;
        let accounts: Option<Vec<BusinessId>> = self
            .accounts
            .as_ref()
            .map(|ids| ids.iter().map(|account| id("accounts", account)).collect::<Result<_, _>>())
            .transpose()?;
        let links = self.social_links.map(|links| links.into_iter().map(link).collect::<Result<Vec<_>, _>>());
        let links = links.transpose()?;
        let holdings =
            self.holdings.map(|items| items.into_iter().map(holding).collect::<Result<Vec<_>, _>>());
        let holdings = holdings.transpose()?;
        let verification = self.verification.map(verification).transpose()?;
        let overrides =
            self.overrides.unwrap_or_default().into_iter().map(|item| {
                Ok((id::<BusinessId>("overrides", &item.account_id)?, item.name.map(|name| name.0)))
            });
        let import = UserImport {
            id: id::<UserId>("id", &self.id)?,
            patch: UserPatch {
                name: self.name.map(|name| name.0).into(),
                bio: self.bio.map(|bio| bio.0).into(),
                username: Some(self.username.0).into(),
                ..UserPatch::default()
            },
            overrides: overrides.collect::<Result<_, Refusal>>()?,
            person: self.person.map(|person| person.0),
            created_at: self.created_at.map(|at| at.trunc_subsecs(6)),
        };
        let email = email_address(self.email.as_ref())?;
        let adjust = |user: &mut User| {
            user.email = email.clone().or_else(|| user.email.take());
            if let Some(accounts) = &accounts {
                user.accounts.clone_from(accounts);
            }
            if let Some(links) = &links {
                user.social_links.clone_from(links);
            }
            if let Some(holdings) = &holdings {
                user.holdings.clone_from(holdings);
            }
            user.verification = verification.unwrap_or(user.verification);
        };
        import_user(core, import, adjust, origin).await
    }
}

fn link(item: SocialLinkItem) -> Result<SocialLink, Refusal> {
    let SocialLinkItem { website, url, username, verified } = item;
    if !WEBSITES.contains(&website.as_str()) {
        return Err(Refusal::invalid("social_links", "has an unknown website"));
    }
    Ok(SocialLink { website, url: url.0, username: username.map(|name| name.0), verified })
}

fn verification(item: VerificationItem) -> Result<profile_domain::users::Verification, Refusal> {
    let status = |name: Option<String>| {
        let unknown = || Refusal::invalid("verification", "has an unknown status");
        name.map(|name| IdentityStatus::from_name(&name).ok_or_else(unknown)).transpose()
    };
    Ok(profile_domain::users::Verification {
        individual: status(item.individual)?,
        business: status(item.business)?,
    })
}

fn holding(item: HoldingItem) -> Result<Holding, Refusal> {
    if let Some(unknown) = item.unknown_member() {
        return Err(Refusal::invalid("holdings", format!("has an unknown member `{unknown}`")));
    }
    item.try_into().map_err(|malformed: MalformedHolding| Refusal::invalid("holdings", malformed.to_string()))
}
