//! Figures of people of whom each may lie on several points of a scale.

/// The mean of a distribution over these points.
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

/// The point on which the middle lies; between two points their middle.
pub(super) fn middle(mass: &[f64], points: &[f64]) -> Option<f64> {
    let half = mass.iter().sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (place, own) in mass.iter().enumerate().filter(|(_, own)| **own > 0.0) {
        below += own;
        if below > half + SLACK {
            return Some(points[place]);
        }
        if below > half - SLACK {
            let next = (place + 1..mass.len()).find(|next| mass[*next] > 0.0).unwrap_or(place);
            return Some(f64::midpoint(points[place], points[next]));
        }
    }
    None
}

/// The point on which most lies; of several the lowest.
pub(super) fn most(mass: &[f64]) -> Option<usize> {
    let most = mass.iter().copied().fold(0.0, f64::max);
    mass.iter().position(|own| *own > 0.0 && *own > most - SLACK)
}

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

    #[test]
    fn the_middle_and_the_most_are_those_of_the_mass() {
        let points = [1.0, 2.0, 3.0, 4.0, 5.0];

        assert_eq!(middle(&[2.0, 0.0, 0.0, 1.0, 1.0], &points), Some(2.5));
        assert_eq!(middle(&[0.4, 0.4, 0.4, 0.4, 0.4], &points), Some(3.0));
        assert_eq!(middle(&[0.0; 5], &points), None);
        assert_eq!((most(&[1.0, 2.0, 2.0, 0.0, 0.0]), most(&[0.0; 5])), (Some(1), None));
    }
}
