//! Resolves the names of targets, and refuses those that lead to an address which is not allowed.

use std::{
    collections::HashMap,
    future::{Future, ready},
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    vec,
};

use async_trait::async_trait;
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use hyper_util::client::legacy::connect::dns::Name;
use profile_domain::outbound::AllowedTargets;
use profile_ports::WebhookError;
use tower_service::Service;

/// Asks for the addresses of a name.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// Returns all addresses of `name`.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A name leads to an address, or a target is one, that the settings do not allow.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the target has an address that is not allowed")]
pub(crate) struct Forbidden;

/// A look-up has failed, for everybody who waited for it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the name of the target cannot be resolved")]
struct Unresolved(#[source] Arc<io::Error>);

type Answer = Result<Vec<IpAddr>, Unresolved>;
type UnderWay = Arc<Mutex<HashMap<String, Shared<BoxFuture<'static, Answer>>>>>;

/// The resolver of a client: every address that a name leads to must be allowed, and only these are connected to.
///
/// Attempts that need the same name at the same time share one look-up, which goes on when they have given up: the machine's
/// resolver occupies a thread for as long as it takes, and a name that does not resolve must not occupy all of them.
#[derive(Clone)]
pub(crate) struct CheckedResolver {
    lookup: Arc<dyn Lookup>,
    targets: Arc<AllowedTargets>,
    under_way: UnderWay,
}

impl CheckedResolver {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, targets: Arc<AllowedTargets>) -> Self {
        Self { lookup, targets, under_way: UnderWay::default() }
    }

    /// Checks what a name leads to now. A connection that is used again does not ask for it.
    pub(crate) async fn check(&self, name: &str) -> Result<(), WebhookError> {
        let addresses = self.shared(name).await.map_err(|_| WebhookError::Connect)?;
        let are_allowed = addresses.iter().all(|address| self.targets.allow_address(*address));
        if are_allowed { Ok(()) } else { Err(WebhookError::PrivateAddress) }
    }

    fn shared(&self, name: &str) -> Shared<BoxFuture<'static, Answer>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = under_way.get(name) {
            return same.clone();
        }
        let (lookup, all, name) = (Arc::clone(&self.lookup), Arc::clone(&self.under_way), name.to_owned());
        let key = name.clone();
        let task = tokio::spawn(async move {
            let addresses = lookup.addresses(&name).await;
            all.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            addresses
        });
        let answer = task.map(|joined| match joined {
            Ok(addresses) => addresses.map_err(|error| Unresolved(Arc::new(error))),
            Err(error) => Err(Unresolved(Arc::new(io::Error::other(error)))),
        });
        let answer = answer.boxed().shared();
        under_way.insert(key, answer.clone());
        answer
    }
}

type Resolved = Result<vec::IntoIter<SocketAddr>, Box<dyn std::error::Error + Send + Sync>>;

impl Service<Name> for CheckedResolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Resolved> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let targets = Arc::clone(&self.targets);
        let answer = self.shared(name.as_str());
        let checked = answer.then(move |addresses| {
            ready(match addresses {
                Err(error) => Err(error.into()),
                Ok(addresses) if !addresses.iter().all(|address| targets.allow_address(*address)) => {
                    Err(Forbidden.into())
                }
                // The port is the connector's.
                Ok(addresses) => {
                    let sockets: Vec<_> =
                        addresses.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
                    Ok(sockets.into_iter())
                }
            })
        });
        checked.boxed()
    }
}
