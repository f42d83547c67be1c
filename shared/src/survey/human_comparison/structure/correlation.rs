//! Correlations of pairs of columns, each over the people who gave both answers: who gave one only says nothing of the
//! pair, and to take them for average would make every correlation smaller.

use std::ops::Range;

use rand::seq::SliceRandom;

use crate::statistics::comparison::FEWEST;

/// A person's numbers; none where there is no answer.
pub(super) type PersonNumbers = Vec<Option<i16>>;

/// The largest number of a column: its square is an `i16` too. Scales end at 100, so none is larger.
pub(super) const LARGEST: i16 = 181;

/// The fewest people of a side who gave both answers of a pair. The chance error of a correlation among ten is a third
/// (1/√(n − 1)), as large as what most answers have in common: of fewer it says nothing.
const FEWEST_BOTH: f64 = 10.0;

#[derive(Debug, Clone)]
pub(super) struct Columns(Vec<NumberColumn>);

#[derive(Debug, Clone)]
struct NumberColumn {
    /// Of each person their number to the power of 0, 1 and 2; all are 0 where there is none.
    powers: [Vec<i16>; 3],
    totals: [i32; 3],
    is_whole: bool,
}

impl Columns {
    /// Of rows that are all as long.
    pub(super) fn of(rows: &[PersonNumbers]) -> Self {
        let columns = rows.first().map_or(0, Vec::len);
        let column = |place: usize| {
            let numbers = || rows.iter().map(move |row| row[place]);
            NumberColumn::new([
                numbers().map(|number| i16::from(number.is_some())).collect(),
                numbers().map(Option::unwrap_or_default).collect(),
                numbers().map(|number| number.map_or(0, |number| number * number)).collect(),
            ])
        };
        Self((0..columns).map(column).collect())
    }

    pub(super) fn people(&self) -> usize {
        self.0.first().map_or(0, |column| column.powers[0].len())
    }

    /// Whether enough people have a number in a column, and not all the same.
    pub(super) fn varies(&self, place: usize) -> bool {
        let own = Sums::of(&self.0[place], &self.0[place]);
        own.n >= FEWEST as f64 && own.n * own.aa > own.a * own.a
    }

    /// Whether enough people gave both answers of a pair.
    pub(super) fn have_both(&self, (a, b): (usize, usize)) -> bool {
        self.0[a].over(0, &self.0[b]) >= FEWEST_BOTH
    }

    /// The same columns of the people of both.
    pub(super) fn and(&self, others: &Self) -> Self {
        let joined = |(own, theirs): (&NumberColumn, &NumberColumn)| {
            NumberColumn::new([0, 1, 2].map(|power| {
                own.powers[power].iter().chain(&theirs.powers[power]).copied().collect()
            }))
        };
        Self(self.0.iter().zip(&others.0).map(joined).collect())
    }

    pub(super) fn among(&self, people: &[usize]) -> Self {
        Self(self.0.iter().map(|column| column.among(people)).collect())
    }

    /// The same numbers with each block of columns given to other people: shares stay, what hangs together is gone.
    pub(super) fn dealt(&self, blocks: &[Range<usize>], rng: &mut impl rand::Rng) -> Self {
        let mut dealt = self.clone();
        let mut order: Vec<usize> = (0..self.people()).collect();
        for block in blocks {
            order.shuffle(rng);
            for place in block.clone() {
                dealt.0[place] = self.0[place].among(&order);
            }
        }
        dealt
    }

    /// What the correlations of these pairs are made of.
    pub(super) fn sums(&self, pairs: &[(usize, usize)]) -> Vec<Sums> {
        pairs.iter().map(|(a, b)| Sums::of(&self.0[*a], &self.0[*b])).collect()
    }
}

impl NumberColumn {
    fn new(powers: [Vec<i16>; 3]) -> Self {
        let totals: [i32; 3] =
            powers.each_ref().map(|power| power.iter().map(|number| i32::from(*number)).sum());
        let is_whole = powers[0].iter().all(|known| *known == 1);
        Self { powers, totals, is_whole }
    }

    fn among(&self, people: &[usize]) -> Self {
        let of = |power: &Vec<i16>| people.iter().map(|person| power[*person]).collect();
        Self::new(self.powers.each_ref().map(of))
    }

    /// The sum of a power over those who have a number in the other column.
    fn over(&self, power: usize, other: &Self) -> f64 {
        if other.is_whole {
            return f64::from(self.totals[power]);
        }
        f64::from(product(&self.powers[power], &other.powers[0]))
    }
}

/// Of 2,000 people at most, and no product above `LARGEST` squared: it fits.
fn product(a: &[i16], b: &[i16]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

/// Sums over the people who gave both answers of a pair. They are of whole numbers and exact, so those of a part of the
/// people, taken from those of all, are exactly those of the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    n: f64,
    a: f64,
    b: f64,
    aa: f64,
    bb: f64,
    ab: f64,
}

impl Sums {
    fn of(a: &NumberColumn, b: &NumberColumn) -> Self {
        Self {
            n: a.over(0, b),
            a: a.over(1, b),
            b: b.over(1, a),
            aa: a.over(2, b),
            bb: b.over(2, a),
            ab: f64::from(product(&a.powers[1], &b.powers[1])),
        }
    }

    pub(super) fn without(&self, part: &Self) -> Self {
        Self {
            n: self.n - part.n,
            a: self.a - part.a,
            b: self.b - part.b,
            aa: self.aa - part.aa,
            bb: self.bb - part.bb,
            ab: self.ab - part.ab,
        }
    }

    /// Pearson's correlation; 0 where one of the two does not vary.
    pub(super) fn correlation(&self) -> f64 {
        let varies = |sum: f64, squares: f64| self.n * squares - sum * sum;
        let size = (varies(self.a, self.aa) * varies(self.b, self.bb)).sqrt();
        if size > 0.0 { (self.n * self.ab - self.a * self.b) / size } else { 0.0 }
    }

    /// As many people as the difference of both sides' correlations is worth: 1/n = 1/n₁ + 1/n₂, since their variances
    /// add up.
    pub(super) fn worth(&self, other: &Self) -> f64 {
        let together = self.n + other.n;
        if together > 0.0 { self.n * other.n / together } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        let rows = [
            [Some(0), Some(0)],
            [Some(1), Some(2)],
            [Some(2), Some(1)],
            [None, Some(3)],
            [Some(4), None],
            [None, None],
        ];
        Columns::of(&rows.map(|row| row.to_vec()))
    }

    fn figures(sums: Sums) -> [f64; 6] {
        [sums.n, sums.a, sums.b, sums.aa, sums.bb, sums.ab]
    }

    #[test]
    fn a_correlation_is_of_those_who_gave_both_answers() {
        let pair = columns().sums(&[(0, 1)])[0];

        // by hand: (0, 0), (1, 2), (2, 1) have deviations −1, 0, 1 and −1, 1, 0: 1 of √(2 × 2)
        assert!((pair.correlation() - 0.5).abs() < 1e-12, "{pair:?}");
        assert_eq!(figures(pair), [3.0, 3.0, 3.0, 5.0, 5.0, 4.0]);
        // 3 × 6 / 9
        assert_eq!(pair.worth(&Sums { n: 6.0, ..pair }), 2.0);
    }

    #[test]
    fn a_part_and_the_rest_are_all() {
        let columns = columns();
        let of = |people: &[usize]| columns.among(people).sums(&[(0, 1)])[0];
        let (all, part) = (of(&[0, 1, 2, 3, 4, 5]), of(&[0, 1, 3]));

        let rest = all.without(&part);

        let expected = of(&[2, 4, 5]);
        assert_eq!(figures(rest), figures(expected));
        assert_eq!(rest.correlation(), 0.0, "one person does not vary");
    }

    #[test]
    fn columns_without_gaps_have_the_same_sums() {
        let whole = columns().among(&[0, 1, 2]);

        let (of_whole, of_all) = (whole.sums(&[(0, 1)])[0], columns().sums(&[(0, 1)])[0]);

        assert!(whole.0.iter().all(|column| column.is_whole));
        assert_eq!(of_whole.correlation(), of_all.correlation());
        assert_eq!(whole.and(&columns()).people(), 9);
    }

    #[test]
    fn dealing_keeps_every_column_as_it_was_but_for_its_order() {
        let (columns, first) = (columns(), 0..1);

        let dealt = columns.dealt(&[first], &mut crate::Seed(1).rng());

        for (dealt, own) in dealt.0.iter().zip(&columns.0) {
            assert_eq!(dealt.totals, own.totals);
        }
        assert_eq!(dealt.0[1].powers, columns.0[1].powers, "the other block stays");
    }
}
