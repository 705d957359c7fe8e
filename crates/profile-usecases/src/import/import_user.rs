//! An operator imports a user, with what businesses say over them.

use chrono::{DateTime, Utc};
use profile_domain::{
    Patch, Text,
    change::Facet,
    users::{
        BusinessId, Override, OverridePatch, User, UserFault, UserId, UserPatch, Username, Verification,
    },
};
use profile_ports::CommitError;

use super::{Imported, cause, person_of};
use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, Outcome, counted, outcome},
};

/// What a row says about a user; what it leaves out stays as it is, or starts empty.
pub struct UserImport {
    /// The key.
    pub id: UserId,
    /// Username, name and bio, with the rules of the contract.
    pub patch: UserPatch,
    /// The names that businesses show.
    pub overrides: Vec<(BusinessId, Option<Text>)>,
    /// What the operator calls the person.
    pub person: Option<Text>,
    /// Creation of the account.
    pub created_at: Option<DateTime<Utc>>,
}

/// Imports a user; `adjust` writes what the row says of the other fields.
///
/// # Errors
/// [`Refusal`]; the user is then as before, but some of its overrides may have been written.
pub async fn import_user(
    core: &Core,
    row: UserImport,
    adjust: impl Fn(&mut User) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    let mut written = import_profile(core, &row, &adjust, origin).await?;
    if matches!(written, Imported::Taken(_)) {
        return Ok(written);
    }
    let Some(user) = core.store.find_user(&row.id).await? else { return Err(Refusal::NotFound("user")) };
    for (account, name) in row.overrides {
        if import_override(core, &user, account, name, origin).await? == Imported::Written {
            written = Imported::Written;
        }
    }
    Ok(written)
}

async fn import_profile(
    core: &Core,
    row: &UserImport,
    adjust: &(impl Fn(&mut User) + Send),
    origin: &Origin,
) -> Result<Imported, Refusal> {
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_user(&row.id).await?;
        let person = person_of(core, row.person.as_ref(), existing.as_ref().map(|user| user.person)).await?;
        let mut next = match existing.clone() {
            Some(user) => user,
            None => User {
                id: row.id.clone(),
                person,
                version: 0,
                username: username(&row.patch)?,
                name: None,
                bio: None,
                picture: None,
                banner: None,
                email: None,
                created_at: row.created_at.unwrap_or_else(|| core.clock.now()),
                accounts: Vec::new(),
                verification: Verification::default(),
                social_links: Vec::new(),
                holdings: Vec::new(),
            },
        };
        let version = next.version;
        next = next.updated(&row.patch).map_err(refused)?;
        next.person = person;
        next.created_at = row.created_at.unwrap_or(next.created_at);
        adjust(&mut next);
        known_accounts(core, &next, existing.as_ref()).await?;
        next.version = version;
        if existing.as_ref() == Some(&next) {
            return Ok(Imported::Unchanged);
        }
        next.version += 1;
        let commit = core.commit_of(existing.as_ref(), next, cause(origin));
        match counted(Facet::User, core.store.commit_user(commit).await) {
            Ok(()) => return Ok(Imported::Written),
            Err(CommitError::Taken("username")) => return Ok(Imported::Taken("username")),
            Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Unknown(error)) => return Err(error.into()),
        }
    }
    Err(Refusal::Contended)
}

fn username(patch: &UserPatch) -> Result<Username, Refusal> {
    let text = patch.username.value().ok_or_else(|| Refusal::invalid("username", "is required"))?;
    Username::try_from(text).map_err(|fault| Refusal::invalid("username", fault.to_string()))
}

fn refused(fault: UserFault) -> Refusal {
    match fault {
        UserFault::Field(broken) => Refusal::Invalid(vec![broken]),
        UserFault::Reserved => Refusal::invalid("username", "is reserved"),
    }
}

/// Every business that the user newly belongs to must exist.
async fn known_accounts(core: &Core, next: &User, existing: Option<&User>) -> Result<(), Refusal> {
    for account in &next.accounts {
        let new = existing.is_none_or(|user| !user.belongs_to(account));
        if new && core.store.find_business(account).await?.is_none() {
            return Err(Refusal::invalid("accounts", "names a business that does not exist"));
        }
    }
    Ok(())
}

async fn import_override(
    core: &Core,
    user: &User,
    account: BusinessId,
    name: Option<Text>,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    let patch = OverridePatch { name: name.map_or(Patch::Null, Patch::Value), ..OverridePatch::default() };
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_override(&user.id, &account).await?;
        let base =
            existing.clone().unwrap_or_else(|| Override::new(user.id.clone(), account.clone(), user.person));
        let next = base.updated(&patch).map_err(|broken| Refusal::Invalid(vec![broken]))?;
        if next.version == base.version {
            return Ok(Imported::Unchanged);
        }
        let commit = core.commit_of(existing.as_ref(), next, cause(origin));
        match outcome(Facet::Override, core.store.commit_override(commit).await)? {
            Outcome::Committed => return Ok(Imported::Written),
            Outcome::Again => {}
        }
    }
    Err(Refusal::Contended)
}
