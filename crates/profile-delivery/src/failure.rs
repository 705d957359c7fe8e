//! Tells of a request that brought no answer why.

use std::{error::Error, io};

use profile_ports::WebhookError;

use crate::resolver::Forbidden;

/// Returns what a client's error is to a subscription.
pub(crate) fn webhook_error(error: &(dyn Error + 'static)) -> WebhookError {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<Forbidden>() {
            return WebhookError::PrivateAddress;
        }
        if error.is::<rustls::Error>() {
            return WebhookError::Tls;
        }
        next = match error.downcast_ref::<io::Error>() {
            Some(error) if error.kind() == io::ErrorKind::TimedOut => return WebhookError::Timeout,
            // What an error of the system wraps is not among its sources.
            Some(error) => error.get_ref().map_or_else(|| error.source(), |inner| Some(inner as _)),
            None => error.source(),
        };
    }
    WebhookError::Connect
}
