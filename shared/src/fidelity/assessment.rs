//! Holds a population against its target.

use std::collections::BTreeMap;

use super::diversity;
use super::duplicate::near_duplicates;
use super::expected::{Expected, ExpectedAttribute, ExpectedPair, Provenance};
use super::figures::{
    AttributeFit, CategoryFit, FidelityReport, Fit, Overall, PairFit, Tally, VERSION, Verdict,
};
use super::limit::Limit;
use crate::Seed;
use crate::statistics::chi_square::{Test, goodness_of_fit, people_needed};
use crate::statistics::distance::{total_variation, weights};
use crate::statistics::noise::noise_floor;
use crate::statistics::power::ALPHA;

/// The project's own keys and the attributes that fill them, the first that exists.
const PROJECT_KEYS: [(&str, &[&str]); 5] = [
    ("age", &["age_group"]),
    ("gender", &["gender"]),
    ("education", &["education"]),
    ("income", &["income_bracket"]),
    ("location", &["location", "region"]),
];

/// One stored person, as the report sees them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Observed<'a> {
    /// The category's index for each attribute of the target, in its order; `None` or nothing where
    /// the attribute does not apply. An index without a label counts as an impossible person.
    pub categories: &'a [Option<u16>],
    /// What was written about the person.
    pub story: &'a str,
    /// First name and surname.
    pub name: &'a str,
    /// The rules that the text breaks against the card, by key.
    pub contradictions: &'a [&'a str],
}

/// Holds the people who were stored against what the population should be.
///
/// `failures` counts those who could not be written, by reason. The same input gives the same
/// report; labels are the keys until [`FidelityReport::labelled`].
pub fn report(
    expected: &Expected,
    observed: &[Observed<'_>],
    failures: &BTreeMap<String, u32>,
    requested: u32,
) -> FidelityReport {
    let counts: Vec<Counts> =
        (0..expected.attributes.len()).map(|i| count(expected, i, observed)).collect();
    let attributes: Vec<AttributeFit> =
        expected.attributes.iter().zip(&counts).map(|(a, counts)| attribute(a, counts)).collect();
    let pairs: Vec<PairFit> =
        expected.pairs.iter().map(|pair| self::pair(expected, pair, observed)).collect();
    let people_of: Vec<Vec<u64>> = counts.into_iter().map(|counts| counts.by_category).collect();
    let stories: Vec<&str> = observed.iter().map(|person| person.story).collect();
    let verdict = overall(&attributes, &pairs, observed.len());
    FidelityReport {
        version: VERSION,
        requested,
        people: observed.len() as u32,
        verdict,
        people_needed: needed(&attributes),
        diversity: diversity::of(&expected.attributes, &people_of, observed, Seed(0)),
        near_duplicates: near_duplicates(&stories),
        contradictions: contradictions(observed),
        failed: Tally { people: failures.values().sum(), by_reason: failures.clone() },
        limits: limits(&attributes, requested > observed.len() as u32),
        chi_square_statistic: project_figures(&attributes, |test| test.statistic),
        p_values: project_figures(&attributes, |test| test.p_value),
        is_statistically_valid: matches!(verdict, Overall::Fits | Overall::FitsInPart),
        attributes,
        pairs,
    }
}

struct Counts {
    by_category: Vec<u64>,
    missing: u32,
    unknown: u64,
}

fn count(expected: &Expected, attribute: usize, observed: &[Observed<'_>]) -> Counts {
    let labels = expected.attributes[attribute].labels.len();
    let mut counts = Counts { by_category: vec![0; labels], missing: 0, unknown: 0 };
    for person in observed {
        match person.categories.get(attribute).copied().flatten() {
            None => counts.missing += 1,
            Some(category) => match counts.by_category.get_mut(usize::from(category)) {
                Some(people) => *people += 1,
                None => counts.unknown += 1,
            },
        }
    }
    counts
}

fn attribute(expected: &ExpectedAttribute, counts: &Counts) -> AttributeFit {
    let n: u64 = counts.by_category.iter().sum();
    let categories = expected
        .labels
        .iter()
        .zip(&expected.probabilities)
        .zip(&counts.by_category)
        .map(|((key, &target), &observed)| category(key, target, observed, n))
        .collect();
    AttributeFit {
        attribute: expected.attribute.clone(),
        display: expected.attribute.replace('_', " "),
        provenance: expected.provenance,
        source: expected.source.clone(),
        missing: counts.missing,
        categories,
        fit: fit(&expected.probabilities, &counts.by_category, counts.unknown),
    }
}

fn category(key: &str, target: f64, observed: u64, n: u64) -> CategoryFit {
    let people = n.max(1) as f64;
    let reach = 1.96 * (target * (1.0 - target) / people).max(0.0).sqrt();
    CategoryFit {
        key: key.to_owned(),
        display: key.replace('_', " "),
        target,
        achieved: observed as f64 / people,
        expected: target * n as f64,
        observed,
        noise: [(target - reach).max(0.0), (target + reach).min(1.0)],
    }
}

fn pair(expected: &Expected, pair: &ExpectedPair, observed: &[Observed<'_>]) -> PairFit {
    let [a, b] = pair.attributes.map(|i| &expected.attributes[i]);
    let columns = b.labels.len();
    let mut counts = vec![0u64; a.labels.len() * columns];
    let mut unknown = 0;
    for person in observed {
        let category = |i: usize| person.categories.get(i).copied().flatten().map(usize::from);
        let [Some(row), Some(column)] = pair.attributes.map(category) else { continue };
        if row < a.labels.len() && column < columns {
            counts[row * columns + column] += 1;
        } else {
            unknown += 1;
        }
    }
    PairFit {
        attributes: [a.attribute.clone(), b.attribute.clone()],
        display: [a.attribute.replace('_', " "), b.attribute.replace('_', " ")],
        cells: counts.len() as u32,
        fit: fit(&pair.probabilities, &counts, unknown),
    }
}

fn fit(probabilities: &[f64], counts: &[u64], unknown: u64) -> Fit {
    let people: u64 = counts.iter().sum();
    let impossible = unknown
        + counts.iter().zip(probabilities).filter(|c| *c.1 <= 0.0).map(|c| c.0).sum::<u64>();
    let mut fit = Fit {
        people: (people + unknown) as u32,
        total_variation: total_variation(&weights(counts), probabilities),
        noise_floor: noise_floor(probabilities, people),
        chi_square: goodness_of_fit(counts, probabilities),
        impossible: impossible as u32,
        verdict: Verdict::FitsUntested,
    };
    fit.verdict = verdict(&fit);
    fit
}

/// The tolerance is for rounding: a distance of exactly the noise floor is within it.
fn verdict(fit: &Fit) -> Verdict {
    if fit.impossible > 0 || fit.total_variation > fit.noise_floor.p95 + 1e-9 {
        return Verdict::Off;
    }
    match &fit.chi_square {
        Test::NotTestable { .. } => Verdict::FitsUntested,
        Test::Tested(test) if test.p_value < ALPHA => Verdict::Off,
        Test::Tested(test) if test.power.is_weak() => Verdict::FitsWeakly,
        Test::Tested(_) => Verdict::Fits,
    }
}

fn overall(attributes: &[AttributeFit], pairs: &[PairFit], people: usize) -> Overall {
    if people == 0 || attributes.is_empty() {
        return Overall::Empty;
    }
    let fits = attributes.iter().filter(|a| a.fit.verdict == Verdict::Fits).count();
    let off = attributes.iter().map(|a| &a.fit).chain(pairs.iter().map(|p| &p.fit));
    match () {
        () if off.into_iter().any(|fit| fit.verdict == Verdict::Off) => Overall::Off,
        () if fits == attributes.len() => Overall::Fits,
        () if fits > 0 => Overall::FitsInPart,
        () => Overall::TooFewPeople,
    }
}

/// How many people all tests need. Those to whom an attribute does not apply come on top.
fn needed(attributes: &[AttributeFit]) -> u64 {
    let needed = |fit: &AttributeFit| {
        let target: Vec<f64> = fit.categories.iter().map(|category| category.target).collect();
        let applies = u64::from(fit.fit.people).max(1);
        let all = applies + u64::from(fit.missing);
        people_needed(&target).map(|people| people.saturating_mul(all).div_ceil(applies))
    };
    attributes.iter().filter_map(needed).max().unwrap_or(0)
}

fn contradictions(observed: &[Observed<'_>]) -> Tally {
    let mut tally = Tally::default();
    for person in observed.iter().filter(|person| !person.contradictions.is_empty()) {
        tally.people += 1;
        for rule in person.contradictions {
            *tally.by_reason.entry((*rule).to_owned()).or_default() += 1;
        }
    }
    tally
}

fn limits(attributes: &[AttributeFit], some_failed: bool) -> Vec<Limit> {
    let unofficial = attributes
        .iter()
        .any(|fit| matches!(fit.provenance, Provenance::Modelled | Provenance::NotOfficial));
    let small = attributes
        .iter()
        .any(|fit| matches!(fit.fit.verdict, Verdict::FitsWeakly | Verdict::FitsUntested));
    let mut limits = vec![
        Limit::FitIsNotOpinion,
        Limit::DemographicsAlone,
        Limit::TextIsNoSample,
        Limit::QuotaSample,
    ];
    limits.extend(unofficial.then_some(Limit::NotAllOfficial));
    limits.extend(small.then_some(Limit::SmallSample));
    limits.extend(some_failed.then_some(Limit::SomeFailed));
    limits
}

fn project_figures(
    attributes: &[AttributeFit],
    figure: fn(&crate::statistics::ChiSquare) -> f64,
) -> BTreeMap<String, f64> {
    let find = |key: &&str| attributes.iter().find(|fit| fit.attribute == **key);
    PROJECT_KEYS
        .iter()
        .filter_map(|(name, keys)| {
            let test = keys.iter().find_map(find)?.fit.chi_square.tested()?;
            Some(((*name).to_owned(), figure(test)))
        })
        .collect()
}

#[cfg(test)]
mod tests;
