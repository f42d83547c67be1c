//! Figures of people of whom each may lie on several points of a scale.

pub(super) fn mean_of(spread: &[f64], points: &[f64]) -> f64 {
    spread.iter().zip(points).map(|(p, point)| p * point).sum()
}

/// How much lies on each point, everybody counting as much as their weight.
pub(super) fn mass(spreads: &[Vec<f64>], weights: &[f64], points: usize) -> Vec<f64> {
    let mut mass = vec![0.0; points];
    for (spread, weight) in spreads.iter().zip(weights) {
        mass.iter_mut().zip(spread).for_each(|(sum, p)| *sum += p * weight);
    }
    mass
}

/// Expected numbers of people as whole ones with the same sum, by largest remainders; of equal remainders
/// the lower point takes the person.
pub(super) fn in_whole_people(expected: &[f64]) -> Vec<u64> {
    let people = expected.iter().sum::<f64>().round() as u64;
    let mut counts: Vec<u64> = expected.iter().map(|mass| (mass + SLACK).floor() as u64).collect();
    let mut places: Vec<usize> = (0..expected.len()).collect();
    let left = |place: usize| expected[place] - (expected[place] + SLACK).floor();
    places.sort_by(|a, b| left(*b).total_cmp(&left(*a)));
    let missing = people.saturating_sub(counts.iter().sum());
    places.into_iter().take(missing as usize).for_each(|place| counts[place] += 1);
    counts
}

/// What sums of parts may be off a whole number.
const SLACK: f64 = 1e-9;

/// The standard deviation of a sample of everything that lies on the points, within people and between them.
pub(super) fn deviation(spreads: &[Vec<f64>], weights: &[f64], points: &[f64], mean: f64) -> f64 {
    let n = spreads.len() as f64;
    let total: f64 = weights.iter().sum();
    if n < 2.0 || total <= 0.0 {
        return 0.0;
    }
    let squares: f64 = mass(spreads, weights, points.len())
        .iter()
        .zip(points)
        .map(|(mass, point)| mass * (point - mean).powi(2))
        .sum();
    (squares / total * n / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_people_are_whole_and_none_is_lost() {
        assert_eq!(in_whole_people(&[1.5, 0.5, 0.0, 1.0]), [2, 0, 0, 1]);
        assert_eq!(in_whole_people(&[2.999_999_999_9, 0.0, 1.0]), [3, 0, 1]);
        assert_eq!(in_whole_people(&[0.2; 5]), [1, 0, 0, 0, 0]);
    }
}
