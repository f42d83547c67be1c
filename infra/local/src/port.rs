//! Ports on loopback: each checkout has its own ten, so that two run side by side.

use std::net::{Ipv4Addr, TcpListener};

/// First port of the range; its end, 29,999, stays below Linux's ephemeral ports (32,768 and up).
const FIRST: u16 = 20_000;
const CHECKOUTS: u64 = 1_000;
const PER_CHECKOUT: u16 = 10;

/// The ten ports of a checkout begin here.
pub(crate) fn base(checkout_hash: u64) -> u16 {
    let slot = u16::try_from(checkout_hash % CHECKOUTS).expect("a remainder below 1,000 fits");
    FIRST + slot * PER_CHECKOUT
}

/// Chooses the first free port: the preferred one, else the same place in the next checkouts' tens.
pub(crate) fn choose(preferred: u16, is_free: impl Fn(u16) -> bool) -> Option<u16> {
    if preferred < FIRST {
        return is_free(preferred).then_some(preferred);
    }
    let span = u32::try_from(CHECKOUTS).expect("1,000 fits") * u32::from(PER_CHECKOUT);
    let offset = u32::from(preferred - FIRST);
    (0..100_u32)
        .map(|step| (offset + step * u32::from(PER_CHECKOUT)) % span)
        .map(|offset| FIRST + u16::try_from(offset).expect("the span ends below 65,536"))
        .find(|port| is_free(*port))
}

/// True when nothing listens on this port of loopback.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_checkout_gets_ten_ports_below_the_ephemeral_range() {
        for (hash, expected) in [(0, 20_000), (1, 20_010), (999, 29_990), (1_000, 20_000)] {
            assert_eq!(base(hash), expected);
        }
    }

    #[test]
    fn the_preferred_port_is_taken_when_it_is_free() {
        assert_eq!(choose(24_311, |_| true), Some(24_311));
    }

    #[test]
    fn a_taken_port_gives_way_to_the_same_place_in_the_next_ten() {
        assert_eq!(choose(24_311, |port| port > 24_325), Some(24_331));
    }

    #[test]
    fn the_search_wraps_at_the_end_of_the_range() {
        assert_eq!(choose(29_994, |port| port < 29_000), Some(20_004));
    }

    #[test]
    fn no_port_is_chosen_when_all_are_taken() {
        assert_eq!(choose(24_311, |_| false), None);
    }

    #[test]
    fn a_port_that_is_listened_on_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(!is_free(listener.local_addr().unwrap().port()));
    }
}
