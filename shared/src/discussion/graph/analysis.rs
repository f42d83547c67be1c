//! What the graph shows: what is spoken of, what divides, who stands in the middle, and how groups of
//! people differ, with n and the uncertainty.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Graph, Mention, PersonNode};
use crate::discussion::sentiment::{Emotion, SIDED};
use crate::id::{PersonaId, TurnId};
use crate::statistics::mean_interval;

// Chosen by hand.
/// People below which a mean of a part of the group says nothing.
const FEWEST: usize = 5;

/// A concept and what is said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConceptFigures {
    /// The concept.
    pub name: String,
    /// Answers that speak of it.
    pub mentions: usize,
    /// People who do.
    pub people: usize,
    /// The mean of their tones, each person once, from -1 to 1.
    pub sentiment: f64,
    /// Half the width of the mean's 95 % interval (Student's t); none for fewer than two people.
    pub margin: Option<f64>,
    /// The share of the other concepts with which it shares an answer.
    pub centrality: f64,
    /// The standard deviation of people's tones: 0 all speak alike of it.
    pub polarization: f64,
    /// Names of those who speak well of it.
    pub supporters: Vec<String>,
    /// Names of those who speak ill of it.
    pub critics: Vec<String>,
    /// The answers.
    pub response_ids: Vec<TurnId>,
}

/// Two concepts that share answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Together {
    /// One.
    pub a: String,
    /// The other.
    pub b: String,
    /// Answers that speak of both.
    pub answers: usize,
}

/// A person's place in the discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonFigures {
    pub id: PersonaId,
    pub name: String,
    /// From 0 to 100: their connections over those of the most connected.
    pub influence: u32,
    /// Concepts that they share with somebody, and people with whom they agreed or argued.
    pub connections: usize,
    /// The mean of their tones, each concept once.
    pub sentiment: f64,
    /// Concepts that they speak of, and that the mean is over; without any it is 0 and says nothing.
    #[serde(default)]
    pub concepts: usize,
}

/// An emotion in the group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EmotionFigures {
    #[schema(value_type = String)]
    pub emotion: Emotion,
    /// People in whose answers it is.
    pub people: usize,
    /// Their mean intensity, from 0 to 1.
    pub intensity: f64,
    /// Their share of all, in percent.
    pub percentage: f64,
}

/// How one part of the group speaks of a concept, beside the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConceptDifference {
    pub concept: String,
    /// `age`, `gender` or `place`.
    pub attribute: String,
    /// The part: `18-34`, a gender, a place.
    pub group: String,
    /// Its people who speak of the concept.
    pub n: usize,
    /// The mean of their tones.
    pub sentiment: f64,
    /// Half the width of the mean's 95 % interval (Student's t); none where n is too small.
    pub margin: Option<f64>,
    /// Whether n is too small to say anything.
    pub is_small: bool,
}

/// Everything that the graph shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Analytics {
    /// The most spoken of first.
    pub concepts: Vec<ConceptFigures>,
    /// Concepts with supporters and critics, the most divided first.
    pub controversial: Vec<String>,
    /// The most frequent pairs first.
    pub co_occurrence: Vec<Together>,
    /// The most frequent first.
    pub emotions: Vec<EmotionFigures>,
    /// The most influential first.
    pub people: Vec<PersonFigures>,
    /// By concept, attribute and group; concepts of at least three people only.
    pub differences: Vec<ConceptDifference>,
}

/// What the graph shows.
pub fn analytics(graph: &Graph) -> Analytics {
    let together = co_occurrence(graph);
    let concepts = concepts(graph, &together);
    let divided = concepts.iter().filter(|c| !c.supporters.is_empty() && !c.critics.is_empty());
    let mut divided: Vec<(&ConceptFigures, usize)> = divided
        .map(|concept| (concept, concept.supporters.len() * concept.critics.len()))
        .collect();
    divided.sort_by(|a, b| {
        (b.0.polarization * b.1 as f64).total_cmp(&(a.0.polarization * a.1 as f64))
    });
    Analytics {
        controversial: divided.into_iter().map(|(concept, _)| concept.name.clone()).collect(),
        differences: differences(graph, &concepts),
        emotions: emotions(graph),
        people: people(graph),
        co_occurrence: together,
        concepts,
    }
}

fn concepts(graph: &Graph, together: &[Together]) -> Vec<ConceptFigures> {
    let mut by_name: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
    for mention in &graph.mentions {
        by_name.entry(&mention.concept).or_default().push(mention);
    }
    let others = by_name.len().saturating_sub(1).max(1);
    let mut figures: Vec<ConceptFigures> = by_name
        .into_iter()
        .map(|(name, mentions)| {
            let tones: Vec<f64> = mentions.iter().map(|m| f64::from(m.sentiment)).collect();
            let named = |keep: fn(f32) -> bool| -> Vec<String> {
                let those = mentions.iter().filter(|m| keep(m.sentiment));
                those.map(|m| graph.name(m.person).to_owned()).collect()
            };
            let neighbours =
                together.iter().filter(|pair| pair.a == name || pair.b == name).count();
            let turns: BTreeSet<TurnId> = mentions.iter().flat_map(|m| m.turns.clone()).collect();
            ConceptFigures {
                name: name.to_owned(),
                mentions: turns.len(),
                people: mentions.len(),
                sentiment: mean(&tones),
                margin: margin(&tones),
                centrality: neighbours as f64 / others as f64,
                polarization: deviation(&tones).unwrap_or(0.0),
                supporters: named(|tone| tone > SIDED),
                critics: named(|tone| tone < -SIDED),
                response_ids: turns.into_iter().collect(),
            }
        })
        .collect();
    figures.sort_by(|a, b| {
        (b.people, b.mentions).cmp(&(a.people, a.mentions)).then(a.name.cmp(&b.name))
    });
    figures
}

fn co_occurrence(graph: &Graph) -> Vec<Together> {
    let mut by_turn: BTreeMap<TurnId, BTreeSet<&str>> = BTreeMap::new();
    for mention in &graph.mentions {
        for turn in &mention.turns {
            by_turn.entry(*turn).or_default().insert(&mention.concept);
        }
    }
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for concepts in by_turn.values() {
        for (i, a) in concepts.iter().enumerate() {
            for b in concepts.iter().skip(i + 1) {
                *pairs.entry((a, b)).or_default() += 1;
            }
        }
    }
    let mut together: Vec<Together> = pairs
        .into_iter()
        .map(|((a, b), answers)| Together { a: a.to_owned(), b: b.to_owned(), answers })
        .collect();
    together.sort_by_key(|pair| std::cmp::Reverse(pair.answers));
    together
}

fn emotions(graph: &Graph) -> Vec<EmotionFigures> {
    let mut by_emotion: BTreeMap<Emotion, Vec<f64>> = BTreeMap::new();
    for feeling in &graph.feelings {
        by_emotion.entry(feeling.emotion).or_default().push(f64::from(feeling.intensity));
    }
    let all = graph.people.len().max(1) as f64;
    let mut figures: Vec<EmotionFigures> = by_emotion
        .into_iter()
        .map(|(emotion, intensities)| EmotionFigures {
            emotion,
            people: intensities.len(),
            intensity: mean(&intensities),
            percentage: 100.0 * intensities.len() as f64 / all,
        })
        .collect();
    figures.sort_by_key(|emotion| std::cmp::Reverse(emotion.people));
    figures
}

fn people(graph: &Graph) -> Vec<PersonFigures> {
    let shared: BTreeSet<&str> = graph
        .concepts()
        .into_iter()
        .filter(|name| graph.mentions.iter().filter(|m| m.concept == *name).count() > 1)
        .collect();
    let connections = |id: PersonaId| {
        let concepts = graph.mentions.iter();
        let concepts = concepts.filter(|m| m.person == id && shared.contains(m.concept.as_str()));
        let people: BTreeSet<PersonaId> = graph
            .relations
            .iter()
            .filter(|relation| relation.from == id || relation.to == id)
            .map(|relation| if relation.from == id { relation.to } else { relation.from })
            .collect();
        concepts.count() + people.len()
    };
    let most = graph.people.iter().map(|person| connections(person.id)).max().unwrap_or(0).max(1);
    let mut figures: Vec<PersonFigures> = graph
        .people
        .iter()
        .map(|person| {
            let own = graph.mentions.iter().filter(|m| m.person == person.id);
            let tones: Vec<f64> = own.map(|m| f64::from(m.sentiment)).collect();
            let connections = connections(person.id);
            PersonFigures {
                id: person.id,
                name: person.name.clone(),
                influence: u32::try_from(connections * 100 / most).unwrap_or(100),
                connections,
                sentiment: mean(&tones),
                concepts: tones.len(),
            }
        })
        .collect();
    figures.sort_by(|a, b| b.connections.cmp(&a.connections).then(a.name.cmp(&b.name)));
    figures
}

/// The age group of the contract's correlations: young, middle, senior.
pub fn age_group(age: u8) -> &'static str {
    match age {
        0..=34 => "18-34",
        35..=54 => "35-54",
        _ => "55+",
    }
}

type PartOf = fn(&PersonNode) -> String;

fn differences(graph: &Graph, concepts: &[ConceptFigures]) -> Vec<ConceptDifference> {
    let people: BTreeMap<PersonaId, &PersonNode> = graph.people.iter().map(|p| (p.id, p)).collect();
    let attributes: [(&str, PartOf); 3] = [
        ("age", |person| age_group(person.age).to_owned()),
        ("gender", |person| person.gender.clone()),
        ("place", |person| person.place.clone()),
    ];
    let mut differences = Vec::new();
    for concept in concepts.iter().filter(|concept| concept.people >= 3) {
        for (attribute, group_of) in attributes {
            let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
            for mention in graph.mentions.iter().filter(|m| m.concept == concept.name) {
                let Some(person) = people.get(&mention.person) else { continue };
                groups.entry(group_of(person)).or_default().push(f64::from(mention.sentiment));
            }
            differences.extend(groups.into_iter().map(|(group, tones)| ConceptDifference {
                concept: concept.name.clone(),
                attribute: attribute.to_owned(),
                group,
                n: tones.len(),
                sentiment: mean(&tones),
                margin: margin(&tones).filter(|_| tones.len() >= FEWEST),
                is_small: tones.len() < FEWEST,
            }));
        }
    }
    differences
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The sample's standard deviation; none of fewer than two.
fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values);
    let sum: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (values.len() > 1).then(|| (sum / (values.len() - 1) as f64).sqrt())
}

/// Half of Student's interval: of so few people, 1.96 standard errors would promise too much.
fn margin(values: &[f64]) -> Option<f64> {
    let [low, high] = mean_interval(0.0, deviation(values)?, values.len() as f64)?;
    Some((high - low) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128, age: u8) -> PersonNode {
        PersonNode {
            id: PersonaId(uuid::Uuid::from_u128(n)),
            name: format!("P{n}"),
            age,
            gender: "Kobieta".to_owned(),
            occupation: String::new(),
            place: "wieś".to_owned(),
        }
    }

    fn mention(person: u128, concept: &str, sentiment: f32, turns: &[u128]) -> Mention {
        let id = |n: &u128| TurnId(uuid::Uuid::from_u128(*n));
        Mention {
            person: PersonaId(uuid::Uuid::from_u128(person)),
            concept: concept.to_owned(),
            sentiment,
            turns: turns.iter().map(id).collect(),
        }
    }

    #[test]
    fn figures_of_a_small_graph_are_those_of_paper_and_pencil() {
        let graph = Graph {
            people: vec![person(1, 20), person(2, 40), person(3, 60)],
            mentions: vec![
                mention(1, "cena", 0.5, &[1, 2]),
                mention(2, "cena", -0.5, &[3]),
                mention(3, "cena", 0.0, &[4]),
                mention(1, "dostawa", 0.4, &[2]),
            ],
            ..Graph::default()
        };

        let shown = analytics(&graph);

        let price = &shown.concepts[0];
        assert_eq!((price.name.as_str(), price.mentions, price.people), ("cena", 4, 3));
        assert!(price.sentiment.abs() < 1e-6);
        // Standard deviation of 0.5, -0.5, 0 is 0.5. Student's t at 97.5 % with two degrees of freedom
        // is 4.302653 (any table), so the margin is 4.302653 × 0.5 / √3 = 1.242069.
        assert!((price.polarization - 0.5).abs() < 1e-6);
        assert!((price.margin.unwrap() - 1.242_069).abs() < 1e-5, "{price:?}");
        assert_eq!(
            (price.supporters.as_slice(), price.critics.as_slice()),
            (&["P1".to_owned()][..], &["P2".to_owned()][..])
        );
        assert_eq!(shown.controversial, ["cena"]);
        assert_eq!(
            shown.co_occurrence,
            [Together { a: "cena".into(), b: "dostawa".into(), answers: 1 }]
        );
        assert_eq!((price.centrality, shown.people[0].influence), (1.0, 100));
        assert_eq!(shown.people.iter().map(|p| p.concepts).collect::<Vec<_>>(), [2, 1, 1]);
        assert!(shown.differences.iter().all(|d| d.is_small && d.margin.is_none()));
        assert_eq!(shown.differences.iter().filter(|d| d.attribute == "age").count(), 3);
    }
}
