//! `GET /client/system-status` (section 4): what the system allows the client.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_domain::client::SystemStatus;
use profile_usecases::client::find_client;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{ClientError, and_common},
    request::RequestContext,
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint::read(
        "get_system_status",
        &["/client/system-status", "/v1/client/system-status"],
        "Read the system statuses",
        items::<SystemStatuses>(),
        and_common(&[]),
        |route| route.to(get),
    )
}

/// What the system allows the client; all of it with the one status `enabled`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientSystemStatuses")]
struct SystemStatuses {
    /// Null before the client's first record.
    #[schemars(range(min = 1))]
    client_id: Option<i64>,
    #[schemars(length(min = 1))]
    statuses: Vec<StatusName>,
}

/// A system status.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ClientSystemStatus")]
enum StatusName {
    Enabled,
    Disabled,
    Closed,
    WindDown,
    NeedsKycVerification,
    WalletsDisabled,
    AccountsDisabled,
}

impl From<SystemStatus> for StatusName {
    fn from(status: SystemStatus) -> Self {
        match status {
            SystemStatus::Enabled => Self::Enabled,
            SystemStatus::Disabled => Self::Disabled,
            SystemStatus::Closed => Self::Closed,
            SystemStatus::WindDown => Self::WindDown,
            SystemStatus::NeedsKycVerification => Self::NeedsKycVerification,
            SystemStatus::WalletsDisabled => Self::WalletsDisabled,
            SystemStatus::AccountsDisabled => Self::AccountsDisabled,
        }
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, read(&request, &state).await)
}

async fn read(request: &HttpRequest, state: &State) -> Result<[SystemStatuses; 1], ClientError> {
    let caller = RequestContext::begin(request, state).await?.caller;
    let client = find_client(&state.ports, &caller).await?;
    let statuses = client.iter().flat_map(|client| &client.system_statuses);
    let mut statuses: Vec<StatusName> = statuses.map(|status| (*status).into()).collect();
    if statuses.is_empty() {
        statuses.push(StatusName::Enabled);
    }
    Ok([SystemStatuses { client_id: client.map(|client| client.client_id), statuses }])
}
