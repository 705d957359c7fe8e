//! Rows of the kinds `language`, `tenant`, `brand` and `group`.

use profile_domain::tenant::{Brand, Group, Language, Tenant, fields};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Holder, Imported, Name, import_numbered, known_tenant},
};
use serde::Deserialize;

use super::members::{Words, check, set, visible};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct LanguageRow {
    pub(super) id: i32,
    name: Words,
    code: Words,
    icon: Option<Words>,
    icon_sqare: Option<Words>,
}

impl LanguageRow {
    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        visible(fields::NAME, &self.name)?;
        let (name, code) = (Some(self.name), Some(self.code));
        check(&[
            (fields::NAME, &name),
            (fields::CODE, &code),
            (fields::ICON, &self.icon),
            (fields::ICON_SQARE, &self.icon_sqare),
        ])
        .map_err(Refusal::Invalid)?;
        let adjust = |language: &mut Language| {
            set(&mut language.name, name.as_ref());
            set(&mut language.code, code.as_ref());
            language.icon = self.icon.clone().map(|icon| icon.0).or_else(|| language.icon.take());
            language.icon_square =
                self.icon_sqare.clone().map(|icon| icon.0).or_else(|| language.icon_square.take());
        };
        import_numbered(core, self.id, adjust, origin).await
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct TenantRow {
    pub(super) id: i32,
    slug: Words,
    name: Option<Words>,
}

impl TenantRow {
    pub(super) fn claim(&self) -> (Holder, Vec<Name>) {
        (Holder::Tenant(self.id), vec![Name::Slug(self.slug.0.clone())])
    }

    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        let slug = self.slug.0.as_str();
        if slug.chars().count() < Tenant::SLUG_CHARS || slug == Tenant::NO_SLUG || slug.contains('/') {
            let problem =
                format!("must have {} characters or more, no slash, and not be sys", Tenant::SLUG_CHARS);
            return Err(Refusal::invalid("slug", problem));
        }
        let slug = Some(self.slug);
        check(&[(fields::SLUG, &slug), (fields::NAME, &self.name)]).map_err(Refusal::Invalid)?;
        let adjust = |tenant: &mut Tenant| {
            set(&mut tenant.slug, slug.as_ref());
            set(&mut tenant.name, self.name.as_ref());
        };
        import_numbered(core, self.id, adjust, origin).await
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct BrandRow {
    pub(super) id: i32,
    tenant_id: i32,
    name: Option<Words>,
}

impl BrandRow {
    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[(fields::NAME, &self.name)]).map_err(Refusal::Invalid)?;
        known_tenant(core, self.tenant_id).await?;
        let adjust = |brand: &mut Brand| {
            brand.tenant_id = self.tenant_id;
            set(&mut brand.name, self.name.as_ref());
        };
        import_numbered(core, self.id, adjust, origin).await
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct GroupRow {
    pub(super) id: i32,
    tenant_id: i32,
    name: Words,
}

impl GroupRow {
    pub(super) async fn import(self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        visible(fields::NAME, &self.name)?;
        let name = Some(self.name);
        check(&[(fields::NAME, &name)]).map_err(Refusal::Invalid)?;
        known_tenant(core, self.tenant_id).await?;
        let adjust = |group: &mut Group| {
            group.tenant_id = self.tenant_id;
            set(&mut group.name, name.as_ref());
        };
        import_numbered(core, self.id, adjust, origin).await
    }
}
