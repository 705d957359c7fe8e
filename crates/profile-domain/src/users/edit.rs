//! How an operator writes users, overrides, businesses, apps and API keys field by field; nobody writes uploads.

use ipnet::IpNet;

use super::{
    ApiKey, App, AppId, Business, BusinessId, IdentityStatus, Install, KeyId, KeyOwner, Override, SocialLink,
    Upload, UploadId, UploadOwner, UploadStatus, User, UserId, Username, Verification, VersionDate,
    Visibility,
};
use crate::{
    Beginning, Editable, Input, OverrideKey, PersonId, Text,
    edit::{Held, Members},
    network::parse_network,
    rule::Fault,
};

impl Held for Username {
    fn held(input: Input) -> Result<Self, Fault> {
        Self::try_from(&Text::held(input)?)
    }
}

impl Held for BusinessId {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(|text| Self::try_from(text).ok())
    }
}

impl Held for KeyOwner {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(Self::parse)
    }
}

impl Held for VersionDate {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(|text| Self::try_from(text).ok())
    }
}

impl Held for IdentityStatus {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(Self::from_name)
    }
}

impl Held for IpNet {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(|text| parse_network(text).ok())
    }
}

impl Held for Install {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        Ok(Self { account: members.get("account_id")?, permissions: members.get("permissions")? })
    }
}

impl Held for SocialLink {
    fn held(input: Input) -> Result<Self, Fault> {
        let members = Members::held(input)?;
        Ok(Self {
            website: members.get("website")?,
            url: members.get("url")?,
            username: members.get("username")?,
            verified: members.get("verified")?,
        })
    }
}

impl Editable for User {
    fn blank(id: UserId, beginning: Beginning) -> Self {
        Self {
            id,
            person: beginning.person_or_nil(),
            version: 0,
            username: Username::unset(),
            name: None,
            bio: None,
            picture: None,
            banner: None,
            email: None,
            created_at: beginning.now,
            accounts: Vec::new(),
            verification: Verification::default(),
            social_links: Vec::new(),
            holdings: Vec::new(),
        }
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "username" => to.write(&mut self.username),
            "name" => to.write(&mut self.name),
            "bio" => to.write(&mut self.bio),
            "email" => to.write(&mut self.email),
            "created_at" => to.write(&mut self.created_at),
            "accounts" => to.write(&mut self.accounts),
            "verification.individual" => to.write(&mut self.verification.individual),
            "verification.business" => to.write(&mut self.verification.business),
            "social_links" => to.write(&mut self.social_links),
            "holdings" => to.write(&mut self.holdings),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Editable for Override {
    fn blank(key: OverrideKey, beginning: Beginning) -> Self {
        Self::new(key.user, key.account, beginning.person_or_nil())
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "name" => to.write(&mut self.name),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Editable for Business {
    fn blank(id: BusinessId, _: Beginning) -> Self {
        Self { id, version: 0, title: Text::default(), parent: None }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "title" => to.write(&mut self.title),
            "parent_id" => to.write(&mut self.parent),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Editable for App {
    fn blank(id: AppId, _: Beginning) -> Self {
        Self { id, version: 0, installs: Vec::new() }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "installs" => to.write(&mut self.installs),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Editable for ApiKey {
    fn blank(id: KeyId, _: Beginning) -> Self {
        Self {
            id,
            version: 0,
            owner: KeyOwner::Business(BusinessId::unset()),
            hash: String::new(),
            permissions: Vec::new(),
            expires_at: None,
            allow_cidrs: Vec::new(),
            version_date: None,
            revoked_at: None,
        }
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "owner" => to.write(&mut self.owner),
            "secret" => to.write(&mut self.hash),
            "permissions" => to.write(&mut self.permissions),
            "expires_at" => to.write(&mut self.expires_at),
            "allow_cidrs" => to.write(&mut self.allow_cidrs),
            "api_version_date" => to.write(&mut self.version_date),
            _ => Err(Fault::Unknown),
        }
    }
}

/// Only so that code over all kinds is possible: nobody writes uploads here (operator API page, section 2).
impl Editable for Upload {
    fn blank(id: UploadId, beginning: Beginning) -> Self {
        Self {
            id,
            version: 0,
            owner: UploadOwner::Business(BusinessId::unset()),
            person: beginning.person,
            token: Text::default(),
            filename: Text::default(),
            content_type: String::new(),
            visibility: Visibility::Private,
            created_at: beginning.now,
            status: UploadStatus::Pending,
            size: None,
            content: None,
            rendition: None,
            attached_at: None,
        }
    }

    fn set(&mut self, _: &str, _: Input) -> Result<(), Fault> {
        Err(Fault::Unknown)
    }
}
