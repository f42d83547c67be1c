//! Whether the configured embedding is good enough for ratings by similarity.

use std::fmt;
use std::path::Path;

use anyhow::Context;
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

/// What somebody answered: a rating of 1 to 5, and why.
#[derive(Deserialize)]
struct Person {
    rating: u8,
    reason: String,
}

/// What was measured in one language.
pub(crate) struct Measured {
    model: String,
    /// How many people were rated, and Spearman's correlation of their own ratings with those of their reasons.
    people: Option<(usize, Interval)>,
    languages: Vec<(Language, SelfTest, Vec<Seen>)>,
}

/// Takes the self-test in both languages, as a survey does, and rates what the people of a file said.
///
/// # Errors
/// When the provider fails, or the file is not as [`Person`] says.
pub(crate) async fn measured(
    embedder: &Embedder,
    people: Option<&Path>,
) -> anyhow::Result<Measured> {
    let mut languages = Vec::new();
    for language in [Language::English, Language::Polish] {
        let statements = test_statements(language);
        let texts: Vec<(String, Language)> =
            statements.iter().map(|text| ((*text).to_owned(), language)).collect();
        let vectors = vectors(embedder, &texts, Purpose::Likeness).await?;
        languages.push((language, test_vectors(&vectors, language), seen(&vectors, language)));
    }
    let people = match people {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            Some(rated(embedder, &read(&text)?).await?)
        }
        None => None,
    };
    Ok(Measured { model: embedder.model().name.clone(), people, languages })
}

async fn rated(embedder: &Embedder, people: &[Person]) -> anyhow::Result<(usize, Interval)> {
    let scale = anchors(Construct::Purchase, Language::English);
    let reasons = people.iter().map(|person| person.reason.as_str());
    let texts = scale.iter().flatten().copied().chain(reasons);
    let texts: Vec<(String, Language)> =
        texts.map(|text| (text.to_owned(), Language::English)).collect();
    let vectors = vectors(embedder, &texts, Purpose::Likeness).await?;
    Ok((people.len(), against(people, &vectors)?))
}

fn read(text: &str) -> anyhow::Result<Vec<Person>> {
    let line = |(place, line): (usize, &str)| {
        let person: Person = serde_json::from_str(line)?;
        anyhow::ensure!((1..=5).contains(&person.rating), "line {}: `rating` is 1 to 5", place + 1);
        Ok(person)
    };
    text.lines().enumerate().map(line).collect()
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
    let drawn: Vec<f64> = (0..bootstrap::DRAWS)
        .filter_map(|_| {
            let chosen: Vec<usize> = own.iter().map(|_| rng.random_range(0..own.len())).collect();
            let of = |values: &[f64]| chosen.iter().map(|one| values[*one]).collect::<Vec<_>>();
            spearman(&of(&own), &of(&rated))
        })
        .collect();
    Ok(Interval::of(mean, drawn))
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
        let Some((people, Interval { mean, low, high })) = self.people else { return Ok(()) };
        writeln!(
            f,
            "{people} people's reasons, rated, against their own ratings: Spearman {mean:.2} [{low:.2}, {high:.2}]"
        )
    }
}

#[cfg(test)]
mod tests {
    use shared::knowledge::OfflineEmbedding;

    use super::*;

    /// Twenty people, four of each rating.
    fn people() -> Vec<Person> {
        let said = [
            "No, not for me at all.",
            "Rather not, it is too dear.",
            "Perhaps, if it tastes of something.",
            "Probably, I like to try such things.",
            "Yes, I would have it every week.",
        ];
        let one = |place: u8| Person {
            rating: place % 5 + 1,
            reason: format!("{} ({place})", said[usize::from(place % 5)]),
        };
        (0..20).map(one).collect()
    }

    #[test]
    fn vectors_that_lie_as_people_rate_are_told_from_those_that_count_words() {
        let people = people();
        let hashed = OfflineEmbedding::new(768);
        let scale = anchors(Construct::Purchase, Language::English).iter().flatten().copied();
        let reasons = people.iter().map(|person| person.reason.as_str());
        let counted: Vec<Vec<f32>> =
            scale.chain(reasons).map(|text| hashed.embed(text, Language::English)).collect();
        // anchors on a quarter of a circle, and everybody where their own rating lies
        let at = |point: u8| vec![(f32::from(point) * 0.39).cos(), (f32::from(point) * 0.39).sin()];
        let anchored = (0..5).cycle().take(counted.len() - people.len());
        let own = people.iter().map(|person| person.rating - 1);
        let understood: Vec<Vec<f32>> = anchored.chain(own).map(at).collect();

        let counted = against(&people, &counted).unwrap();
        let understood = against(&people, &understood).unwrap();

        assert!(understood.low > 0.99, "{understood:?}");
        assert!(counted.mean < understood.low, "{counted:?}");
    }

    #[test]
    fn a_file_of_people_is_read_and_a_rating_beyond_the_scale_is_told_by_line() {
        let text = "{\"rating\": 5, \"reason\": \"yes\"}\n{\"rating\": 6, \"reason\": \"no\"}";

        let refused = read(text).err().unwrap().to_string();

        assert_eq!(refused, "line 2: `rating` is 1 to 5");
    }
}
