//! An operator imports a user, with what businesses say over them.

use chrono::{DateTime, Utc};
use profile_domain::{
    Keyed as _, Patch, PersonId, Text,
    users::{
        Business, BusinessId, Override, OverridePatch, User, UserFault, UserId, UserPatch, Username,
        Verification,
    },
};

use super::{Imported, cause, person_of};
use crate::{Core, Origin, Refusal, write::Seen};

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
    let Some(user) = core.find::<User>(&row.id).await? else { return Err(Refusal::NotFound("user")) };
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
    let written =
        core.write(row.id.clone(), Seen::Nothing, cause(origin), async |existing: Option<&User>| {
            let person = person_of(core, row.person.as_ref(), existing.map(|user| user.person)).await?;
            let base = match existing {
                Some(user) => user.clone(),
                None => blank(core, row, person)?,
            };
            let mut next = base.updated(&row.patch).map_err(refused)?;
            next.person = person;
            next.created_at = row.created_at.unwrap_or(next.created_at);
            adjust(&mut next);
            known_accounts(core, &next, existing).await?;
            Ok(next)
        });
    Imported::of(written.await)
}

fn blank(core: &Core, row: &UserImport, person: PersonId) -> Result<User, Refusal> {
    Ok(User {
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
    })
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
        if new && core.find::<Business>(account).await?.is_none() {
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
    let blank = Override::new(user.id.clone(), account, user.person);
    let written =
        core.write(blank.id(), Seen::Nothing, cause(origin), async |existing: Option<&Override>| {
            let updated = existing.unwrap_or(&blank).updated(&patch);
            updated.map_err(|broken| Refusal::Invalid(vec![broken]))
        });
    Imported::of(written.await)
}
