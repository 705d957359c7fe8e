//! The account that a request is about: `company_id` at the oldest version, `account_id` in the query since
//! (section 2, request names by family).

use profile_domain::users::{BusinessId, Family};
use serde_json::{Map, Value};

use super::error::UsersError;

pub(super) const ACCOUNT: &str = "account_id";
pub(super) const COMPANY: &str = "company_id";

/// The account that the query names.
pub(super) fn in_query(pairs: &[(String, String)], family: Family) -> Result<Option<BusinessId>, UsersError> {
    let mut asked: Option<BusinessId> = None;
    for (name, value) in pairs {
        let param = match name.as_str() {
            ACCOUNT => ACCOUNT,
            COMPANY if family == Family::F0 => COMPANY,
            COMPANY => return Err(UsersError::invalid(COMPANY, "is called account_id at this version")),
            _ => continue,
        };
        asked = Some(agree(asked, param, value)?);
    }
    Ok(asked)
}

/// The account that query and body name together; only the oldest version reads it from the body.
pub(super) fn in_body(
    asked: Option<BusinessId>,
    body: &Map<String, Value>,
    family: Family,
) -> Result<Option<BusinessId>, UsersError> {
    if body.contains_key(ACCOUNT) {
        return Err(UsersError::invalid(ACCOUNT, "belongs into the query"));
    }
    match body.get(COMPANY) {
        None => Ok(asked),
        Some(_) if family != Family::F0 => Err(UsersError::invalid(
            COMPANY,
            "is called account_id at this version, and belongs into the query",
        )),
        Some(Value::String(value)) => agree(asked, COMPANY, value).map(Some),
        Some(_) => Err(UsersError::invalid(COMPANY, "must be a string")),
    }
}

fn agree(asked: Option<BusinessId>, param: &'static str, value: &str) -> Result<BusinessId, UsersError> {
    let id =
        BusinessId::try_from(value).map_err(|_| UsersError::invalid(param, "is not the id of an account"))?;
    match asked {
        Some(other) if other != id => Err(UsersError::invalid(param, "names another account than before")),
        Some(_) | None => Ok(id),
    }
}
