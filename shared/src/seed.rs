//! A tree of seeds: the same seed replays the same draws, and a new draw shifts no other.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// A node of the tree. Seeds that cross the API stay below 2^53, so that JavaScript keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

impl Seed {
    /// The largest seed that a caller may choose.
    pub const MAX: u64 = (1 << 53) - 1;

    /// The child of this name and number. Independent of its siblings.
    pub fn child(self, name: &str, index: u64) -> Self {
        // FNV-1a over the name, then SplitMix64's finaliser: stable across releases and machines.
        let named = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mix(mix(self.0 ^ named).wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15))))
    }

    /// A generator that starts here. ChaCha8: the same numbers on every platform.
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }
}

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): a bijection whose every output bit depends on
/// every input bit.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_differ_by_name_and_by_number() {
        let seed = Seed(7);

        assert_ne!(seed.child("age", 0), seed.child("age", 1));
        assert_ne!(seed.child("age", 0), seed.child("income", 0));
        assert_eq!(seed.child("age", 3), Seed(7).child("age", 3));
    }
}
