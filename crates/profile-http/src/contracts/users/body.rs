//! JSON bodies of this contract: nothing at all counts as an empty object, and of two equal names the last one wins.

use actix_web::{HttpRequest, web};
use serde_json::{Map, Value};

use super::error::{TOO_LARGE, TOO_SLOW, UNSUPPORTED, UsersError};
use crate::body::{BodyFault, read_bytes};

/// The bytes of the body, as long as they are few and come in time.
pub(super) async fn read_body(request: &HttpRequest, payload: web::Payload) -> Result<Vec<u8>, UsersError> {
    read_bytes(request, payload).await.map_err(|fault| match fault {
        BodyFault::TooLarge => TOO_LARGE.into(),
        BodyFault::Slow => TOO_SLOW.into(),
        BodyFault::MediaType => UNSUPPORTED.into(),
        BodyFault::Syntax => UsersError::invalid_json(),
    })
}

/// The object in `bytes`.
pub(super) fn parse_object(bytes: &[u8], media_type: Option<&str>) -> Result<Map<String, Value>, UsersError> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    if media_type != Some("application/json") {
        return Err(UNSUPPORTED.into());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(UsersError::invalid_json()),
    }
}
