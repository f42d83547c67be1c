//! Prefix-balanced allocation: each person gets the option that the people so far are most owed.
//!
//! A stage allocates one attribute. It keeps several margins (the attribute alone, with sex, with
//! age, ...); every person credits each margin with their chances, and the chosen option is charged
//! to each. What a margin is owed therefore stays bounded, and every prefix fits as well as its
//! size allows. The idea is that of Tijdeman (1980), The chairman assignment problem, Discrete
//! Mathematics 32:323-330, with several margins weighed together.

use rand::RngExt;

use shared::Seed;

/// One margin: rows of people, columns of options.
#[derive(Debug, Clone)]
struct Margin {
    weight: f64,
    columns: usize,
    /// The column of each option; empty: the option itself.
    column_of: Vec<u16>,
    owed: Vec<f64>,
}

/// The allocation of one attribute.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    margins: Vec<Margin>,
    seed: Seed,
    rarity: f64,
    scores: Vec<f64>,
}

impl Stage {
    /// A stage without margins. `rarity` holds back options that are rare for a person: it is what
    /// an option of chance 0.1 loses, ten times as much at 0.01.
    pub(crate) fn new(seed: Seed, rarity: f64) -> Self {
        Self { margins: vec![], seed, rarity: rarity * 0.1, scores: vec![] }
    }

    /// Adds a margin of `rows` × `options`. Its first debts are drawn at random within ± `phase`, so
    /// that different seeds begin differently.
    pub(crate) fn margin(self, weight: f64, rows: usize, options: usize, phase: f64) -> Self {
        self.grouped(weight, rows, options, vec![], phase)
    }

    /// Adds a margin that counts options in groups.
    pub(crate) fn grouped(
        mut self,
        weight: f64,
        rows: usize,
        columns: usize,
        column_of: Vec<u16>,
        phase: f64,
    ) -> Self {
        let mut rng = self.seed.child("phase", self.margins.len() as u64).rng();
        let owed = (0..rows * columns).map(|_| phase * (2.0 * rng.random::<f64>() - 1.0)).collect();
        self.margins.push(Margin { weight, columns, column_of, owed });
        self
    }

    /// Allocates one of the options from `first` on. `rows` is the person's row in each margin;
    /// `weights` need not add up to one.
    pub(crate) fn pick(&mut self, rows: &[usize], first: usize, weights: &[f64]) -> usize {
        debug_assert_eq!(rows.len(), self.margins.len());
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            return first;
        }
        let scale = 1.0 / all;
        for (margin, row) in self.margins.iter_mut().zip(rows) {
            margin.credit(*row, first, weights, scale);
        }
        let chosen = first + self.most_owed(rows, first, weights, all);
        for (margin, row) in self.margins.iter_mut().zip(rows) {
            let column = margin.column(chosen);
            margin.owed[row * margin.columns + column] -= 1.0;
        }
        chosen
    }

    /// The place of the best option among the weights. Margin by margin, so that the sums run over
    /// neighbouring numbers.
    fn most_owed(&mut self, rows: &[usize], first: usize, weights: &[f64], all: f64) -> usize {
        const MOST_HELD_BACK: f64 = 4.0;
        let held_back = self.rarity * all;
        self.scores.clear();
        self.scores.extend(weights.iter().map(|weight| -(held_back / weight).min(MOST_HELD_BACK)));
        for (margin, row) in self.margins.iter().zip(rows) {
            margin.add_to(&mut self.scores, *row, first);
        }
        let mut best = (f64::NEG_INFINITY, 0);
        for (option, (score, weight)) in self.scores.iter().zip(weights).enumerate() {
            if *weight > 0.0 && *score > best.0 {
                best = (*score, option);
            }
        }
        best.1
    }
}

impl Margin {
    fn column(&self, option: usize) -> usize {
        self.column_of.get(option).map_or(option, |column| usize::from(*column))
    }

    /// Adds what is owed to each option from `first` on.
    fn add_to(&self, scores: &mut [f64], row: usize, first: usize) {
        let owed = &self.owed[row * self.columns..(row + 1) * self.columns];
        if self.column_of.is_empty() {
            for (score, owed) in scores.iter_mut().zip(&owed[first..]) {
                *score += self.weight * owed;
            }
            return;
        }
        for (score, column) in scores.iter_mut().zip(&self.column_of[first..]) {
            *score += self.weight * owed[usize::from(*column)];
        }
    }

    fn credit(&mut self, row: usize, first: usize, weights: &[f64], scale: f64) {
        let owed = &mut self.owed[row * self.columns..(row + 1) * self.columns];
        if self.column_of.is_empty() {
            for (owed, weight) in owed[first..].iter_mut().zip(weights) {
                *owed += weight * scale;
            }
            return;
        }
        for (column, weight) in self.column_of[first..].iter().zip(weights) {
            owed[usize::from(*column)] += weight * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_has_the_shares_to_within_one_person() {
        let chances = [0.5, 0.3, 0.15, 0.05];
        let mut stage = Stage::new(Seed(1), 0.0).margin(1.0, 1, 4, 0.0);
        let mut counts = [0.0; 4];

        for n in 1..=2_000 {
            counts[stage.pick(&[0], 0, &chances)] += 1.0;
            for (count, chance) in counts.iter().zip(chances) {
                assert!((count - f64::from(n) * chance).abs() <= 1.0);
            }
        }
    }

    #[test]
    fn an_option_without_a_chance_is_never_given() {
        let mut stage = Stage::new(Seed(1), 0.1).margin(1.0, 1, 3, 0.5);

        assert!((0..500).all(|_| stage.pick(&[0], 0, &[0.4, 0.0, 0.6]) != 1));
    }
}
