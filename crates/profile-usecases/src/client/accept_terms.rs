//! A client, or staff for one, accepts the current terms, once for each version of them.

use profile_domain::client::{CURRENT_TERMS, Client, Terms};

use super::{
    ClientRefusal,
    change_client::{Admitted, WriteContext, change_client},
};
use crate::{Ports, RequestOrigin};

/// Accepts the current terms, and returns the client.
///
/// # Errors
/// [`ClientRefusal`].
pub async fn accept_terms(
    ports: &Ports,
    admitted: Admitted,
    origin: &RequestOrigin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, context: &WriteContext<'_>| {
        if client.terms.is_some_and(|terms| terms.version >= CURRENT_TERMS) {
            return Err(ClientRefusal::Exists("An acceptance of the current terms"));
        }
        client.terms = Some(Terms { version: CURRENT_TERMS, accepted: context.now });
        Ok(())
    };
    change_client(ports, admitted, origin, None, change).await
}
