//! A text as the set of its runs of five words, which is what makes two texts comparable.

/// Words in a shingle: long enough that two independent texts share next to none.
pub const WORDS: usize = 5;

/// The sorted, distinct hashes of a text's word-5-grams. A shorter text is one shingle; a text
/// without words has none. Case and punctuation do not count.
///
/// Hashes of 32 bits: two texts of 300 shingles meet by accident in one of them once in 50,000.
pub fn shingles(text: &str) -> Vec<u32> {
    let words = words(text);
    if words.is_empty() {
        return Vec::new();
    }
    let mut hashes: Vec<u32> = if words.len() < WORDS {
        vec![fold(&words)]
    } else {
        words.windows(WORDS).map(fold).collect()
    };
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The Jaccard similarity of two sorted sets: shared over all. Two empty sets share nothing.
pub fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let all = a.len() + b.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// FNV-1a of each lower-case word, 64 bits.
fn words(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.chars().flat_map(char::to_lowercase).fold(0xcbf2_9ce4_8422_2325, |hash, c| {
                (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3)
            })
        })
        .collect()
}

fn fold(words: &[u64]) -> u32 {
    let hash = words.iter().fold(0x9e37_79b9_7f4a_7c15_u64, |hash, word| {
        (hash ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29)
    });
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(shingles("Ala ma kota, a kot Alę!"), shingles("ala MA kota a kot alę"));
    }

    #[test]
    fn seven_words_are_three_shingles_and_four_are_one() {
        assert_eq!(shingles("a b c d e f g").len(), 3);
        assert_eq!(shingles("a b c d").len(), 1);
        assert!(shingles(" … ").is_empty());
    }

    #[test]
    fn jaccard_is_shared_over_all() {
        assert!((jaccard(&[1, 2, 3], &[2, 3, 4]) - 0.5).abs() < 1e-12);
        assert_eq!(jaccard(&[], &[]), 0.0);
        assert_eq!(jaccard(&[5], &[5]), 1.0);
    }
}
