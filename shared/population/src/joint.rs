//! The official joint distribution: voivodeship × age × sex × town or country, in single years.
//!
//! Source: Statistics Poland, population on 31 December 2024. The table has age groups; single
//! years inside a group are modelled, and always add up to the group's official count.

use std::sync::LazyLock;

use super::axis::{OLDEST, YEARS, YOUNGEST, age, year_index};
use shared::text::table::{number, rows};

/// Voivodeships in the order of their numbers.
pub(crate) const VOIVODESHIPS: [&str; 16] = [
    "dolnośląskie",
    "kujawsko-pomorskie",
    "lubelskie",
    "lubuskie",
    "łódzkie",
    "małopolskie",
    "mazowieckie",
    "opolskie",
    "podkarpackie",
    "podlaskie",
    "pomorskie",
    "śląskie",
    "świętokrzyskie",
    "warmińsko-mazurskie",
    "wielkopolskie",
    "zachodniopomorskie",
];

/// People by sex and single year.
pub(crate) type Pyramid = [[f64; YEARS]; 2];

/// People of every territory, numbered voivodeship × 2 + (0 town, 1 country).
pub(crate) static POLAND: LazyLock<Vec<Pyramid>> = LazyLock::new(pyramids);

/// The table's age groups: first and last year. The open group ends at `OLDEST`.
const BANDS: [(u8, u8); 7] =
    [(16, 19), (20, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, OLDEST)];

/// Years of life after 65 at which the number of people has fallen to 1/e, and the steepness of the
/// fall, for women and men. Modelled on the shape of Polish life tables: women live longer, and
/// both sexes fall faster than a normal curve past 80.
const OLD_AGE: [(f64, f64); 2] = [(18.5, 2.2), (15.0, 1.9)];

fn pyramids() -> Vec<Pyramid> {
    let mut counts = vec![[[0.0; BANDS.len()]; 2]; VOIVODESHIPS.len() * 2];
    for [voivodeship, band, sex, place, population] in
        rows(include_str!("../../data/poland-population-2024.csv"))
    {
        let territory = territory(voivodeship, place == "rural");
        counts[territory][usize::from(sex == "M")][band_index(band)] += number(population);
    }
    counts
        .into_iter()
        .map(|sexes| std::array::from_fn(|sex| single_years(&sexes[sex], OLD_AGE[sex])))
        .collect()
}

fn territory(voivodeship: &str, rural: bool) -> usize {
    let index = VOIVODESHIPS
        .iter()
        .position(|known| *known == voivodeship)
        .expect("every voivodeship of the table is known");
    index * 2 + usize::from(rural)
}

fn band_index(label: &str) -> usize {
    let first: u8 =
        label.split(['-', '+']).next().and_then(|years| years.parse().ok()).expect("an age group");
    BANDS.iter().position(|(from, _)| *from == first).expect("every age group of the table")
}

/// Splits groups into years: the line through the groups' mean densities, scaled so that each group
/// keeps its count; past 65 a falling curve.
fn single_years(counts: &[f64; BANDS.len()], (scale, power): (f64, f64)) -> [f64; YEARS] {
    let mut years = [0.0; YEARS];
    for (band, (from, to)) in BANDS.into_iter().enumerate() {
        let shape = |age: u8| match from {
            65 => (-(f64::from(age - 65) / scale).powf(power)).exp(),
            _ => density(counts, age),
        };
        let whole: f64 = (from..=to).map(shape).sum();
        for age in from.max(YOUNGEST)..=to {
            years[year_index(age)] = counts[band] * shape(age) / whole;
        }
    }
    years
}

/// People per year of age, on the line between the middles of the neighbouring closed groups.
fn density(counts: &[f64; BANDS.len()], age: u8) -> f64 {
    let points: Vec<(f64, f64)> = BANDS[..BANDS.len() - 1]
        .iter()
        .zip(counts)
        .map(|((from, to), count)| (f64::from(from + to) / 2.0, count / f64::from(to - from + 1)))
        .collect();
    interpolate(&points, f64::from(age))
}

/// The value at `x` on the line through `points`, level beyond the first and the last.
pub(crate) fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    let next = points.partition_point(|point| point.0 < x);
    if next == 0 {
        return points[0].1;
    }
    let Some(right) = points.get(next) else {
        return points[next - 1].1;
    };
    let left = points[next - 1];
    left.1 + (right.1 - left.1) * (x - left.0) / (right.0 - left.0)
}

/// Every single year with its age.
pub(crate) fn years() -> impl Iterator<Item = (usize, u8)> {
    (0..YEARS).map(|year| (year, age(year)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(sex: usize, year: usize) -> f64 {
        POLAND.iter().map(|pyramid| pyramid[sex][year]).sum()
    }

    #[test]
    fn single_years_add_up_to_the_official_count_of_their_group() {
        let women_25_to_34_of_warsaws_voivodeship_in_towns: f64 =
            (25..=34).map(|age| POLAND[territory("mazowieckie", false)][0][year_index(age)]).sum();

        assert!((women_25_to_34_of_warsaws_voivodeship_in_towns - 236_584.0).abs() < 1e-6);
    }

    #[test]
    fn neighbouring_years_differ_little() {
        for sex in 0..2 {
            for year in 2..YEARS - 1 {
                let ratio = people(sex, year) / people(sex, year - 1);
                assert!((0.7..1.25).contains(&ratio), "age {} ratio {ratio}", age(year));
            }
        }
    }

    #[test]
    fn adults_are_about_thirty_million() {
        let adults: f64 = (0..2).flat_map(|sex| (0..YEARS).map(move |y| people(sex, y))).sum();

        assert!((30.0e6..31.5e6).contains(&adults), "{adults}");
    }
}
