//! How well a chunk's words answer a question, among the chunks that the question may see.
//!
//! Lucene's own scores go by the frequencies of the whole index, so that one customer's upload would reorder
//! what another one finds. Here both frequencies and lengths are those of the question's scopes.

use std::collections::HashMap;

use super::lucene::Clause;

/// How soon another occurrence adds nothing, and how much longer chunks are held back: Lucene's defaults, which
/// are those of Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.4.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What chunks of some scopes are like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frequencies {
    pub chunks: u64,
    /// Stems of all of them together.
    pub stems: u64,
    pub holding: HashMap<String, u64>,
}

impl Frequencies {
    /// Adds those of other scopes.
    pub fn add(&mut self, other: &Self) {
        self.chunks += other.chunks;
        self.stems += other.stems;
        for (stem, count) in &other.holding {
            *self.holding.entry(stem.clone()).or_default() += count;
        }
    }

    /// BM25 of a chunk, whose stems stand in their order with a space between them. A pair is as rare as its
    /// stems are together, as Lucene takes it.
    pub fn score(&self, clauses: &[Clause], stems: &str) -> f64 {
        let words: Vec<&str> = stems.split(' ').filter(|word| !word.is_empty()).collect();
        let mean = self.stems as f64 / self.chunks.max(1) as f64;
        let length = if mean > 0.0 { words.len() as f64 / mean } else { 1.0 };
        let one = |clause: &Clause| {
            let wide = clause.stems.len();
            let is_there = |at: &&[&str]| at.iter().zip(&clause.stems).all(|(a, b)| a == b);
            let found = words.windows(wide.max(1)).filter(is_there).count() as f64;
            let rarity: f64 = clause.stems.iter().map(|stem| self.rarity(stem)).sum();
            clause.weight * rarity * found / (found + K1 * (1.0 - B + B * length))
        };
        clauses.iter().map(one).sum()
    }

    /// The inverse document frequency as Lucene has it, which is never below 0.
    pub fn rarity(&self, stem: &str) -> f64 {
        let all = self.chunks as f64;
        let holding = (self.holding.get(stem).copied().unwrap_or(0) as f64).min(all);
        (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(stems: &[&str], weight: f64) -> Clause {
        Clause { stems: stems.iter().map(|stem| (*stem).to_owned()).collect(), weight }
    }

    fn frequencies(chunks: u64, stems: u64, holding: &[(&str, u64)]) -> Frequencies {
        let holding = holding.iter().map(|(stem, n)| ((*stem).to_owned(), *n)).collect();
        Frequencies { chunks, stems, holding }
    }

    #[test]
    fn a_score_is_that_of_the_formula_by_hand() {
        // 10 chunks of 4 stems on average; this one has 4, so that length counts for nothing
        let of = frequencies(10, 40, &[("cena", 2), ("maslo", 5)]);
        let clauses = [clause(&["cena"], 1.0), clause(&["cena", "maslo"], 0.2)];

        let found = of.score(&clauses, "cena maslo cena ros");

        let (cena, maslo) = ((1.0 + 8.5_f64 / 2.5).ln(), (1.0 + 5.5_f64 / 5.5).ln());
        let expected = cena * 2.0 / (2.0 + 1.2) + 0.2 * (cena + maslo) * 1.0 / (1.0 + 1.2);
        assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        assert!(of.score(&clauses, "ros").abs() < 1e-12);
    }

    #[test]
    fn longer_chunks_are_held_back_and_rarer_stems_count_more() {
        let of = frequencies(100, 400, &[("cena", 50), ("owsian", 2)]);
        let (common, rare) = ([clause(&["cena"], 1.0)], [clause(&["owsian"], 1.0)]);

        assert!(of.score(&rare, "owsian a") > of.score(&common, "cena a"));
        assert!(of.score(&rare, "owsian a") > of.score(&rare, "owsian a b c d e f g h"));
    }

    #[test]
    fn scopes_add_up() {
        let mut both = frequencies(3, 30, &[("cena", 1)]);

        both.add(&frequencies(2, 10, &[("cena", 2), ("ser", 1)]));

        assert_eq!(both, frequencies(5, 40, &[("cena", 3), ("ser", 1)]));
        assert_eq!(Frequencies::default().score(&[clause(&["cena"], 1.0)], ""), 0.0);
    }
}
