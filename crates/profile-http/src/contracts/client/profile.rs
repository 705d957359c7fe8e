//! `POST`, `PUT` and `GET /client/profile` (section 4): the identity profile.

use actix_web::http::Method;
use profile_domain::client::{Client, IdentityProfile, ProfileEntry, ProfileRules, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::DecryptedProfile;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    record,
    request::texts,
    response::{Moment, limit_texts, text},
};
use crate::{State, endpoint::Endpoint};

const PATHS: &[&str] = &["/client/profile", "/v1/client/profile"];

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        record::writing::<ProfileItem>(
            Method::POST,
            "create_client_profile",
            PATHS,
            "Create the profile, once",
            |_| texts(&fields::PROFILE_CREATION, &[]),
            |route| {
                record::create::<IdentityProfile, ProfileItem>(route, |body, state| {
                    ProfileEntry::creation(&JsonMembers(body), rules(state))
                })
            },
        ),
        record::writing::<ProfileItem>(
            Method::PUT,
            "update_client_profile",
            PATHS,
            "Replace the profile, for a reason",
            |_| texts(&fields::PROFILE_REPLACEMENT, &[]),
            |route| {
                record::replace::<IdentityProfile, ProfileItem>(route, |body, state| {
                    ProfileEntry::replacement(&JsonMembers(body), rules(state))
                })
            },
        ),
        record::reading::<ProfileItem>(
            "get_client_profile",
            PATHS,
            "Read the profile",
            record::get::<IdentityProfile, ProfileItem>,
        ),
    ]
}

/// A profile.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientProfile", transform = limit_texts)]
struct ProfileItem {
    #[schemars(range(min = 1))]
    client_id: i64,
    /// The number of the address, where there is one.
    #[schemars(range(min = 1))]
    address_id: Option<i64>,
    first_name: String,
    last_name: String,
    /// Null if its key was erased.
    #[schemars(extend("format" = "date"))]
    date_of_birth: Option<String>,
    birth_country: String,
    account_opening_reason: String,
    employment_status: String,
    residence_country: String,
    citizen_country: String,
    tax_residence_country: String,
    /// Null if its key was erased.
    tax_identification_number: Option<String>,
    gender: String,
    /// Who on the staff wrote last; null if the client did.
    staff_identifier: Option<String>,
    /// Why the profile was replaced; null after its creation.
    reason: Option<String>,
    created_time: Moment,
    /// Null until the first replacement.
    updated_time: Option<Moment>,
}

impl From<(Client, DecryptedProfile)> for ProfileItem {
    fn from((client, decrypted): (Client, DecryptedProfile)) -> Self {
        let DecryptedProfile { profile, date_of_birth, tax_identification_number } = decrypted;
        let IdentityProfile {
            first_name,
            last_name,
            date_of_birth: _,
            birth_country,
            account_opening_reason,
            employment_status,
            residence_country,
            citizen_country,
            tax_residence_country,
            tax_identification_number: _,
            gender,
            staff_identifier,
            reason,
            times,
        } = profile;
        Self {
            client_id: client.client_id,
            address_id: client.address.map(|address| address.id),
            first_name: first_name.into_string(),
            last_name: last_name.into_string(),
            date_of_birth: text(date_of_birth),
            birth_country: birth_country.into_string(),
            account_opening_reason: account_opening_reason.into_string(),
            employment_status: employment_status.into_string(),
            residence_country: residence_country.into_string(),
            citizen_country: citizen_country.into_string(),
            tax_residence_country: tax_residence_country.into_string(),
            tax_identification_number: text(tax_identification_number),
            gender: gender.into_string(),
            staff_identifier: text(staff_identifier),
            reason: text(reason),
            created_time: times.created.into(),
            updated_time: times.updated.map(Moment::from),
        }
    }
}

fn rules(state: &State) -> ProfileRules<'_> {
    ProfileRules { today: state.ports.clock.now().date_naive(), restricted: &state.client.restricted }
}
