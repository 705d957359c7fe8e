//! How many connections there may be, in all and of one peer, and which one makes room when there are too many.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Connection;
use crate::{Limits, TrustedProxies};

/// Most connections of a peer that are looked at to find the one that makes room.
const LOOKED_AT: usize = 256;

/// Admits connections. Where there are too many, the one on which nothing has moved for longest makes room, so that slow
/// connections never keep a new caller out.
pub(crate) struct Gate {
    most: usize,
    most_of_peer: usize,
    trusted: TrustedProxies,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: usize,
    by_peer: HashMap<IpAddr, Vec<Arc<Connection>>>,
}

/// The place of an admitted connection; dropping it makes the place free.
pub(crate) struct Slot {
    gate: Arc<Gate>,
    peer: IpAddr,
    pub(super) connection: Arc<Connection>,
}

impl Gate {
    pub(crate) fn new(limits: &Limits, trusted: TrustedProxies) -> Arc<Self> {
        let most = limits.connections.max(1);
        let most_of_peer = limits.connections_of_peer.max(1);
        Arc::new(Self { most, most_of_peer, trusted, open: Mutex::default() })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing in here panics half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a connection from `address`; `None` if there are too many and all of them are being served.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let peer = peer(address);
        let mut open = self.open();
        let count = open.by_peer.get(&peer).map_or(0, Vec::len);
        if count >= self.most_of_peer && !self.trusted.contains(address) {
            open.displace_one_of(peer)?;
        } else if open.total >= self.most {
            let largest = open.by_peer.iter().max_by_key(|(_, connections)| connections.len())?;
            let largest = *largest.0;
            open.displace_one_of(largest)?;
        }
        let connection = Arc::new(Connection::new());
        open.by_peer.entry(peer).or_default().push(Arc::clone(&connection));
        open.total += 1;
        metrics::gauge!("profile_http_connections").set(count_of(open.total));
        Some(Slot { gate: Arc::clone(self), peer, connection })
    }
}

impl Open {
    fn displace_one_of(&mut self, peer: IpAddr) -> Option<()> {
        let connections = self.by_peer.get(&peer)?;
        let waiting = connections.iter().take(LOOKED_AT);
        let stalest = waiting.filter_map(|one| Some((one.waiting_since()?, one))).min_by_key(|(at, _)| *at);
        let stalest = Arc::clone(stalest?.1);
        stalest.displace();
        self.remove(peer, &stalest);
        Some(())
    }

    /// Removes a connection, unless it has been removed before.
    fn remove(&mut self, peer: IpAddr, connection: &Arc<Connection>) {
        let Some(connections) = self.by_peer.get_mut(&peer) else { return };
        let Some(place) = connections.iter().position(|one| Arc::ptr_eq(one, connection)) else { return };
        connections.remove(place);
        self.total -= 1;
        if connections.is_empty() {
            self.by_peer.remove(&peer);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.gate.open();
        open.remove(self.peer, &self.connection);
        metrics::gauge!("profile_http_connections").set(count_of(open.total));
    }
}

fn count_of(total: usize) -> u32 {
    u32::try_from(total).unwrap_or(u32::MAX)
}

/// Whose connection it is: an IPv4 address, or the network of 64 bits that a single IPv6 host commands.
fn peer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(most: usize, most_of_peer: usize, trusted: &[&str]) -> Arc<Gate> {
        let trusted =
            trusted.iter().map(|network| profile_domain::network::parse_network(network).unwrap()).collect();
        let limits = Limits { connections: most, connections_of_peer: most_of_peer, ..Limits::default() };
        Gate::new(&limits, TrustedProxies::new(trusted))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_stalest_connection_of_the_largest_peer_makes_room() {
        let gate = gate(3, 3, &[]);
        let (a, b) = (address("192.0.2.1"), address("192.0.2.2"));
        let alone = gate.admit(b).unwrap();
        let first = gate.admit(a).unwrap();
        let second = gate.admit(a).unwrap();
        let _handling = first.connection.handle();
        let third = gate.admit(address("192.0.2.3")).unwrap();
        let displaced = [&alone, &first, &second, &third].map(|slot| slot.connection.is_displaced());
        assert_eq!(displaced, [false, false, true, false]);
        drop(second);
        assert_eq!(gate.open().total, 3);
    }

    #[test]
    fn where_all_are_served_nobody_makes_room() {
        let gate = gate(1, 1, &[]);
        let slot = gate.admit(address("192.0.2.1")).unwrap();
        let handling = slot.connection.handle();
        assert!(gate.admit(address("192.0.2.2")).is_none());
        drop(handling);
        assert!(gate.admit(address("192.0.2.2")).is_some());
        assert!(slot.connection.is_displaced());
    }

    #[test]
    fn one_peer_has_a_limit_unless_it_is_a_trusted_proxy() {
        let gate = gate(100, 2, &["192.0.2.9"]);
        let slots: Vec<Slot> = (0..3).map(|_| gate.admit(address("2001:db8::1")).unwrap()).collect();
        let other = gate.admit(address("2001:db8::2")).unwrap();
        let displaced = slots.iter().filter(|slot| slot.connection.is_displaced()).count();
        assert_eq!(displaced, 2, "both addresses are of one network");
        let proxied: Vec<Slot> = (0..3).map(|_| gate.admit(address("::ffff:192.0.2.9")).unwrap()).collect();
        assert!(proxied.iter().all(|slot| !slot.connection.is_displaced()));
        drop((slots, other, proxied));
        assert!(gate.open().by_peer.is_empty());
    }
}
