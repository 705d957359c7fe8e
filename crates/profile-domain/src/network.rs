//! Networks of addresses, whichever way an IPv4 address is written.

use std::net::IpAddr;

use ipnet::{AddrParseError, IpNet, Ipv4Net};

/// The first bits of an IPv4 address that is written as one of IPv6 (`::ffff:10.0.0.1`).
const MAPPED_BITS: u8 = 96;

/// Reads a network; a lone address is a network of one.
///
/// # Errors
/// The text is neither an address nor an address and a number of bits behind a slash.
pub fn parse_network(text: &str) -> Result<IpNet, AddrParseError> {
    text.parse().or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error)).map(canonical)
}

/// Returns a network of IPv4 addresses that is written as one of IPv6 as what it means, and any other as it is.
#[must_use]
pub fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(six) = network else { return network };
    let four = six.addr().to_ipv4_mapped().zip(six.prefix_len().checked_sub(MAPPED_BITS));
    let four = four.and_then(|(address, bits)| Ipv4Net::new(address, bits).ok());
    four.map_or(network, IpNet::V4)
}

/// Returns whether `address` may be used where only these networks may; without networks, any address may.
#[must_use]
pub fn allows(networks: &[IpNet], address: Option<IpAddr>) -> bool {
    let contains = |address: IpAddr| {
        networks.iter().any(|network| canonical(*network).contains(&address.to_canonical()))
    };
    networks.is_empty() || address.is_some_and(contains)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_address_is_a_network_of_one() {
        for (text, network) in [
            ("10.0.0.1", "10.0.0.1/32"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(parse_network(text).unwrap().to_string(), network);
        }
        for text in ["", "10.0.0", "10.0.0.1/33", "::1/129", "host", "10.0.0.1/"] {
            assert!(parse_network(text).is_err(), "{text}");
        }
    }
}
