//! Big Five traits and Hofstede's dimensions.
//!
//! Big Five: mean 0.5, standard deviation 0.15, correlated as in van der Linden, te Nijenhuis and
//! Bakker (2010), J. Research in Personality 44:315-327 (K = 212, N = 144,117). Sex differences in
//! extraversion, agreeableness and neuroticism: Lippa (2010), Archives of Sexual Behavior
//! 39:619-636. The direction of age effects: Soto, John, Gosling and Potter (2011), JPSP
//! 100:330-348, and Donnellan and Lucas (2008), Psychology and Aging 23(3); their sizes are modelled.
//! Hofstede, Hofstede and Minkov (2010): country scores; they rank nations, so the spread between
//! people is modelled.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use shared::persona::card::{BigFive, Country, Hofstede};

/// Standard deviation of every trait, on a scale from 0 to 1. Modelled: three of them reach nearly to either end.
const SD: f64 = 0.15;
/// Standard deviation of every dimension between people. Modelled, and chosen by hand.
const HOFSTEDE_SD: f64 = 0.12;

/// Women minus men in standard deviations. Openness: none found. Conscientiousness: the direction is
/// that of Schmitt et al. (2008), the size modelled.
const WOMEN_MINUS_MEN: [f64; 5] = [0.0, 0.10, 0.15, 0.56, 0.41];

/// Change in standard deviations from 45, per ten years. Modelled sizes of published directions:
/// openness and extraversion fall, conscientiousness and agreeableness rise, neuroticism falls
/// among women (here: by its mean over the sexes).
const PER_DECADE: [f64; 5] = [-0.06, 0.07, -0.05, 0.08, -0.05];

/// Openness, conscientiousness, extraversion, agreeableness, neuroticism.
const CORRELATIONS: [[f64; 5]; 5] = [
    [1.0, 0.20, 0.43, 0.21, -0.17],
    [0.20, 1.0, 0.29, 0.43, -0.43],
    [0.43, 0.29, 1.0, 0.26, -0.36],
    [0.21, 0.43, 0.26, 1.0, -0.36],
    [-0.17, -0.43, -0.36, -0.36, 1.0],
];

/// Power distance, individualism, masculinity, uncertainty avoidance, long-term orientation,
/// indulgence.
const POLAND: [f64; 6] = [0.68, 0.60, 0.64, 0.93, 0.38, 0.29];
/// The same dimensions of the United States in the same matrix.
const UNITED_STATES: [f64; 6] = [0.40, 0.91, 0.62, 0.46, 0.26, 0.68];

/// Draws the traits of people.
pub(crate) struct Personality {
    means: [f64; 5],
    factor: [[f64; 5]; 5],
    dimensions: [f64; 6],
}

impl Personality {
    pub(crate) fn new(country: Country, means: [f64; 5]) -> Self {
        let dimensions = match country {
            Country::Poland => POLAND,
            Country::International => UNITED_STATES,
        };
        Self { means, factor: cholesky(&within_sexes()), dimensions }
    }

    /// The five traits of a person, 0 to 1.
    pub(crate) fn traits(&self, sex: usize, age: u8, rng: &mut ChaCha8Rng) -> [f64; 5] {
        let normal = normals::<5>(rng);
        let side = if sex == 0 { 0.5 } else { -0.5 };
        let decades = (f64::from(age) - 45.0) / 10.0;
        std::array::from_fn(|index| {
            let own: f64 = (0..=index).map(|i| self.factor[index][i] * normal[i]).sum();
            let deviation = own + WOMEN_MINUS_MEN[index] * side + PER_DECADE[index] * decades;
            (self.means[index] + SD * deviation).clamp(0.0, 1.0)
        })
    }

    /// The six dimensions of a person, 0 to 1.
    pub(crate) fn dimensions(&self, rng: &mut ChaCha8Rng) -> Hofstede {
        let normal = normals::<6>(rng);
        let at = |index: usize| {
            (self.dimensions[index] + HOFSTEDE_SD * normal[index]).clamp(0.0, 1.0) as f32
        };
        Hofstede {
            power_distance: at(0),
            individualism: at(1),
            masculinity: at(2),
            uncertainty_avoidance: at(3),
            long_term_orientation: at(4),
            indulgence: at(5),
        }
    }
}

/// The traits as they stand on a card.
pub(crate) fn big_five(traits: &[f64; 5]) -> BigFive {
    BigFive {
        openness: traits[0] as f32,
        conscientiousness: traits[1] as f32,
        extraversion: traits[2] as f32,
        agreeableness: traits[3] as f32,
        neuroticism: traits[4] as f32,
    }
}

/// Independent standard normal numbers: Box and Muller (1958).
fn normals<const N: usize>(rng: &mut ChaCha8Rng) -> [f64; N] {
    let mut normals = [0.0; N];
    for pair in normals.chunks_mut(2) {
        let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
        let (sine, cosine) = (std::f64::consts::TAU * rng.random::<f64>()).sin_cos();
        pair[0] = radius * cosine;
        if let Some(second) = pair.get_mut(1) {
            *second = radius * sine;
        }
    }
    normals
}

/// What is left of the published correlations between people of one sex, so that both sexes together
/// have them exactly.
fn within_sexes() -> [[f64; 5]; 5] {
    std::array::from_fn(|i| {
        std::array::from_fn(|j| CORRELATIONS[i][j] - WOMEN_MINUS_MEN[i] * WOMEN_MINUS_MEN[j] / 4.0)
    })
}

/// The lower triangle whose product with its transpose is the matrix.
fn cholesky(matrix: &[[f64; 5]; 5]) -> [[f64; 5]; 5] {
    let mut lower = [[0.0; 5]; 5];
    for row in 0..5 {
        for column in 0..=row {
            let sum: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            lower[row][column] = if row == column {
                (matrix[row][row] - sum).sqrt()
            } else {
                (matrix[row][column] - sum) / lower[column][column]
            };
        }
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::Seed;

    fn sample() -> Vec<[f64; 5]> {
        let personality = Personality::new(Country::Poland, [0.5; 5]);
        let mut rng = Seed(7).rng();
        (0..40_000).map(|n| personality.traits(n % 2, 45, &mut rng)).collect()
    }

    #[test]
    fn traits_have_the_published_correlations_and_spread() {
        let sample = sample();
        let mean = |i: usize| sample.iter().map(|t| t[i]).sum::<f64>() / sample.len() as f64;
        let covariance = |i: usize, j: usize| {
            let (mi, mj) = (mean(i), mean(j));
            sample.iter().map(|t| (t[i] - mi) * (t[j] - mj)).sum::<f64>() / sample.len() as f64
        };
        for (i, published) in CORRELATIONS.iter().enumerate() {
            let sd = covariance(i, i).sqrt();
            assert!((sd - SD).abs() < 0.01, "{} sd {sd}", BigFive::NAMES[i]);
            for (j, published) in published[..i].iter().enumerate() {
                let correlation = covariance(i, j) / sd / covariance(j, j).sqrt();
                assert!((correlation - published).abs() < 0.03, "{i} {j} {correlation}");
            }
        }
    }

    #[test]
    fn women_are_more_agreeable_by_about_half_a_standard_deviation() {
        let sample = sample();
        let mean = |sex: usize| {
            let own: Vec<f64> = sample.iter().skip(sex).step_by(2).map(|t| t[3]).collect();
            own.iter().sum::<f64>() / own.len() as f64
        };

        let difference = (mean(0) - mean(1)) / SD;

        assert!((difference - 0.56).abs() < 0.05, "{difference}");
    }
}
