//! Holds a population against its target.

use std::collections::BTreeMap;

use super::caveat::Caveat;
use super::diversity;
use super::duplicate::near_duplicates;
use super::expected::{Expected, ExpectedAttribute, ExpectedPair, Provenance};
use super::figures::{
    AttributeFit, CategoryFit, FidelityReport, Fit, FitVerdict, Overall, PairFit, Tally, VERSION,
};
use shared::Seed;
use shared::statistics::adjust::{Correction, adjusted};
use shared::statistics::chi_square::{Test, goodness_of_fit, people_needed};
use shared::statistics::distance::{total_variation, weights};
use shared::statistics::noise::Chance;
use shared::statistics::power::ALPHA;

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
    /// The category's index for each attribute of the target, in its order, and after them for those
    /// that are looked at in pairs only; `None` or nothing where
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
    let mut attributes: Vec<AttributeFit> =
        expected.attributes.iter().zip(&counts).map(|(a, counts)| attribute(a, counts)).collect();
    let mut pairs: Vec<PairFit> =
        expected.pairs.iter().map(|pair| self::pair(expected, pair, observed)).collect();
    judge(attributes.iter_mut().map(|a| &mut a.fit).chain(pairs.iter_mut().map(|p| &mut p.fit)));
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
        limits: caveats(&attributes, requested > observed.len() as u32),
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
    // The normal distribution holds 95 % within 1.96 standard errors.
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
    let [a, b] = pair.attributes.map(|i| expected.attribute(i));
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
        provenance: Some(weaker(a.provenance, b.provenance)),
        fit: fit(&pair.probabilities, &counts, unknown),
    }
}

/// Of two provenances the one that can be relied on less.
fn weaker(a: Provenance, b: Provenance) -> Provenance {
    let rank = |provenance| match provenance {
        Provenance::Official => 0,
        Provenance::Target => 1,
        Provenance::Modelled => 2,
        Provenance::NotOfficial => 3,
    };
    if rank(a) >= rank(b) { a } else { b }
}

fn fit(probabilities: &[f64], counts: &[u64], unknown: u64) -> Fit {
    let people: u64 = counts.iter().sum();
    let impossible = unknown
        + counts.iter().zip(probabilities).filter(|c| *c.1 <= 0.0).map(|c| c.0).sum::<u64>();
    let total_variation = total_variation(&weights(counts), probabilities);
    let chi_square = goodness_of_fit(counts, probabilities);
    let chance = Chance::of(probabilities, people);
    let by_distance = chance.as_far(total_variation);
    let p_value = match chi_square.tested() {
        // Bonferroni: the smaller of two tests counts twice.
        Some(test) => (2.0 * test.p_value.min(by_distance)).min(1.0),
        None => by_distance,
    };
    Fit {
        people: (people + unknown) as u32,
        total_variation,
        noise_floor: chance.floor(),
        chi_square,
        adjusted_p_value: Some(p_value),
        impossible: impossible as u32,
        verdict: FitVerdict::FitsUntested,
    }
}

/// Corrects all fits of a report together, and judges each: of perfect samples, at most `ALPHA` have
/// anything off.
fn judge<'a>(fits: impl Iterator<Item = &'a mut Fit>) {
    let fits: Vec<&mut Fit> = fits.collect();
    let own: Vec<f64> = fits.iter().map(|fit| fit.adjusted_p_value.unwrap_or(1.0)).collect();
    for (fit, p_value) in fits.into_iter().zip(adjusted(&own, Correction::Holm)) {
        fit.adjusted_p_value = Some(p_value);
        fit.verdict = verdict(fit, p_value);
    }
}

fn verdict(fit: &Fit, p_value: f64) -> FitVerdict {
    if fit.impossible > 0 || p_value < ALPHA {
        return FitVerdict::Off;
    }
    match &fit.chi_square {
        Test::NotTestable { .. } => FitVerdict::FitsUntested,
        Test::Tested(test) if test.power.is_weak() => FitVerdict::FitsWeakly,
        Test::Tested(_) => FitVerdict::Fits,
    }
}

fn overall(attributes: &[AttributeFit], pairs: &[PairFit], people: usize) -> Overall {
    if people == 0 || attributes.is_empty() {
        return Overall::Empty;
    }
    let fits = attributes.iter().filter(|a| a.fit.verdict == FitVerdict::Fits).count();
    let off = attributes.iter().map(|a| &a.fit).chain(pairs.iter().map(|p| &p.fit));
    match () {
        () if off.into_iter().any(|fit| fit.verdict == FitVerdict::Off) => Overall::Off,
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

fn caveats(attributes: &[AttributeFit], some_failed: bool) -> Vec<Caveat> {
    let unofficial = attributes
        .iter()
        .any(|fit| matches!(fit.provenance, Provenance::Modelled | Provenance::NotOfficial));
    let small = attributes
        .iter()
        .any(|fit| matches!(fit.fit.verdict, FitVerdict::FitsWeakly | FitVerdict::FitsUntested));
    let mut caveats = vec![
        Caveat::FitIsNotOpinion,
        Caveat::DemographicsAlone,
        Caveat::TextIsNoSample,
        Caveat::QuotaSample,
    ];
    caveats.extend(unofficial.then_some(Caveat::NotAllOfficial));
    caveats.extend(small.then_some(Caveat::SmallSample));
    caveats.extend(some_failed.then_some(Caveat::SomeFailed));
    caveats
}

fn project_figures(
    attributes: &[AttributeFit],
    figure: fn(&shared::statistics::ChiSquare) -> f64,
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
