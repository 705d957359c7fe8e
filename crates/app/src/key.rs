//! `profile key create`: makes an API key.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use chrono::TimeDelta;
use profile_domain::users::{KeyOwner, VersionDate};
use profile_usecases::{
    Origin,
    users::{NewApiKey, create_api_key},
};

use crate::{
    cli::NewKey,
    settings::Settings,
    wiring::{cause, core, open_database},
};

pub(crate) async fn create(settings: &Settings, new: NewKey) -> anyhow::Result<ExitCode> {
    let NewKey { owner, permission, version_date, expires_in, cidr } = new;
    let owner = KeyOwner::parse(&owner).context("--owner must be an id that begins with biz_ or app_")?;
    let date = version_date.as_deref().map(VersionDate::try_from).transpose().context("--version-date")?;
    let opened = open_database(settings)?;
    let shown = settings.shown_database_url();
    let migrated = opened.database.migrate().await.map_err(cause);
    migrated.with_context(|| format!("cannot open database {shown}"))?;
    let core = core(settings, opened.store)?;
    let expires_at = match expires_in {
        None => None,
        Some(after) => {
            core.clock.now().checked_add_signed(TimeDelta::from_std(after).context("--expires-in")?)
        }
    };
    let new = NewApiKey {
        owner,
        permissions: permission,
        expires_at,
        allow_cidrs: cidr,
        version_date: Some(date.unwrap_or(VersionDate::NEWEST)),
    };
    let origin = Origin { contract: "operator", request_id: core.ids.request().to_string() };
    writeln!(stdout(), "{}", create_api_key(&core, new, &origin).await?)?;
    Ok(ExitCode::SUCCESS)
}
