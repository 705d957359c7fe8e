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
    wiring::{core, open_migrated},
};

pub(crate) async fn create(settings: &Settings, new: NewKey) -> anyhow::Result<ExitCode> {
    let NewKey { owner, permission, version_date, expires_in, cidr } = new;
    let owner = KeyOwner::parse(&owner).context("--owner must be an id that begins with biz_ or app_")?;
    let date = version_date.as_deref().map(VersionDate::try_from).transpose().context("--version-date")?;
    let core = core(settings, open_migrated(settings).await?.store)?;
    let end = |after| core.clock.now().checked_add_signed(TimeDelta::from_std(after).ok()?);
    let expires_at = expires_in.map(|after| end(after).context("--expires-in is too long")).transpose()?;
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
