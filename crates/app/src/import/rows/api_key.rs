//! A row of kind `api_key`.

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use profile_domain::network::parse_network;
use profile_domain::users::{ApiKey, KeyId, KeyOwner, VersionDate};
use profile_ports::Purpose;
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Holder, Imported, Name, import_api_key},
};
use serde::Deserialize;

use super::members::id;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct ApiKeyRow {
    pub(super) id: String,
    owner: String,
    secret: String,
    permissions: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    allow_cidrs: Option<Vec<String>>,
    api_version_date: Option<String>,
}

impl ApiKeyRow {
    pub(super) fn claim(&self, core: &Core) -> Option<(Holder, Vec<Name>)> {
        let id = KeyId::try_from(self.id.as_str()).ok()?;
        Some((Holder::ApiKey(id), vec![Name::KeyHash(core.keyed_hash.hash(Purpose::ApiKey, &self.secret))]))
    }

    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        let key: KeyId = id("id", &self.id)?;
        let owner = KeyOwner::parse(&self.owner)
            .ok_or_else(|| Refusal::invalid("owner", "is not the id of a business or an app"))?;
        if self.secret.is_empty() || self.secret.contains(char::is_whitespace) {
            return Err(Refusal::invalid("secret", "must be text without white space"));
        }
        let date = self.api_version_date.as_deref().map(VersionDate::try_from).transpose();
        let date = date.map_err(|_| Refusal::invalid("api_version_date", "is not a supported version"))?;
        let cidrs =
            self.allow_cidrs.as_ref().map(|cidrs| cidrs.iter().map(|cidr| parse_network(cidr)).collect());
        let cidrs: Option<Vec<IpNet>> = cidrs
            .transpose()
            .map_err(|_| Refusal::invalid("allow_cidrs", "must be addresses or networks"))?;
        let hash = core.keyed_hash.hash(Purpose::ApiKey, &self.secret);
        let adjust = |stored: &mut ApiKey| {
            stored.permissions.clone_from(&self.permissions);
            stored.expires_at = self.expires_at.or(stored.expires_at);
            if let Some(cidrs) = &cidrs {
                stored.allow_cidrs.clone_from(cidrs);
            }
            stored.version_date = date.or(stored.version_date);
        };
        import_api_key(core, key, owner, hash, adjust, origin).await
    }
}
