//! How an operator writes what belongs to a workspace field by field.

use chrono::{DateTime, Utc};

use super::{Brand, BrandUser, Group, GroupUser, Language, Member, Membership, Tenant};
use crate::{
    Beginning, Editable, Input, MembershipKey, PersonId, Text,
    edit::{Held, Members},
    rule::Fault,
};

impl Held for GroupUser {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        Ok(Self { id: members.get("id")?, is_admin: members.get("is_admin")? })
    }
}

impl Held for BrandUser {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        Ok(Self { brand_id: members.get("brand_id")?, role: members.get("role")? })
    }
}

impl Editable for Language {
    fn blank(id: i32, _: Beginning) -> Self {
        Self { id, version: 0, name: Text::default(), code: Text::default(), icon: None, icon_square: None }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "name" => to.write(&mut self.name),
            "code" => to.write(&mut self.code),
            "icon" => to.write(&mut self.icon),
            "icon_sqare" => to.write(&mut self.icon_square),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Editable for Tenant {
    fn blank(id: i32, _: Beginning) -> Self {
        Self { id, version: 0, slug: Text::default(), name: Text::default() }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "slug" => to.write(&mut self.slug),
            "name" => to.write(&mut self.name),
            _ => Err(Fault::Unknown),
        }
    }
}

/// Sets a field of what has a name within a tenant.
fn set_within_tenant(field: &str, to: Input, tenant_id: &mut i32, name: &mut Text) -> Result<(), Fault> {
    match field {
        "tenant_id" => to.write(tenant_id),
        "name" => to.write(name),
        _ => Err(Fault::Unknown),
    }
}

impl Editable for Brand {
    fn blank(id: i32, _: Beginning) -> Self {
        Self { id, version: 0, tenant_id: 0, name: Text::default() }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        set_within_tenant(field, to, &mut self.tenant_id, &mut self.name)
    }
}

impl Editable for Group {
    fn blank(id: i32, _: Beginning) -> Self {
        Self { id, version: 0, tenant_id: 0, name: Text::default() }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        set_within_tenant(field, to, &mut self.tenant_id, &mut self.name)
    }
}

impl Member {
    /// Replaces the address, unless it differs in white space or letter case alone (contract tenant, section 4.1).
    fn set_email(&mut self, email: &Text) -> Result<(), Fault> {
        if Self::email_key_of(email.as_str()) != Self::email_key_of(self.email.as_str()) {
            self.email = Text::try_from(email.as_str().trim()).map_err(|_| Fault::Nul)?;
        }
        Ok(())
    }
}

impl Editable for Member {
    fn blank(id: i32, beginning: Beginning) -> Self {
        Self {
            id,
            person: beginning.person_or_nil(),
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
            created: beginning.now,
            created_by: None,
            last_updated: beginning.now,
            last_updated_by: None,
            password_hash: None,
        }
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "language_id" => to.write(&mut self.language_id),
            "email" => self.set_email(&Text::held(to)?),
            "given_name" => to.write(&mut self.given_name),
            "family_name" => to.write(&mut self.family_name),
            "display_absolute_time" => to.write(&mut self.display_absolute_time),
            "profile_pic" => to.write(&mut self.profile_pic),
            "admin_roles" => to.write(&mut self.admin_roles),
            "permissions" => to.write(&mut self.permissions),
            "is_deleted" => to.write(&mut self.is_deleted),
            "created" => to.write(&mut self.created),
            "created_by" => to.write(&mut self.created_by),
            "password_hash" => to.write(&mut self.password_hash),
            _ => Err(Fault::Unknown),
        }
    }

    /// Only the contract moves `last_updated`; a new member was last updated when it was made, as in an import.
    fn touch(&mut self, before: Option<&Self>, _: DateTime<Utc>) {
        if before.is_none() {
            self.last_updated = self.created;
        }
    }
}

impl Editable for Membership {
    fn blank(key: MembershipKey, beginning: Beginning) -> Self {
        Self {
            id: 0,
            member_id: key.member,
            tenant_id: key.tenant,
            person: beginning.person_or_nil(),
            version: 0,
            role: 0,
            status: 0,
            last_seen: None,
            groups: Vec::new(),
            brands: Vec::new(),
        }
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "id" => to.write(&mut self.id),
            "role" => to.write(&mut self.role),
            "status" => to.write(&mut self.status),
            "last_seen" => to.write(&mut self.last_seen),
            "groups" => to.write(&mut self.groups),
            "brands" => to.write(&mut self.brands),
            _ => Err(Fault::Unknown),
        }
    }
}
