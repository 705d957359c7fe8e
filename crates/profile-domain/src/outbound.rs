//! Which addresses the service connects to where an operator names the target (operator API page, section 10, targets).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::network;

/// Networks of IPv4 that no webhook reaches.
const FORBIDDEN_V4: [Ipv4Net; 11] = [
    Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 8),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 0, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(198, 18, 0, 0), 15),
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 4),
    Ipv4Net::new_assert(Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Networks of IPv6 that no webhook reaches. `64:ff9b:1::/48` is for translators of one's own network: where in it the IPv4
/// address stands, only they know.
const FORBIDDEN_V6: [Ipv6Net; 7] = [
    Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128),
    Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128),
    Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),
    Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    Ipv6Net::new_assert(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    Ipv6Net::new_assert(Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    Ipv6Net::new_assert(Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Returns whether an address is loopback, private, link-local, unique-local, shared, multicast, unspecified or reserved, also
/// where it is an IPv4 address within one of IPv6.
fn forbidden_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_forbidden_v4(address),
        IpAddr::V6(address) => {
            let is_listed = FORBIDDEN_V6.iter().any(|network| network.contains(&address));
            is_listed || embedded(address).into_iter().flatten().any(is_forbidden_v4)
        }
    }
}

fn is_forbidden_v4(address: Ipv4Addr) -> bool {
    FORBIDDEN_V4.iter().any(|network| network.contains(&address))
}

/// Returns the IPv4 addresses within an address of IPv6: mapped, compatible, NAT64, 6to4, and of Teredo server and client.
fn embedded(address: Ipv6Addr) -> [Option<Ipv4Addr>; 2] {
    let join = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            [Some(join(high, low)), None]
        }
        [0x2002, high, low, ..] => [Some(join(high, low)), None],
        [0x2001, 0, high, low, _, _, client_high, client_low] => {
            [Some(join(high, low)), Some(join(!client_high, !client_low))]
        }
        _ => [None, None],
    }
}

/// Which targets webhooks may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AllowedTargets {
    /// Public addresses, with TLS.
    #[default]
    Public,
    /// Also addresses of these networks, with TLS.
    Networks(Vec<IpNet>),
    /// Every address, also without TLS.
    Any,
}

impl AllowedTargets {
    /// Returns whether the service may connect to `address`.
    #[must_use]
    pub fn allow_address(&self, address: IpAddr) -> bool {
        match self {
            Self::Public => !forbidden_address(address),
            // Without networks, `network::allows` allows everything.
            Self::Networks(networks) => {
                let is_named = !networks.is_empty() && network::allows(networks, Some(address));
                is_named || !forbidden_address(address)
            }
            Self::Any => true,
        }
    }

    /// Returns whether a target may do without TLS.
    #[must_use]
    pub const fn allow_plain_http(&self) -> bool {
        matches!(self, Self::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORBIDDEN: &str = "0.0.0.0 0.255.255.255 10.0.0.1 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 \
        127.255.255.254 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.255 192.168.0.1 198.18.0.0 \
        198.19.255.255 224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255";
    const PUBLIC: &str = "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 \
        169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.167.255.255 192.169.0.0 \
        198.17.255.255 198.20.0.0 223.255.255.255 8.8.8.8";

    fn v4(texts: &str) -> impl Iterator<Item = Ipv4Addr> {
        texts.split_whitespace().map(|text| text.parse().unwrap())
    }

    /// An IPv4 address in every form of IPv6 that holds one.
    fn embedding(address: Ipv4Addr) -> Vec<Ipv6Addr> {
        let [a, b, c, d] = address.octets();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        vec![
            address.to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, high, low, 0, 0, !0x0808, !0x0808),
            Ipv6Addr::new(0x2001, 0, 0x0808, 0x0808, 0, 0, !high, !low),
        ]
    }

    #[test]
    fn the_borders_of_every_network_are_exact_in_each_form() {
        for address in v4(FORBIDDEN) {
            assert!(forbidden_address(address.into()), "{address}");
            for six in embedding(address) {
                assert!(forbidden_address(six.into()), "{six}");
            }
        }
        for address in v4(PUBLIC) {
            assert!(!forbidden_address(address.into()), "{address}");
            for six in embedding(address) {
                assert!(!forbidden_address(six.into()), "{six}");
            }
        }
        let six = "::1 :: fc00::1 fdff:ffff::1 fe80::1 febf::1 fec0::1 feff::1 ff02::1 64:ff9b:1::808:808 \
            64:ff9b:1:ffff::1";
        for address in six.split_whitespace() {
            assert!(forbidden_address(address.parse().unwrap()), "{address}");
        }
        for address in
            ["2606:4700::1", "fbff::1", "fe00::1", "fe7f::1", "64:ff9b:2::7f00:1", "2001:1::7f00:1"]
        {
            assert!(!forbidden_address(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn networks_of_the_settings_open_only_themselves() {
        let inside: IpAddr = "10.1.2.3".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.1.2.3".parse().unwrap();
        let outside: IpAddr = "10.2.0.1".parse().unwrap();
        let public: IpAddr = "8.8.8.8".parse().unwrap();
        let some = AllowedTargets::Networks(vec!["10.1.0.0/16".parse().unwrap()]);
        for (targets, expected) in [
            (AllowedTargets::Public, [false, false, false, true]),
            (AllowedTargets::Networks(Vec::new()), [false, false, false, true]),
            (some, [true, true, false, true]),
            (AllowedTargets::Any, [true; 4]),
        ] {
            let allowed = [inside, mapped, outside, public].map(|address| targets.allow_address(address));
            assert_eq!(allowed, expected, "{targets:?}");
            assert_eq!(targets.allow_plain_http(), targets == AllowedTargets::Any);
        }
    }
}
