//! `GET /client/onboarding-status` (section 4): which records the client has.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_domain::client::Client;
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
        "get_onboarding_status",
        &["/client/onboarding-status", "/v1/client/onboarding-status"],
        "Read how far the onboarding has come",
        items::<Onboarding>(),
        and_common(&[]),
        |route| route.to(get),
    )
}

/// How far the onboarding has come.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientOnboarding")]
struct Onboarding {
    /// Null before the client's first record.
    #[schemars(range(min = 1))]
    client_id: Option<i64>,
    status: OnboardingState,
    steps: Steps,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ClientOnboardingStatus")]
enum OnboardingState {
    NotStarted,
    InProgress,
    Completed,
}

/// Which records the client has.
#[derive(Default, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the contract has one for each record")]
#[schemars(rename = "ClientOnboardingSteps")]
struct Steps {
    tnc: bool,
    profile: bool,
    address: bool,
    tax_information: bool,
    financial_assessment: bool,
}

impl From<&Client> for Steps {
    fn from(client: &Client) -> Self {
        Self {
            tnc: client.terms.is_some(),
            profile: client.profile.is_some(),
            address: client.address.is_some(),
            tax_information: client.tax.is_some(),
            financial_assessment: client.assessment.is_some(),
        }
    }
}

impl Steps {
    fn progress(&self) -> OnboardingState {
        let Self { tnc, profile, address, tax_information, financial_assessment } = *self;
        let steps = [tnc, profile, address, tax_information, financial_assessment];
        if steps.iter().all(|done| *done) {
            OnboardingState::Completed
        } else if steps.contains(&true) {
            OnboardingState::InProgress
        } else {
            OnboardingState::NotStarted
        }
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, read(&request, &state).await)
}

async fn read(request: &HttpRequest, state: &State) -> Result<[Onboarding; 1], ClientError> {
    let caller = RequestContext::begin(request, state).await?.caller;
    let client = find_client(&state.ports, &caller).await?;
    let steps = client.as_ref().map(Steps::from).unwrap_or_default();
    let client_id = client.map(|client| client.client_id);
    Ok([Onboarding { client_id, status: steps.progress(), steps }])
}
