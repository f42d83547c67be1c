//! Themes of open answers: answers with the same rare words together, each theme with verbatim
//! examples. No model is asked, so nothing is said that nobody said.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::statistics::{effective_size, wilson};
use crate::text::fold::plain;
use crate::text::function_word::is_function_word;
use crate::text::noun::is_general;
use crate::text::topic::{self, Word, WordClass};
use crate::text::words::is_stop;
use crate::{Language, Seed};

// Chosen by hand, as those below that have no other reason.
/// With fewer answers there are no themes to speak of.
const FEWEST: usize = 12;
/// The most themes.
const MOST: usize = 8;
/// Rounds of assignment; they settle within a few.
const ROUNDS: usize = 20;
/// Of more answers a sample of this size finds the themes: a theme of one in a hundred has twenty there.
const SAMPLE: usize = 2_000;
/// Words that name a theme.
const NAME: usize = 3;
const EXAMPLES: usize = 3;

/// Answers that have something in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Theme {
    /// The things that set it apart, in the form that a dictionary lists, without those that the question names; other
    /// words only where its answers share no thing.
    pub words: Vec<String>,
    /// How many answers it has.
    pub count: u64,
    /// Their share of all answers, weighted where there are weights.
    pub share: f64,
    /// Wilson's 95 % interval.
    pub interval: [f64; 2],
    /// The answers nearest to its middle, word for word.
    pub examples: Vec<String>,
}

type Vector = BTreeMap<usize, f64>;

/// Clusters answers by the lemmas of their nouns and the stems of their other words, weighted by how rare they are (tf–idf), into the number of themes
/// from 2 to 8 with the best mean silhouette; spherical k-means, seeded by k-means++ (Arthur and
/// Vassilvitskii 2007), so that the same answers give the same themes. Of very many answers a sample
/// finds the themes, and every answer goes to the nearest. Answers without a word in common with another
/// belong to none. An answer counts in shares as much as its weight.
pub fn themes(
    answers: &[&str],
    weights: &[f64],
    question: &str,
    language: Language,
    seed: Seed,
) -> Vec<Theme> {
    let corpus = Corpus::of(answers, question, language);
    let held: Vec<usize> = (0..answers.len()).filter(|i| !corpus.vectors[*i].is_empty()).collect();
    if held.len() < FEWEST {
        return Vec::new();
    }
    let centres = centres(&corpus, &held, seed);
    let mut members = vec![Vec::new(); centres.len()];
    for i in held {
        members[nearest(&corpus.vectors[i], &centres)].push(i);
    }
    let shared = members.iter().filter(|members| members.len() > 1);
    let mut themes: Vec<Theme> =
        shared.map(|members| corpus.theme(answers, weights, members)).collect();
    themes.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.words.cmp(&b.words)));
    themes
}

fn centres(corpus: &Corpus, held: &[usize], seed: Seed) -> Vec<Vector> {
    let chosen = rand::seq::index::sample(
        &mut seed.child("sample", 0).rng(),
        held.len(),
        held.len().min(SAMPLE),
    );
    let mut chosen = chosen.into_vec();
    chosen.sort_unstable();
    let vectors: Vec<&Vector> = chosen.into_iter().map(|i| &corpus.vectors[held[i]]).collect();
    let most = MOST.min(vectors.len() / 4).max(2);
    let tried = (2..=most).map(|k| {
        let centres = cluster(&vectors, k, seed.child("themes", k as u64));
        (silhouette(&vectors, &centres), centres)
    });
    tried.max_by(|a, b| a.0.total_cmp(&b.0)).map(|best| best.1).unwrap_or_default()
}

/// Answers as vectors of what their words have in common.
struct Corpus {
    vectors: Vec<Vector>,
    features: Vec<Feature>,
}

/// What some answers share.
struct Feature {
    /// The word by which a theme is called that has it.
    name: String,
    /// Whether it is a thing: what people talk about, and not how.
    is_thing: bool,
    is_asked: bool,
}

impl Corpus {
    fn of(answers: &[&str], question: &str, language: Language) -> Self {
        let texts: Vec<Vec<Word>> =
            answers.iter().map(|text| topic::words(text, language)).collect();
        let attested: BTreeSet<String> =
            texts.iter().flat_map(|text| topic::attested(text)).map(str::to_owned).collect();
        let asked: BTreeSet<String> = topic::keys(question, language).into_iter().collect();
        let mut index: BTreeMap<&str, usize> = BTreeMap::new();
        let mut words: Vec<(&Word, BTreeMap<&str, u32>)> = Vec::new();
        let mut counts: Vec<Vector> = Vec::new();
        for text in &texts {
            let mut vector = Vector::new();
            for word in text.iter().filter(|word| says_something(word, language)) {
                let next = index.len();
                let place = *index.entry(&word.key).or_insert(next);
                if place == words.len() {
                    words.push((word, BTreeMap::new()));
                }
                *words[place].1.entry(&word.form).or_default() += 1;
                *vector.entry(place).or_default() += 1.0;
            }
            counts.push(vector);
        }
        let mut spread = vec![0.0; words.len()];
        counts.iter().flat_map(BTreeMap::keys).for_each(|&place| spread[place] += 1.0);
        let n = answers.len() as f64;
        let vectors = counts.into_iter().map(|vector| {
            // a word that one person used joins nobody
            let shared = vector.into_iter().filter(|(place, _)| spread[*place] > 1.0);
            normalised(shared.map(|(p, count)| (p, count * (n / spread[p]).ln())).collect())
        });
        let features = words.into_iter().map(|(word, forms)| {
            let noun = word.noun(&attested).filter(|noun| noun.is_listed());
            Feature {
                is_thing: word.noun(&attested).is_some(),
                is_asked: asked.contains(&word.key),
                name: noun.map_or_else(|| most_used(&forms).to_owned(), |noun| noun.lemma.clone()),
            }
        });
        Self { vectors: vectors.collect(), features: features.collect() }
    }

    fn theme(&self, answers: &[&str], weights: &[f64], members: &[usize]) -> Theme {
        let middle = centre(members.iter().map(|&i| &self.vectors[i]));
        let mut names: Vec<(&usize, &f64)> = middle.iter().collect();
        names.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
        // Things name a theme; where its answers share none, what else they share.
        let features: Vec<&Feature> =
            names.iter().map(|(place, _)| &self.features[**place]).collect();
        let apart = |is_thing: bool| {
            features.iter().copied().filter(move |f| f.is_thing == is_thing && !f.is_asked)
        };
        let first = |features: &mut dyn Iterator<Item = &Feature>| -> Vec<String> {
            features.take(NAME).map(|feature| feature.name.clone()).collect()
        };
        let words = [
            first(&mut apart(true)),
            first(&mut apart(false)),
            first(&mut features.iter().copied()),
        ];
        let words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
        let mut nearest: Vec<usize> = members.to_vec();
        nearest.sort_by(|&a, &b| {
            let near = |i: usize| dot(&self.vectors[i], &middle);
            near(b).total_cmp(&near(a)).then(a.cmp(&b))
        });
        let mut examples: Vec<String> = Vec::new();
        for &i in &nearest {
            if examples.len() < EXAMPLES && !examples.iter().any(|known| known == answers[i]) {
                examples.push(answers[i].to_owned());
            }
        }
        let own: f64 = members.iter().map(|&i| weights[i]).sum();
        let share = own / weights.iter().sum::<f64>();
        Theme {
            words,
            count: members.len() as u64,
            share,
            interval: wilson(share, effective_size(weights)),
            examples,
        }
    }
}

/// Whether answers that share a word have something in common: it is no grammar, and would not be said of anything.
fn says_something(word: &Word, language: Language) -> bool {
    let is_general = match &word.class {
        WordClass::Noun(noun) | WordClass::Perhaps(noun) => noun.is_general,
        WordClass::Adjective | WordClass::Other => is_general(&word.form, language),
    };
    let is_grammar = is_stop(&word.form, language)
        || word.form.contains('\'')
        || is_function_word(&plain(&word.form), language);
    !is_general && !is_grammar && word.form.chars().count() > 2
}

/// The form that is used most; of several the first in the alphabet.
fn most_used<'a>(forms: &BTreeMap<&'a str, u32>) -> &'a str {
    let best = forms.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    best.map_or("", |best| best.0)
}

fn normalised(vector: Vector) -> Vector {
    let length = vector.values().map(|x| x * x).sum::<f64>().sqrt();
    if length <= 0.0 {
        return Vector::new();
    }
    vector.into_iter().map(|(place, x)| (place, x / length)).collect()
}

fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().filter_map(|(place, x)| b.get(place).map(|y| x * y)).sum()
}

fn centre<'a>(vectors: impl Iterator<Item = &'a Vector>) -> Vector {
    let mut sum = Vector::new();
    for vector in vectors {
        for (place, x) in vector {
            *sum.entry(*place).or_default() += x;
        }
    }
    normalised(sum)
}

/// The middles of `k` groups.
fn cluster(vectors: &[&Vector], k: usize, seed: Seed) -> Vec<Vector> {
    let mut centres = first_centres(vectors, k, seed);
    let mut groups = Vec::new();
    for _ in 0..ROUNDS {
        let next: Vec<usize> = vectors.iter().map(|vector| nearest(vector, &centres)).collect();
        if next == groups {
            break;
        }
        groups = next;
        for (group, middle) in centres.iter_mut().enumerate() {
            let members = vectors.iter().zip(&groups).filter(|(_, g)| **g == group);
            let moved = centre(members.map(|(vector, _)| *vector));
            if !moved.is_empty() {
                *middle = moved;
            }
        }
    }
    centres
}

/// The first at random, each further one the more likely the farther from those that there are.
fn first_centres(vectors: &[&Vector], k: usize, seed: Seed) -> Vec<Vector> {
    let mut rng = seed.rng();
    let mut centres = vec![vectors[rng.random_range(0..vectors.len())].clone()];
    while centres.len() < k {
        let far: Vec<f64> = vectors
            .iter()
            .map(|v| centres.iter().map(|c| 1.0 - dot(v, c)).fold(f64::INFINITY, f64::min).max(0.0))
            .collect();
        let total: f64 = far.iter().map(|d| d * d).sum();
        let mut left = rng.random::<f64>() * total;
        let chosen = far.iter().position(|d| {
            left -= d * d;
            left < 0.0
        });
        centres.push(vectors[chosen.unwrap_or(0)].clone());
    }
    centres
}

fn nearest(vector: &Vector, centres: &[Vector]) -> usize {
    let near = centres.iter().map(|centre| dot(vector, centre)).enumerate();
    near.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(0, |best| best.0)
}

/// How much nearer vectors are to their own group's middle than to the next (Rousseeuw 1987, in the
/// simplified form with middles).
fn silhouette(vectors: &[&Vector], centres: &[Vector]) -> f64 {
    let each = vectors.iter().map(|vector| {
        let mut apart: Vec<f64> = centres.iter().map(|centre| 1.0 - dot(vector, centre)).collect();
        apart.sort_by(f64::total_cmp);
        (apart[1] - apart[0]) / apart[1].max(f64::EPSILON)
    });
    each.sum::<f64>() / vectors.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: &str = "Co Pan o tym myśli?";

    fn unweighted(answers: &[&str], question: &str, language: Language) -> Vec<Theme> {
        themes(answers, &vec![1.0; answers.len()], question, language, Seed(1))
    }

    fn answers() -> Vec<&'static str> {
        let mut answers = Vec::new();
        for i in 0..30 {
            answers.push(
                [
                    "Cena jest za wysoka jak na moje dochody.",
                    "Przy takiej cenie nie stać mnie na zakup.",
                    "Ceny rosną, a dochody stoją.",
                    "Dostawa do domu oszczędza mi czas.",
                    "Czas dostawy jest dla mnie ważny.",
                    "Dostawy na czas to wygoda.",
                ][i % 6],
            );
        }
        answers
    }

    #[test]
    fn answers_about_the_same_thing_meet_whatever_their_endings() {
        let found = unweighted(&answers(), QUESTION, Language::Polish);

        assert_eq!(found.iter().map(|theme| theme.count).sum::<u64>(), 30);
        for theme in &found {
            let price = theme.examples.iter().filter(|e| e.to_lowercase().contains("cen")).count();
            assert!(price == 0 || price == theme.examples.len(), "{theme:?}");
        }
        assert!(found.len() >= 2);
    }

    #[test]
    fn answers_count_in_shares_as_much_as_their_weights() {
        let answers = answers();
        let is_price = |text: &str| text.to_lowercase().contains("cen");
        let weights: Vec<f64> =
            answers.iter().map(|text| if is_price(text) { 3.0 } else { 1.0 }).collect();

        let weighted = themes(&answers, &weights, QUESTION, Language::Polish, Seed(1));

        // half of the answers, and three quarters of the weight
        let of_price = weighted.iter().filter(|theme| is_price(&theme.examples[0]));
        assert!((of_price.map(|theme| theme.share).sum::<f64>() - 0.75).abs() < 1e-9);
        assert!(is_price(&weighted[0].examples[0]), "the largest first: {weighted:?}");
    }

    #[test]
    fn examples_are_word_for_word() {
        let answers = answers();

        for theme in unweighted(&answers, QUESTION, Language::Polish) {
            assert!(theme.examples.iter().all(|example| answers.contains(&example.as_str())));
        }
    }

    #[test]
    fn themes_are_called_by_things_in_one_form_each() {
        let polish = unweighted(&answers(), QUESTION, Language::Polish);
        let said = [
            "I haven't got the time, the delivery was late.",
            "Late deliveries for years, we haven't been home.",
            "The delivery man hasn't come back.",
            "The price isn't fair at all.",
            "Prices have gone up, haven't they?",
            "For that price I haven't the money.",
        ];
        let said: Vec<&str> = said.into_iter().cycle().take(30).collect();
        let english = unweighted(&said, "What holds you back?", Language::English);

        let mut found: Vec<&str> = polish.iter().map(|theme| theme.words[0].as_str()).collect();
        found.sort_unstable();
        assert!(found.contains(&"dostawa"), "{polish:?}");
        assert!(
            polish.iter().flat_map(|theme| &theme.words).all(|word| {
                ["cena", "dochód", "dostawa", "dom", "wygoda", "zakup"].contains(&word.as_str())
            }),
            "{polish:?}"
        );
        for theme in &english {
            for word in &theme.words {
                assert!(
                    ["delivery", "price", "money", "man"].contains(&word.as_str()),
                    "{english:?}"
                );
            }
        }
        assert!(english.iter().any(|theme| theme.words[0] == "price"), "{english:?}");
    }

    #[test]
    fn what_the_question_names_names_no_theme() {
        let found = unweighted(&answers(), "Jaka cena jest dobra?", Language::Polish);

        assert!(
            found.iter().flat_map(|theme| &theme.words).all(|word| word != "cena"),
            "{found:?}"
        );
    }

    #[test]
    fn the_same_answers_give_the_same_themes_and_few_give_none() {
        let answers = answers();

        let one = unweighted(&answers, QUESTION, Language::Polish);

        assert_eq!(one, unweighted(&answers, QUESTION, Language::Polish));
        assert!(unweighted(&answers[..5], QUESTION, Language::Polish).is_empty());
    }

    #[test]
    fn a_sample_finds_the_themes_of_very_many_answers_and_each_answer_counts() {
        let many: Vec<&str> = answers().into_iter().cycle().take(9_000).collect();

        let found = unweighted(&many, QUESTION, Language::Polish);

        let words = |themes: &[Theme]| themes.iter().map(|t| t.words.clone()).collect::<Vec<_>>();
        assert_eq!(found.iter().map(|theme| theme.count).sum::<u64>(), 9_000);
        assert_eq!(words(&found), words(&unweighted(&answers(), QUESTION, Language::Polish)));
    }
}
