//! Whether the configured embedding is good enough for ratings by similarity.

use std::fmt;

use platform::model::{Embedder, Purpose};
use rand::RngExt;
use serde::Deserialize;
use shared::statistics::spearman;
use shared::survey::anchor::anchors;
use shared::survey::question::Construct;
use shared::survey::similarity::{
    LEAST_NEGATION, LEAST_ORDER, Mapping, Seen, SelfTest, distribution, seen, test_statements,
    test_vectors,
};
use shared::{Language, Seed};

use crate::bootstrap::{self, Interval};
use crate::indexed::vectors;

/// Fifty people's ratings of a bottled gazpacho on five points, each with the reason in their own words (TinyTroupe,
/// Microsoft, MIT licence, beside it).
const PEOPLE: &str = include_str!("../people/gazpacho.jsonl");

/// What somebody answered.
#[derive(Deserialize)]
struct Person {
    rating: u32,
    reason: String,
}

/// What was measured in one language.
pub(crate) struct Measured {
    model: String,
    /// Spearman's correlation of people's own ratings with those of their reasons.
    people: Interval,
    languages: Vec<(Language, SelfTest, Vec<Seen>)>,
}

/// Takes the self-test in both languages, as a survey does, and rates what people said.
///
/// # Errors
/// When the provider fails.
pub(crate) async fn measured(embedder: &Embedder) -> anyhow::Result<Measured> {
    let mut languages = Vec::new();
    for language in [Language::English, Language::Polish] {
        let statements = test_statements(language);
        let texts: Vec<(String, Language)> =
            statements.iter().map(|text| ((*text).to_owned(), language)).collect();
        let vectors = vectors(embedder, &texts, Purpose::Likeness).await?;
        languages.push((language, test_vectors(&vectors, language), seen(&vectors, language)));
    }
    let people = people()?;
    let scale = anchors(Construct::Purchase, Language::English);
    let reasons = people.iter().map(|person| person.reason.as_str());
    let texts = scale.iter().flatten().copied().chain(reasons);
    let texts: Vec<(String, Language)> =
        texts.map(|text| (text.to_owned(), Language::English)).collect();
    let vectors = vectors(embedder, &texts, Purpose::Likeness).await?;
    let people = against(&people, &vectors)?;
    Ok(Measured { model: embedder.model().name.clone(), people, languages })
}

fn people() -> anyhow::Result<Vec<Person>> {
    PEOPLE.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// How the ratings of reasons go with people's own. `vectors` are those of the anchors of an intention to buy, then of
/// the reasons.
///
/// # Errors
/// When all ratings of one side are the same.
fn against(people: &[Person], vectors: &[Vec<f32>]) -> anyhow::Result<Interval> {
    let scale = anchors(Construct::Purchase, Language::English);
    let (anchored, reasons) = vectors.split_at(scale.iter().flatten().count());
    let sets: Vec<Vec<Vec<f32>>> =
        anchored.chunks_exact(scale[0].len()).map(<[_]>::to_vec).collect();
    let rating = |reason: &Vec<f32>| -> f64 {
        let shares = distribution(reason, &sets, Mapping::default());
        (1_u32..).zip(shares).map(|(point, share)| f64::from(point) * share).sum()
    };
    let own: Vec<f64> = people.iter().map(|person| f64::from(person.rating)).collect();
    let rated: Vec<f64> = reasons.iter().map(rating).collect();
    let mean =
        spearman(&own, &rated).ok_or_else(|| anyhow::anyhow!("all reasons are rated alike"))?;
    let mut rng = Seed(7).child("people", 0).rng();
    let mut drawn: Vec<f64> = (0..bootstrap::DRAWS)
        .filter_map(|_| {
            let chosen: Vec<usize> = own.iter().map(|_| rng.random_range(0..own.len())).collect();
            let of = |values: &[f64]| chosen.iter().map(|one| values[*one]).collect::<Vec<_>>();
            spearman(&of(&own), &of(&rated))
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    Ok(Interval {
        mean,
        low: drawn[drawn.len() * 25 / 1000],
        high: drawn[drawn.len() * 975 / 1000 - 1],
    })
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, self-test of ratings by similarity", self.model)?;
        for (language, test, seen) in &self.languages {
            let verdict = if test.passes { "passes" } else { "does not pass" };
            writeln!(
                f,
                "{}: order {:.3} of {LEAST_ORDER}, negation {:.3} of {LEAST_NEGATION}: {verdict}",
                language.as_str(),
                test.order,
                test.negation
            )?;
            for one in seen {
                let sets: Vec<String> = one.sets.iter().map(|set| format!("{set:.2}")).collect();
                writeln!(
                    f,
                    "  {:<13} order {:.3} (sets {}), negation {:.3}",
                    format!("{:?}", one.construct).to_lowercase(),
                    one.order,
                    sets.join(" "),
                    one.negation
                )?;
            }
        }
        let Interval { mean, low, high } = self.people;
        writeln!(
            f,
            "50 people's reasons, rated, against their own ratings: Spearman {mean:.2} [{low:.2}, {high:.2}]"
        )
    }
}

#[cfg(test)]
mod tests {
    use shared::knowledge::OfflineEmbedding;

    use super::*;

    #[test]
    fn an_embedding_that_counts_words_does_not_rate_as_people_do() {
        let people = people().unwrap();
        let counted = |rating| people.iter().filter(|person| person.rating == rating).count();
        assert_eq!([1, 2, 3, 4, 5].map(counted), [11, 9, 13, 10, 7], "as published");
        let hashed = OfflineEmbedding::new(768);
        let scale = anchors(Construct::Purchase, Language::English).iter().flatten().copied();
        let reasons = people.iter().map(|person| person.reason.as_str());
        let vectors: Vec<Vec<f32>> = scale
            .clone()
            .chain(reasons)
            .map(|text| hashed.embed(text, Language::English))
            .collect();
        // anchors on a quarter of a circle, and everybody where their own rating lies
        let at = |point: f32| vec![(point * 0.39).cos(), (point * 0.39).sin()];
        let anchored = (0..5_u8).cycle().take(vectors.len() - people.len());
        let own = people.iter().map(|person| f32::from(u8::try_from(person.rating).unwrap() - 1));
        let understood: Vec<Vec<f32>> = anchored.map(f32::from).chain(own).map(at).collect();

        let found = against(&people, &vectors).unwrap();
        let understood = against(&people, &understood).unwrap();

        assert!(found.low < 0.0 && found.high > 0.0 && found.high < 0.5, "{found:?}");
        assert!(understood.low > 0.99, "{understood:?}");
    }
}
