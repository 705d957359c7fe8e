//! Rows of kind `member`, with their memberships.

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    BrokenRule, PersonId, Text, Violation, person,
    tenant::{Language, Member, MemberPatch, Membership, fields},
};
use profile_usecases::{Ports, Refusal};
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, check, set_list, set_optional},
    membership::{MembershipItem, check_membership, import_membership},
};
use crate::{
    names::{Holder, Name},
    work::{Imported, Work},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberRow {
    id: i32,
    email: ImportText,
    given_name: ImportText,
    family_name: Option<ImportText>,
    language_id: Option<i32>,
    display_absolute_time: Option<bool>,
    profile_pic: Option<ImportText>,
    admin_roles: Option<Vec<i32>>,
    permissions: Option<Vec<i32>>,
    is_deleted: Option<bool>,
    created: Option<DateTime<Utc>>,
    created_by: Option<i32>,
    #[serde(skip_serializing)]
    password: Option<ImportText>,
    #[serde(skip_serializing)]
    password_hash: Option<ImportText>,
    tenants: Option<Vec<MembershipItem>>,
    person: Option<ImportText>,
}

/// How a row gives the password.
enum ImportedPassword {
    /// In clear; only its hash is stored.
    Clear(String),
    /// As a PHC string.
    Hash(Text),
}

#[async_trait(?Send)]
impl ImportRow for MemberRow {
    fn key(&self) -> String {
        format!("member {}", self.id)
    }

    fn claim(&self, _core: &Ports) -> Option<(Holder, Vec<Name>)> {
        let tenants = || self.tenants.iter().flatten();
        // A deleted member holds no address.
        let email = (self.is_deleted != Some(true)).then(|| Member::email_key_of(self.email.0.as_str()));
        let memberships = tenants().map(|tenant| Name::Membership(tenant.id));
        let names = email.map(Name::Email).into_iter().chain(memberships).collect();
        Some((Holder::Member(self.id, tenants().map(|tenant| tenant.tenant_id).collect()), names))
    }

    async fn import(mut self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[(fields::PROFILE_PIC, &self.profile_pic), (person::ALIAS, &self.person)])?;
        self.check_contract()?;
        let ports = &work.ports;
        let password = self.take_password(ports)?;
        let memberships = self.tenants.take().unwrap_or_default();
        for membership in &memberships {
            check_membership(ports, membership).await?;
        }
        let mut written = self.import_record(work, password.as_ref()).await?;
        if matches!(written, Imported::Taken(_)) {
            return Ok(written);
        }
        let found = ports.store.find_members(&[self.id]).await?;
        let Some(member) = found.into_iter().next() else { return Err(Refusal::NotFound("member")) };
        for membership in &memberships {
            match import_membership(work, &member, membership).await? {
                Imported::Unchanged => {}
                Imported::Written => written = Imported::Written,
                taken @ Imported::Taken(_) => return Ok(taken),
            }
        }
        Ok(written)
    }
}

impl MemberRow {
    /// Returns the row of a record with its memberships, without the password's hash.
    pub(super) fn of(member: &Member, memberships: &[Membership], person: Option<ImportText>) -> Self {
        let Member {
            id,
            person: _,
            version: _,
            email,
            given_name,
            family_name,
            language_id,
            display_absolute_time,
            profile_pic,
            admin_roles,
            permissions,
            is_deleted,
            created,
            created_by,
            last_updated: _,
            last_updated_by: _,
            password_hash: _,
        } = member;
        Self {
            id: *id,
            email: email.into(),
            given_name: given_name.into(),
            family_name: Some(family_name.into()),
            language_id: *language_id,
            display_absolute_time: Some(*display_absolute_time),
            profile_pic: profile_pic.as_ref().map(ImportText::from),
            admin_roles: Some(admin_roles.clone()),
            permissions: Some(permissions.clone()),
            is_deleted: Some(*is_deleted),
            created: Some(*created),
            created_by: *created_by,
            password: None,
            password_hash: None,
            tenants: Some(memberships.iter().map(MembershipItem::of).collect()),
            person,
        }
    }

    /// The rules of the contract, which hold for imported values too.
    fn check_contract(&self) -> Result<(), Refusal> {
        let text = |text: &ImportText| Some(text.0.as_str().to_owned());
        let patch = MemberPatch {
            email: text(&self.email),
            given_name: text(&self.given_name),
            family_name: self.family_name.as_ref().and_then(text),
            ..MemberPatch::default()
        };
        let broken: Vec<Violation> = patch.broken_rules().into_iter().map(BrokenRule::in_words).collect();
        if broken.is_empty() { Ok(()) } else { Err(Refusal::Invalid(broken)) }
    }

    fn take_password(&mut self, ports: &Ports) -> Result<Option<ImportedPassword>, Refusal> {
        match (self.password.take(), self.password_hash.take()) {
            (Some(_), Some(_)) => {
                Err(Refusal::invalid("password", "or password_hash may be given, not both"))
            }
            (Some(password), None) => {
                // A longer one could never be confirmed through the contract.
                let limit = fields::PASSWORD_VALIDATION.max_chars().unwrap_or(usize::MAX);
                let password = password.0.into_string();
                if password.is_empty() || password.chars().count() > limit {
                    return Err(Refusal::invalid("password", format!("must have 1 to {limit} characters")));
                }
                Ok(Some(ImportedPassword::Clear(password)))
            }
            (None, Some(hash)) if ports.passwords.understands(hash.0.as_str()) => {
                Ok(Some(ImportedPassword::Hash(hash.0)))
            }
            (None, Some(_)) => Err(Refusal::invalid(
                "password_hash",
                "is no argon2id PHC string with m up to 131072, t up to 10 and p up to 16",
            )),
            (None, None) => Ok(None),
        }
    }

    async fn import_record(
        &self,
        work: &Work,
        password: Option<&ImportedPassword>,
    ) -> Result<Imported, Refusal> {
        let ports = &work.ports;
        let created = self.created.map(|at| at.trunc_subsecs(6));
        work.write(self.id, async |existing: Option<&Member>| {
            let person = work.person_of(self.person.as_ref(), existing.map(|member| member.person)).await?;
            let new = || blank(self.id, person, created.unwrap_or_else(|| ports.clock.now()));
            let mut next = existing.cloned().unwrap_or_else(new);
            next.person = person;
            next.created = created.unwrap_or(next.created);
            self.write_to(&mut next);
            match password {
                None => {}
                Some(ImportedPassword::Hash(hash)) => next.password_hash = Some(hash.clone()),
                Some(ImportedPassword::Clear(password)) => {
                    let known = existing.and_then(|member| member.password_hash.as_ref());
                    next.password_hash = Some(ports.passwords.hash(password, known).await?);
                }
            }
            if let Some(language) = next.language_id
                && ports.find::<Language>(&language).await?.is_none()
            {
                return Err(Refusal::dangling("language_id", "does not exist"));
            }
            Ok(next)
        })
        .await
    }

    fn write_to(&self, member: &mut Member) {
        let trimmed = |text: &ImportText| Text::try_from(text.0.as_str().trim());
        let new = MemberPatch { email: Some(self.email.0.as_str().to_owned()), ..MemberPatch::default() };
        if let (Some(_), Ok(email)) = (new.new_email(member), trimmed(&self.email)) {
            member.email = email;
        }
        if let Ok(name) = trimmed(&self.given_name) {
            member.given_name = name;
        }
        if let Some(Ok(name)) = self.family_name.as_ref().map(trimmed) {
            member.family_name = name;
        }
        member.language_id = self.language_id.or(member.language_id);
        member.display_absolute_time = self.display_absolute_time.unwrap_or(member.display_absolute_time);
        set_optional(&mut member.profile_pic, self.profile_pic.as_ref());
        set_list(&mut member.admin_roles, self.admin_roles.as_ref());
        set_list(&mut member.permissions, self.permissions.as_ref());
        member.is_deleted = self.is_deleted.unwrap_or(member.is_deleted);
        member.created_by = self.created_by.or(member.created_by);
    }
}

fn blank(id: i32, person: PersonId, created: DateTime<Utc>) -> Member {
    Member {
        id,
        person,
        version: 0,
        email: Text::default(),
        given_name: Text::default(),
        family_name: Text::default(),
        language_id: None,
        display_absolute_time: false,
        profile_pic: None,
        admin_roles: Vec::new(),
        permissions: Vec::new(),
        is_deleted: false,
        created,
        created_by: None,
        last_updated: created,
        last_updated_by: None,
        password_hash: None,
    }
}
