//! Rows of kind `api_key`: keys that clients already have, of which only the hash is stored.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use profile_domain::{
    network::parse_network,
    users::{ApiKey, KeyId, KeyOwner, VersionDate},
};
use profile_ports::Purpose;
use profile_usecases::{Ports, Refusal, users::owner_exists};
use serde::Deserialize;

use super::{
    ImportRow,
    fields::{id, set_list},
};
use crate::{
    names::{Holder, Name},
    work::{Imported, Work},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiKeyRow {
    id: String,
    owner: String,
    secret: String,
    permissions: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    allow_cidrs: Option<Vec<String>>,
    api_version_date: Option<String>,
}

#[async_trait(?Send)]
impl ImportRow for ApiKeyRow {
    fn key(&self) -> String {
        format!("api_key {}", self.id)
    }

    fn claim(&self, ports: &Ports) -> Option<(Holder, Vec<Name>)> {
        let id = KeyId::try_from(self.id.as_str()).ok()?;
        Some((Holder::ApiKey(id), vec![Name::KeyHash(self.hash(ports))]))
    }

    async fn import(self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        let key: KeyId = id("id", &self.id)?;
        let owner = KeyOwner::parse(&self.owner)
            .ok_or_else(|| Refusal::invalid("owner", "is not the id of a business or an app"))?;
        if self.secret.is_empty() || self.secret.contains(char::is_whitespace) {
            return Err(Refusal::invalid("secret", "must be text without white space"));
        }
        let date = self.api_version_date.as_deref().map(VersionDate::try_from).transpose();
        let date = date.map_err(|_| Refusal::invalid("api_version_date", "is not a supported version"))?;
        let cidrs = self.networks()?;
        let hash = self.hash(&work.ports);
        if !owner_exists(&work.ports, &owner).await? {
            return Err(Refusal::dangling("owner", "does not exist"));
        }
        work.write(key.clone(), async |existing: Option<&ApiKey>| {
            let mut next = existing.cloned().unwrap_or_else(|| blank(&key, &owner));
            next.owner = owner.clone();
            next.hash.clone_from(&hash);
            next.permissions.clone_from(&self.permissions);
            next.expires_at = self.expires_at.or(next.expires_at);
            set_list(&mut next.allow_cidrs, cidrs.as_ref());
            next.version_date = date.or(next.version_date);
            Ok(next)
        })
        .await
    }
}

impl ApiKeyRow {
    fn hash(&self, ports: &Ports) -> String {
        ports.keyed_hash.hash(Purpose::ApiKey, &self.secret)
    }

    fn networks(&self) -> Result<Option<Vec<IpNet>>, Refusal> {
        let read = |cidrs: &Vec<String>| cidrs.iter().map(|cidr| parse_network(cidr)).collect();
        let networks = self.allow_cidrs.as_ref().map(read).transpose();
        networks.map_err(|_| Refusal::invalid("allow_cidrs", "must be addresses or networks"))
    }
}

fn blank(id: &KeyId, owner: &KeyOwner) -> ApiKey {
    ApiKey {
        id: id.clone(),
        version: 0,
        owner: owner.clone(),
        hash: String::new(),
        permissions: Vec::new(),
        expires_at: None,
        allow_cidrs: Vec::new(),
        version_date: None,
        revoked_at: None,
    }
}
