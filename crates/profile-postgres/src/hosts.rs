//! The servers that a URL names: which of them is tried when, and for how long.

use std::{
    future::Future,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use profile_ports::{ReadOnly, Unavailable};
use tokio::time::timeout;
use tokio_postgres::{Config, config::Host};

use crate::{
    link::Link,
    server::{Refused, Server, Session},
};

/// How long a server is tried alone, before the next one is tried beside it: one that is dead may not even refuse.
const HEAD_START: Duration = Duration::from_millis(250);

/// How long all servers are tried. Requests wait longer for a connection, so that the first one which waits in vain is told
/// why, and all later ones know.
const ALL: Duration = Duration::from_secs(4);

/// Returns a configuration for each server that `config` names, in its order. What a session must be like is left to us.
pub(crate) fn each(config: &Config) -> Vec<Config> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    let fits = |other: usize| other == 0 || other == count;
    if count == 0 || !fits(hosts.len()) || !fits(addresses.len()) || ports.len() > 1 && !fits(ports.len()) {
        // The driver says what is wrong when it is to connect.
        return vec![config.clone()];
    }
    let one = |number: usize| {
        let mut one = settings(config);
        match hosts.get(number) {
            Some(Host::Tcp(name)) => drop(one.host(name)),
            Some(Host::Unix(path)) => drop(one.host_path(path)),
            None => {}
        }
        if let Some(address) = addresses.get(number) {
            one.hostaddr(*address);
        }
        if let Some(port) = ports.get(number).or_else(|| ports.first()) {
            one.port(*port);
        }
        one
    };
    (0..count).map(one).collect()
}

/// Returns all of `config` that its servers share.
fn settings(config: &Config) -> Config {
    let mut shared = Config::new();
    shared
        .ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .load_balance_hosts(config.get_load_balance_hosts())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle());
    if let Some(user) = config.get_user() {
        shared.user(user);
    }
    if let Some(password) = config.get_password() {
        shared.password(password);
    }
    if let Some(name) = config.get_dbname() {
        shared.dbname(name);
    }
    if let Some(options) = config.get_options() {
        shared.options(options);
    }
    if let Some(name) = config.get_application_name() {
        shared.application_name(name);
    }
    if let Some(limit) = config.get_connect_timeout() {
        shared.connect_timeout(*limit);
    }
    if let Some(limit) = config.get_tcp_user_timeout() {
        shared.tcp_user_timeout(*limit);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        shared.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        shared.keepalives_retries(retries);
    }
    shared
}

/// Returns where `config` leads, for messages.
fn place(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match (config.get_hosts().first(), config.get_hostaddrs().first()) {
        (Some(Host::Tcp(name)), _) => format!("{name}:{port}"),
        (Some(Host::Unix(path)), _) => path.display().to_string(),
        (None, Some(address)) => format!("{address}:{port}"),
        (None, None) => "nowhere".to_owned(),
    }
}

impl Server {
    /// Connects to the first server that will do. The one that did last time is tried first; the next one has its turn when
    /// one has refused or lets wait. Connections to another server than last time make those before them void.
    pub(crate) async fn connect_to_any(self: &Arc<Self>, session: Session) -> Result<Link, Unavailable> {
        let first = self.last_host.load(Ordering::Relaxed);
        let mut turns = self.hosts.iter().enumerate().cycle().skip(first).take(self.hosts.len());
        let (mut attempts, mut refusals) = (FuturesUnordered::new(), Vec::new());
        loop {
            let turn = turns.next();
            let is_last = turn.is_none();
            attempts.extend(turn.map(|(number, config)| self.attempt(number, config, session)));
            let next = attempts.next();
            let outcome = if is_last { Ok(next.await) } else { timeout(HEAD_START, next).await };
            match outcome {
                Ok(Some((number, _, Ok(link)))) => return Ok(self.come_to(number, link)),
                Ok(Some((_, config, Err(refused)))) => refusals.push((config, refused)),
                Ok(None) => return Err(refused_by_all(refusals)),
                Err(_) => {}
            }
        }
    }

    /// Tries one server for its share of the time.
    fn attempt<'a>(
        self: &'a Arc<Self>,
        number: usize,
        config: &'a Config,
        session: Session,
    ) -> impl Future<Output = (usize, &'a Config, Result<Link, Refused>)> + Send + 'a {
        let share = ALL / u32::try_from(self.hosts.len()).unwrap_or(1).max(1);
        async move {
            let connected = timeout(share, self.connect_to(config, session)).await;
            let silent = |_| Err(Refused::Because("the server does not answer".to_owned()));
            (number, config, connected.unwrap_or_else(silent))
        }
    }

    fn come_to(&self, number: usize, mut link: Link) -> Link {
        if self.last_host.swap(number, Ordering::Relaxed) != number {
            self.begin_new_generation();
            link.join_generation();
        }
        link
    }
}

/// Returns why no server would do. One that is read-only is the reason of all: it answers, and may take writes later.
fn refused_by_all(refusals: Vec<(&Config, Refused)>) -> Unavailable {
    if refusals.iter().any(|(_, refused)| matches!(refused, Refused::ReadOnly)) {
        return Unavailable::database(ReadOnly);
    }
    let is_alone = refusals.len() == 1;
    let told = refusals.into_iter().map(|(config, refused)| {
        let why = refused.to_string();
        if is_alone { why } else { format!("{}: {why}", place(config)) }
    });
    Unavailable::database(told.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_has_its_port_and_what_all_share() {
        let url = "postgres://me:secret@one:5433,[::1]:5434,three/db?application_name=mine&connect_timeout=2";
        let config: Config = url.replace("three", "three:5435").parse().unwrap();
        let servers = each(&config);
        assert_eq!(servers.iter().map(place).collect::<Vec<_>>(), ["one:5433", "::1:5434", "three:5435"]);
        for one in servers {
            assert_eq!((one.get_user(), one.get_password()), (Some("me"), Some(&b"secret"[..])));
            assert_eq!((one.get_dbname(), one.get_application_name()), (Some("db"), Some("mine")));
            assert_eq!(one.get_connect_timeout(), Some(&Duration::from_secs(2)));
        }
        for wrong in ["postgres:///db", "postgres://one,two/db?hostaddr=127.0.0.1"] {
            assert_eq!(each(&wrong.parse().unwrap()).len(), 1, "the driver refuses it");
        }
    }
}
