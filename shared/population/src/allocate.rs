//! Prefix-balanced allocation: each person gets the option that the people so far are most owed.
//!
//! A stage allocates one attribute. It keeps several margins (the attribute alone, with sex, with
//! age, ...); every person credits each margin with their chances, and the chosen option is charged
//! to each. What a margin is owed therefore stays bounded, and every prefix fits as well as its
//! size allows. The idea is that of Tijdeman (1980), The chairman assignment problem, Discrete
//! Mathematics 32:323-330, with several margins weighed together.

use rand::RngExt;

use shared::Seed;

/// One margin: rows of people, columns of options. `P` is what of a person decides their rows.
struct Margin<P> {
    weight: f64,
    row_of: Box<dyn Fn(&P) -> usize + Send + Sync>,
    columns: usize,
    /// The column of each option; empty: the option itself.
    column_of: Vec<u16>,
    owed: Vec<f64>,
}

/// The allocation of one attribute.
pub(crate) struct Stage<P> {
    margins: Vec<Margin<P>>,
    seed: Seed,
    rarity: f64,
    /// The person's row in each margin.
    rows: Vec<usize>,
    scores: Vec<f64>,
}

impl<P: 'static> Stage<P> {
    /// A stage without margins. `rarity` holds back options that are rare for a person: it is what
    /// an option of chance 0.1 loses, ten times as much at 0.01.
    pub(crate) fn new(seed: Seed, rarity: f64) -> Self {
        Self { margins: vec![], seed, rarity: rarity * 0.1, rows: vec![], scores: vec![] }
    }

    /// Adds a margin of the attribute alone. Its first debts are drawn at random within ± `phase`, so
    /// that different seeds begin differently.
    pub(crate) fn alone(self, weight: f64, options: usize, phase: f64) -> Self {
        self.with(weight, [], |_| [], options, phase)
    }

    /// Adds a margin of the attribute with others, of these sizes; `places` says where in them a person
    /// is.
    pub(crate) fn with<const N: usize>(
        mut self,
        weight: f64,
        sizes: [usize; N],
        places: impl Fn(&P) -> [usize; N] + Send + Sync + 'static,
        options: usize,
        phase: f64,
    ) -> Self {
        let owed = self.first_debts(sizes.iter().product::<usize>() * options, phase);
        let row_of = move |person: &P| row(sizes, places(person));
        let row_of = Box::new(row_of);
        self.margins.push(Margin { weight, row_of, columns: options, column_of: vec![], owed });
        self
    }

    /// Adds a margin of the attribute alone that counts options in groups.
    pub(crate) fn grouped(
        mut self,
        weight: f64,
        columns: usize,
        column_of: Vec<u16>,
        phase: f64,
    ) -> Self {
        let owed = self.first_debts(columns, phase);
        self.margins.push(Margin { weight, row_of: Box::new(|_| 0), columns, column_of, owed });
        self
    }

    fn first_debts(&self, count: usize, phase: f64) -> Vec<f64> {
        let mut rng = self.seed.child("phase", self.margins.len() as u64).rng();
        (0..count).map(|_| phase * (2.0 * rng.random::<f64>() - 1.0)).collect()
    }

    /// Allocates one of the options from `first` on to a person; `weights` need not add up to one.
    pub(crate) fn pick(&mut self, person: &P, first: usize, weights: &[f64]) -> usize {
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            return first;
        }
        let scale = 1.0 / all;
        self.rows.clear();
        self.rows.extend(self.margins.iter().map(|margin| (margin.row_of)(person)));
        for (margin, row) in self.margins.iter_mut().zip(&self.rows) {
            margin.credit(*row, first, weights, scale);
        }
        let chosen = first + self.most_owed(first, weights, all);
        for (margin, row) in self.margins.iter_mut().zip(&self.rows) {
            let column = margin.column(chosen);
            margin.owed[row * margin.columns + column] -= 1.0;
        }
        chosen
    }

    /// The place of the best option among the weights. Margin by margin, so that the sums run over
    /// neighbouring numbers.
    fn most_owed(&mut self, first: usize, weights: &[f64], all: f64) -> usize {
        // Chosen by hand: even the rarest option is given once enough is owed to it.
        const MOST_HELD_BACK: f64 = 4.0;
        let held_back = self.rarity * all;
        self.scores.clear();
        self.scores.extend(weights.iter().map(|weight| -(held_back / weight).min(MOST_HELD_BACK)));
        for (margin, row) in self.margins.iter().zip(&self.rows) {
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

/// The row of these places in a table of these sizes, the first of which varies most slowly.
fn row<const N: usize>(sizes: [usize; N], places: [usize; N]) -> usize {
    sizes.into_iter().zip(places).fold(0, |row, (size, place)| {
        debug_assert!(place < size);
        row * size + place
    })
}

impl<P> Margin<P> {
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
        let mut stage = Stage::new(Seed(1), 0.0).alone(1.0, 4, 0.0);
        let mut counts = [0.0; 4];

        for n in 1..=2_000 {
            counts[stage.pick(&(), 0, &chances)] += 1.0;
            for (count, chance) in counts.iter().zip(chances) {
                assert!((count - f64::from(n) * chance).abs() <= 1.0);
            }
        }
    }

    #[test]
    fn an_option_without_a_chance_is_never_given() {
        let mut stage = Stage::new(Seed(1), 0.1).alone(1.0, 3, 0.5);

        assert!((0..500).all(|_| stage.pick(&(), 0, &[0.4, 0.0, 0.6]) != 1));
    }
}
