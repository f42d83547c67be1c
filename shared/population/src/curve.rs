//! Curves over single years of age that keep the totals of a table's bands.

use super::joint::interpolate;

/// A band of ages, both ends included, and the mean that the table gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band {
    pub(crate) from: u8,
    pub(crate) to: u8,
    pub(crate) mean: f64,
}

/// Points of a line whose mean over each band, by `people`, is the band's: neighbouring ages differ
/// little, and no band gains or loses. The line bends at the knots, one a band; it begins at `start`
/// where the years before are known.
pub(crate) fn through(
    bands: &[Band],
    knots: &[f64],
    start: Option<(f64, f64)>,
    people: impl Fn(u8) -> f64,
) -> Vec<(f64, f64)> {
    // chosen by hand, with room: the tests hold every band to its mean
    const ROUNDS: usize = 200;
    let first = usize::from(start.is_some());
    let mut points: Vec<(f64, f64)> = start.into_iter().collect();
    points.extend(knots.iter().zip(bands).map(|(knot, band)| (*knot, band.mean)));
    for _ in 0..ROUNDS {
        for (index, band) in bands.iter().enumerate() {
            let error = band.mean - mean(&points, *band, &people);
            points[first + index].1 += error;
        }
    }
    points
}

/// The mean of the line over a band.
fn mean(points: &[(f64, f64)], band: Band, people: impl Fn(u8) -> f64) -> f64 {
    let (mut sum, mut all) = (0.0, 0.0);
    for age in band.from..=band.to {
        sum += people(age) * interpolate(points, age.into());
        all += people(age);
    }
    sum / all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_keep_their_means_and_neighbours_are_near() {
        let bands = [(25, 34, 0.55), (35, 44, 0.53), (45, 54, 0.33), (55, 64, 0.20)]
            .map(|(from, to, mean)| Band { from, to, mean });
        let people = |age: u8| f64::from(100 - age);

        let points = through(&bands, &[29.5, 39.5, 49.5, 59.5], Some((24.0, 0.35)), people);

        for band in bands {
            assert!((mean(&points, band, people) - band.mean).abs() < 1e-6);
        }
        for age in 25_u8..64 {
            let step =
                interpolate(&points, f64::from(age) + 1.0) - interpolate(&points, age.into());
            assert!(step.abs() < 0.06, "{age}: {step}");
        }
    }
}
