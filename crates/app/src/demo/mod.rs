//! `profile serve --demo`: a small data set, and requests to paste.

use std::{
    io::{Write as _, stdout},
    time::Duration,
};

use profile_domain::{
    account::{Account, CustomerId, Login},
    users::{Scopes, UserId, VersionDate},
};
use profile_identity::{AccountTokens, ClientTokens, TenantTokens, UsersTokens};
use profile_import::{Folder, Source, import};
use profile_usecases::Core;
use uuid::{Uuid, uuid};

use crate::{issuers, settings::Settings};

/// In the import format (operator page, section 3).
const DATA: &[u8] = include_bytes!("demo.ndjson");
/// The first account of the data, whose presence says that it is loaded.
const LOGIN: i64 = 70021;
/// Its owner.
const CUSTOMER: CustomerId = CustomerId(42);
/// A user of the data.
const USER: &str = "user_4hTq81LmZp0Va";
/// A client of the data.
const CLIENT: Uuid = uuid!("5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21");
/// A member of the data, and their tenant.
const MEMBER: i32 = 90;
const TENANT: i32 = 7;
/// How long the printed tokens are valid.
pub(crate) const LIFETIME: Duration = Duration::from_hours(24);

/// Refuses outside issuers: the demo prints tokens, and can sign none for them.
pub(crate) fn check(settings: &Settings) -> anyhow::Result<()> {
    let set: Vec<String> = issuers::settings_of(settings)
        .map(|(contract, _)| format!("PROFILE_{}_JWKS", contract.to_uppercase()))
        .collect();
    anyhow::ensure!(
        set.is_empty(),
        "--demo prints tokens of the service's own, which an outside issuer replaces; unset {}",
        set.join(", ")
    );
    Ok(())
}

/// Loads the data, unless that has been done: what was changed since then stays changed.
pub(crate) async fn load(core: &Core) -> anyhow::Result<()> {
    if core.find::<Account>(&Login::try_from(LOGIN)?).await?.is_some() {
        return Ok(());
    }
    let source = Source::bytes(DATA);
    let folder = Folder::of(&source, &[])?;
    let report = Box::pin(import(core, &source, folder, |_| {})).await?;
    tracing::info!(imported = report.imported, "demo data loaded");
    anyhow::ensure!(report.failed == 0, "{} demo rows failed", report.failed);
    Ok(())
}

/// Requests to the service at `url` that work as they stand.
pub(crate) fn requests(
    url: &str,
    tokens: &AccountTokens,
    users: &UsersTokens,
    clients: &ClientTokens,
    members: &TenantTokens,
) -> anyhow::Result<String> {
    let user = tokens.issue_for_user(Login::try_from(LOGIN)?, LIFETIME)?;
    let customer = tokens.issue_for_customer(CUSTOMER, LIFETIME)?;
    let scopes = Scopes::ALL.map(str::to_owned);
    let nora = users.issue_for_user(&UserId::try_from(USER)?, None, &scopes, LIFETIME)?;
    let mira = members.issue(MEMBER, Some(TENANT), LIFETIME)?;
    let mirela = clients.issue_for_client(CLIENT, LIFETIME)?;
    Ok(format!(
        "\naccount: a holder changes the own profile, and a customer reads theirs\n\n\
         curl -X PUT {url}/account/me -H 'Authorization: {user}' \\\n  \
         -H 'Content-Type: application/json' -d '{{\"city\":\"Malmö\",\"user_color\":\"#1e90ff\"}}'\n\n\
         curl {url}/customer/me -H 'Authorization: {customer}'\n\n\
         users: a user changes the own profile, in the shape of the newest version\n\n\
         curl -X PATCH {url}/users/me -H 'Authorization: Bearer {nora}' \\\n  \
         -H 'Api-Version-Date: {newest}' -H 'Content-Type: application/json' -d '{{\"bio\":\"Rivers, too.\"}}'\n\n\
         client: a client reads the own profile, and moves house\n\n\
         curl {url}/client/profile -H 'Authorization: {mirela}'\n\n\
         curl -X PUT {url}/client/address -H 'Authorization: {mirela}' -H 'Content-Type: application/json' \\\n  \
         -d '{{\"address_line_1\":\"2 Mill Lane\",\"state_province\":\"Munster\",\"city\":\"Cork\",\"zip_postal_code\":\"T12 X4Y7\"}}'\n\n\
         tenant: a member changes the own name, and sees who else is there\n\n\
         curl -X PUT {url}/api/sys/v1/account/update_profile -H 'Authorization: Bearer {mira}' \\\n  \
         -H 'Content-Type: application/json' -d '{{\"given_name\":\"Mira\",\"language\":{{\"id\":2}}}}'\n\n\
         curl {url}/api/acme/v1/users -H 'Authorization: Bearer {mira}'\n\n\
         API documents: {url}/docs\n",
        newest = VersionDate::NEWEST.as_str()
    ))
}

pub(crate) fn print(text: &str) -> std::io::Result<()> {
    writeln!(stdout(), "{text}")
}
