//! Whose request it is behind reverse proxies: `Forwarded` (RFC 7239) and `X-Forwarded-For`, believed from trusted peers.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};
use ipnet::IpNet;
use profile_domain::network::canonical;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of the reverse proxies whose word about the caller's address is taken.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// The proxies in `networks`; networks of IPv4 addresses that are written as IPv6 count as what they mean.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into_iter().map(canonical).collect())
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Returns the caller's address: the rightmost one that is no trusted proxy. `None` if that cannot be known, because a
    /// proxy hides it, the headers are damaged, or the two headers contradict each other.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return Some(peer);
        }
        let forwarded = lines(headers, &FORWARDED)?;
        let plain = lines(headers, &X_FORWARDED_FOR)?;
        let forwarded = (!forwarded.is_empty()).then(|| self.rightmost(peer, forwarded_nodes(&forwarded)?));
        let plain = (!plain.is_empty()).then(|| self.rightmost(peer, plain.split(',').map(node).collect()));
        match (forwarded, plain) {
            (None, None) => Some(peer),
            (Some(caller), None) | (None, Some(caller)) => caller,
            // A proxy that writes one of them may let a caller's own other one pass.
            (Some(one), Some(other)) if one == other => one,
            (Some(_), Some(_)) => None,
        }
    }

    /// The rightmost node that is no trusted proxy; the leftmost one if all are.
    fn rightmost(&self, peer: IpAddr, nodes: Vec<Option<IpAddr>>) -> Option<IpAddr> {
        let mut last = peer;
        for node in nodes.into_iter().rev() {
            last = node?;
            if !self.contains(last) {
                break;
            }
        }
        Some(last)
    }
}

/// All lines of a header as one list; `None` if one of them is no text.
fn lines(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Option<Vec<&str>> = headers.get_all(name).map(|value| value.to_str().ok()).collect();
    Some(lines?.join(","))
}

/// The `for` of each element; `None` if the header breaks the grammar.
fn forwarded_nodes(header: &str) -> Option<Vec<Option<IpAddr>>> {
    let mut nodes = Vec::new();
    for element in split_unquoted(header, ',')? {
        if element.trim().is_empty() {
            continue;
        }
        let mut found = None;
        for pair in split_unquoted(element, ';')? {
            let Some((name, value)) = pair.trim().split_once('=') else { continue };
            if name.eq_ignore_ascii_case("for") {
                if found.is_some() {
                    return None;
                }
                found = Some(node(&unquoted(value)?));
            }
        }
        // An element without it hides who sent the request.
        nodes.push(found.flatten());
    }
    Some(nodes)
}

/// The parts between `separator`s outside of quotes; `None` if a quote has no end.
fn split_unquoted(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(|letter: char| {
        if escaped {
            escaped = false;
        } else if quoted && letter == '\\' {
            escaped = true;
        } else if letter == '"' {
            quoted = !quoted;
        }
        letter == separator && !quoted
    });
    let parts = parts.collect();
    (!quoted).then_some(parts)
}

/// The value of a token or of a quoted string.
fn unquoted(value: &str) -> Option<String> {
    let Some(rest) = value.strip_prefix('"') else { return Some(value.to_owned()) };
    let inner = rest.strip_suffix('"')?;
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next()?),
            '"' => return None,
            _ => text.push(letter),
        }
    }
    Some(text)
}

/// The address of a node, which may have a port and, in IPv6, brackets; `None` for `unknown` and made-up names.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = text.parse::<IpAddr>().ok().or_else(bare).or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn caller(peer: &str, headers: &[(HeaderName, &str)]) -> Option<String> {
        let networks = ["10.0.0.0/8", "2001:db8::/64", "::ffff:192.0.2.0/120"];
        let proxies = TrustedProxies::new(networks.map(|network| network.parse().unwrap()).to_vec());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        proxies.caller(peer.parse().unwrap(), &map).map(|address| address.to_string())
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let headers = [(FORWARDED, "for=203.0.113.9"), (X_FORWARDED_FOR, "203.0.113.9")];
        assert_eq!(caller("198.51.100.1", &headers).as_deref(), Some("198.51.100.1"));
        assert_eq!(caller("::ffff:198.51.100.1", &headers).as_deref(), Some("198.51.100.1"));
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_counts() {
        for (list, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, 10.1.1.1 ,10.2.2.2", "203.0.113.9"),
            ("203.0.113.9:4711", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db9::1", "2001:db9::1"),
            ("[2001:db9::1]:443", "2001:db9::1"),
            ("unknown, 203.0.113.9", "203.0.113.9"),
            ("10.9.9.9, 10.1.1.1", "10.9.9.9"),
        ] {
            for peer in ["10.0.0.1", "::ffff:10.0.0.1", "192.0.2.7", "2001:db8::5"] {
                assert_eq!(caller(peer, &[(X_FORWARDED_FOR, list)]).as_deref(), Some(expected), "{list}");
            }
        }
        let lines = [(X_FORWARDED_FOR, "198.51.100.7"), (X_FORWARDED_FOR, "203.0.113.9, 10.0.0.3")];
        assert_eq!(caller("10.0.0.1", &lines).as_deref(), Some("203.0.113.9"));
        assert_eq!(caller("10.0.0.1", &[]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn forwarded_is_read_as_the_standard_has_it() {
        for (value, expected) in [
            ("for=203.0.113.9", Some("203.0.113.9")),
            ("For=\"203.0.113.9:4711\";proto=https;by=10.0.0.1", Some("203.0.113.9")),
            ("proto=https; FOR=\"[2001:db9:cafe::17]:4711\"", Some("2001:db9:cafe::17")),
            ("for=\"[2001:db9::1]\", for=10.0.0.2", Some("2001:db9::1")),
            ("for=198.51.100.7;host=\"a,for=1.1.1.1;\\\"b\", for=10.0.0.2", Some("198.51.100.7")),
            ("for=\"203.0.113.\\9\"", Some("203.0.113.9")),
            ("for=198.51.100.7, for=unknown", None),
            ("for=198.51.100.7, for=_hidden", None),
            ("for=198.51.100.7, proto=https", None),
            ("for=198.51.100.7;for=203.0.113.9", None),
            ("for=\"203.0.113.9", None),
            ("for=nonsense", None),
        ] {
            assert_eq!(caller("10.0.0.1", &[(FORWARDED, value)]).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn two_headers_must_agree() {
        let both = |one, other| caller("10.0.0.1", &[(FORWARDED, one), (X_FORWARDED_FOR, other)]);
        assert_eq!(both("for=203.0.113.9", "198.51.100.7, 203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert_eq!(both("for=198.51.100.7", "203.0.113.9"), None);
    }

    proptest! {
        #[test]
        fn what_a_caller_writes_before_the_proxies_never_counts(
            forged in "[ -~]{0,40}",
            real: std::net::Ipv4Addr,
            hops in 0usize..3,
        ) {
            prop_assume!(!real.is_private() && !real.octets().starts_with(&[192, 0, 2]) && real.octets()[0] != 10);
            let proxies = ", 10.1.2.3".repeat(hops);
            let list = format!("{}, {real}{proxies}", forged.replace(',', " "));
            let found = caller("10.0.0.1", &[(X_FORWARDED_FOR, &list)]);
            prop_assert_eq!(found, Some(real.to_string()));
        }

        #[test]
        fn any_forwarded_header_is_read_or_refused(value in "[ -~]{0,80}") {
            caller("10.0.0.1", &[(FORWARDED, &value)]);
        }

        #[test]
        fn any_address_is_read_in_every_spelling(address: std::net::Ipv6Addr, port: u16) {
            let expected = Some(IpAddr::V6(address).to_canonical());
            prop_assert_eq!(node(&address.to_string()), expected);
            prop_assert_eq!(node(&format!("[{address}]")), expected);
            prop_assert_eq!(node(&format!("[{address}]:{port}")), expected);
        }
    }
}
