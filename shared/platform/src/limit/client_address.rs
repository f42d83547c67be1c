//! Where a request comes from, as far as it can be believed.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::{Env, telemetry};

const FORWARDED: &str = "x-forwarded-for";
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// How many entries at the end of `X-Forwarded-For` our own proxies have written. What stands before
/// them was written by the caller and is never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Proxies(pub usize);

impl Proxies {
    /// `TRUSTED_PROXIES`; 0: the peer of the connection is the client. Google's external Application
    /// Load Balancer appends two entries, the client's address and its own: 2. On a machine of one's own 0
    /// where nothing is said. Where it is served to everybody it has to be said: behind a proxy that nobody
    /// has told of, all the world is one address and shares its limits.
    pub fn from_env(env: &Env) -> Self {
        let said = env.optional("TRUSTED_PROXIES");
        if telemetry::is_production(env) && env.raw("TRUSTED_PROXIES").is_none() {
            let what = "how many entries at the end of X-Forwarded-For our own proxies wrote";
            let known = "2 behind Google's load balancer, 0 without a proxy";
            env.problem(format!("TRUSTED_PROXIES is not set: {what} ({known})"));
        }
        Self(said.unwrap_or(0))
    }

    /// Whose request this is, as far as it can be believed; kept with it for the extractor. A
    /// connection without a peer, as under AWS Lambda, is everybody's together unless a proxy is
    /// trusted.
    pub(crate) fn learn(self, request: &mut Request) -> ClientAddress {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let address = self.client(request.headers(), peer.unwrap_or(UNKNOWN)).into();
        request.extensions_mut().insert(address);
        address
    }

    /// The entry that the outermost of our proxies wrote; the peer where there are fewer entries
    /// than proxies, or that entry is no address.
    fn client(self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        if self.0 == 0 {
            return peer;
        }
        let lines = headers.get_all(FORWARDED).iter().filter_map(|line| line.to_str().ok());
        let entries: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let ours = entries.len().checked_sub(self.0).and_then(|place| entries[place].parse().ok());
        ours.unwrap_or(peer)
    }
}

/// The client's address; of IPv6 the first 64 bits, because one subscriber has all the others
/// (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address @ IpAddr::V4(_) => address,
        })
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(UNKNOWN)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &str = "10.0.0.1";

    fn client(proxies: usize, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        let client = Proxies(proxies).client(&headers, PEER.parse().unwrap());
        ClientAddress::from(client).to_string()
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        let table: [(usize, &[&str], &str); 8] = [
            (0, &[], PEER),
            (0, &["203.0.113.9"], PEER),
            (1, &["203.0.113.9"], "203.0.113.9"),
            (1, &["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
            (1, &["1.2.3.4", "203.0.113.9"], "203.0.113.9"),
            (2, &["1.2.3.4,203.0.113.9,35.1.1.1"], "203.0.113.9"),
            (2, &["203.0.113.9"], PEER),
            (1, &["1.2.3.4, nonsense"], PEER),
        ];
        for (proxies, lines, expected) in table {
            assert_eq!(client(proxies, lines), expected, "{proxies} {lines:?}");
        }
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_address() {
        let one = client(1, &["2001:db8:1:2:aaaa::1"]);

        assert_eq!(one, client(1, &["2001:db8:1:2:bbbb::2"]));
        assert_ne!(one, client(1, &["2001:db8:1:3::1"]));
        assert_eq!(client(1, &["::ffff:203.0.113.9"]), "203.0.113.9");
    }
}
