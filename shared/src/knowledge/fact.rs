//! Facts that a document states: typed nodes and relations, each held against the text that it is said to
//! come from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Scope;
use crate::text::sentence::sentences;
use crate::text::word::words;

/// The longest summary, in characters; the client's limit is 150, and Polish needs some more.
const LONGEST_SUMMARY: usize = 200;
const MOST_NODES: usize = 6;

/// What a model finds in a piece of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Findings {
    /// Up to six facts.
    pub nodes: Vec<Node>,
    /// How they hang together.
    pub relations: Vec<Relation>,
    /// Facts that were dropped, because a number of theirs is not in the text. Not the model's to say.
    #[serde(default)]
    #[schemars(skip)]
    pub dropped: u32,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// A name within this answer: `n1`, `n2` …
    pub key: String,
    /// What kind of fact.
    pub kind: FactKind,
    /// One sentence in the language of the text, at most 150 characters.
    pub summary: String,
    /// The value with its unit, as the text has it: `45 %`, `1 200 zł`. Only for indicators.
    pub value: Option<String>,
    /// The year or period that it is about, as the text has it.
    pub period: Option<String>,
    /// How sure the text is.
    pub confidence: Confidence,
}

crate::words! {
    /// A kind of fact.
    #[derive(JsonSchema)]
    pub enum FactKind {
        /// Something that was seen, a cause or an effect.
        Observation = "observation",
        /// A number.
        Indicator = "indicator",
        /// A group of people.
        Demographic = "demographic",
        /// A change over time.
        Trend = "trend",
        /// A place.
        Place = "place",
    }
}

crate::words! {
    /// How sure a text is of what it says.
    #[derive(JsonSchema)]
    pub enum Confidence {
        /// Measured.
        High = "high",
        /// Said.
        Medium = "medium",
        /// Supposed.
        Low = "low",
    }
}

/// How two facts hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// The key of a node.
    pub from: String,
    /// The key of another.
    pub to: String,
    /// How.
    pub kind: RelationKind,
}

crate::words! {
    /// A kind of relation.
    #[derive(JsonSchema)]
    pub enum RelationKind {
        /// Describes a property.
        Describes = "describes",
        /// Concerns a group or a category.
        Concerns = "concerns",
        /// Shows a trend.
        ShowsTrend = "shows_trend",
        /// Is in a place.
        LocatedIn = "located_in",
        /// Causes, is compared or goes together with.
        RelatedTo = "related_to",
    }
}

impl Node {
    /// What it is called in the graph: the same fact of two documents of one scope is one node.
    pub fn id(&self, scope: Scope) -> Uuid {
        let mut digest = Sha256::new();
        let parts = [
            scope.key(),
            self.kind.as_str().to_owned(),
            words(&self.summary).join(" "),
            words(self.value.as_deref().unwrap_or_default()).join(" "),
            words(self.period.as_deref().unwrap_or_default()).join(" "),
        ];
        for part in parts {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// Keeps what the text supports: every number of a fact has to be in it. What is not is dropped and
/// counted, and so is a relation to it.
pub fn checked(mut findings: Findings, text: &str) -> Findings {
    let known = numbers(text);
    let before = findings.nodes.len();
    findings.nodes.retain(|node| {
        let length = node.summary.trim().chars().count();
        let said = [Some(&node.summary), node.value.as_ref(), node.period.as_ref()];
        let said: BTreeSet<String> =
            said.into_iter().flatten().flat_map(|text| numbers(text)).collect();
        (1..=LONGEST_SUMMARY).contains(&length) && said.is_subset(&known)
    });
    findings.dropped = u32::try_from(before - findings.nodes.len()).unwrap_or(u32::MAX);
    findings.nodes.truncate(MOST_NODES);
    let keys: BTreeSet<&str> = findings.nodes.iter().map(|node| node.key.as_str()).collect();
    findings.relations.retain(|relation| {
        let (from, to) = (relation.from.as_str(), relation.to.as_str());
        from != to && keys.contains(from) && keys.contains(to)
    });
    findings
}

/// The numbers of a text, each in one form whatever its separators: `1 200`, `1.200` and `1,200` are
/// `1200`, and `12,5` is `12.5`.
pub fn numbers(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = end_of_number(&letters, at);
        found.insert(normal(&letters[at..end]));
        at = end;
    }
    found
}

/// A separator belongs to a number when digits follow: a space only before exactly three of them.
fn end_of_number(letters: &[char], from: usize) -> usize {
    let digits = |at: usize| letters[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut end = from + digits(from);
    while let Some(separator) = letters.get(end) {
        let follow = if end + 1 < letters.len() { digits(end + 1) } else { 0 };
        let belongs = match separator {
            '.' | ',' => follow > 0,
            ' ' | '\u{a0}' | '\u{202f}' => follow == 3 && end - from <= 3 + 4 * 4,
            _ => false,
        };
        if !belongs {
            break;
        }
        end += 1 + follow;
    }
    end
}

fn normal(number: &[char]) -> String {
    let parts: Vec<String> =
        number.split(|c| !c.is_ascii_digit()).map(|part| part.iter().collect::<String>()).collect();
    let is_grouped = parts.len() > 1
        && parts[0].len() <= 3
        && parts[0] != "0"
        && parts[1..].iter().all(|part| part.len() == 3);
    if parts.len() == 1 || is_grouped {
        return parts.concat();
    }
    let (last, whole) = parts.split_last().expect("a number has digits");
    format!("{}.{}", whole.concat(), last.trim_end_matches('0'))
}

/// What can be found without a model: sentences with a share or an amount are indicators, those that say
/// that something grows or falls are trends. Labelled as simulated like every offline text.
pub fn offline(text: &str) -> Findings {
    let mut nodes = Vec::new();
    for sentence in sentences(text) {
        let sentence = sentence.trim();
        let length = sentence.chars().count();
        if !(20..=LONGEST_SUMMARY).contains(&length) || nodes.len() == 3 {
            continue;
        }
        let value = share(sentence);
        let kind = match (&value, is_trend(sentence)) {
            (_, true) => FactKind::Trend,
            (Some(_), false) => FactKind::Indicator,
            (None, false) => continue,
        };
        nodes.push(Node {
            key: format!("n{}", nodes.len() + 1),
            kind,
            summary: sentence.to_owned(),
            value,
            period: year(sentence),
            confidence: Confidence::Medium,
        });
    }
    Findings { nodes, ..Findings::default() }
}

/// The first number that a percent sign follows.
fn share(sentence: &str) -> Option<String> {
    let at = sentence.find('%')?;
    let before = sentence[..at].trim_end();
    let from = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || matches!(c, ',' | '.'))
        .last()
        .map(|(at, _)| at)?;
    Some(format!("{}%", &before[from..]))
}

fn is_trend(sentence: &str) -> bool {
    const STEMS: [&str; 10] =
        ["wzros", "rośni", "rosną", "spad", "malej", "coraz", "grow", "increas", "declin", "fall"];
    let sentence = sentence.to_lowercase();
    STEMS.iter().any(|stem| sentence.contains(stem))
}

/// The first number that looks like a year of this century or the last.
fn year(sentence: &str) -> Option<String> {
    let is_year = |word: &&str| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit())
    };
    sentence.split(|c: char| !c.is_alphanumeric()).find(is_year).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(key: &str, summary: &str, value: Option<&str>) -> Node {
        Node {
            key: key.to_owned(),
            kind: FactKind::Indicator,
            summary: summary.to_owned(),
            value: value.map(str::to_owned),
            period: None,
            confidence: Confidence::High,
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (text, expected) in [
            ("1 200 zł", "1200"),
            ("1\u{a0}200 zł", "1200"),
            ("1,200 zł", "1200"),
            ("12,5%", "12.5"),
            ("12.50 %", "12.5"),
            ("0,125", "0.125"),
            ("w 2024 r.", "2024"),
        ] {
            assert_eq!(numbers(text), BTreeSet::from([expected.to_owned()]), "{text}");
        }
        assert_eq!(numbers("18-24 lata, 3 z 4").len(), 4);
    }

    #[test]
    fn a_fact_whose_number_is_not_in_the_text_is_dropped_with_its_relations() {
        let text = "W 2024 roku 45,5% kupujących wybierało 1 200 produktów.";
        let relation = |to: &str| Relation {
            from: "a".to_owned(),
            to: to.to_owned(),
            kind: RelationKind::RelatedTo,
        };
        let findings = Findings {
            nodes: vec![
                node("a", "45.5 % kupujących", Some("45,5%")),
                node("b", "46% kupujących", None),
                node("c", "Kupujący wybierają", Some("1200")),
                node("d", "  ", None),
            ],
            relations: vec![relation("b"), relation("c"), relation("a")],
            dropped: 99,
        };

        let checked = checked(findings, text);

        let keys: Vec<&str> = checked.nodes.iter().map(|node| node.key.as_str()).collect();
        assert_eq!(keys, ["a", "c"]);
        assert_eq!((checked.dropped, checked.relations), (2, vec![relation("c")]));
    }

    #[test]
    fn the_same_fact_of_one_scope_is_one_and_of_two_scopes_two() {
        let project = Scope::Project(Uuid::from_u128(1).into());
        let (one, same) = (node("a", "Kawa, 45 %", None), node("n7", "kawa 45%", None));

        assert_eq!(one.id(Scope::Shared), same.id(Scope::Shared));
        assert_ne!(one.id(Scope::Shared), one.id(project));
    }

    #[test]
    fn offline_finds_shares_and_trends_that_the_text_supports() {
        let text = "Kawę pije 82,5% dorosłych. Sprzedaż ziaren rośnie od 2019 roku. Lubimy ją.";

        let found = offline(text);

        assert_eq!(found.nodes[0].value.as_deref(), Some("82,5%"));
        assert_eq!(found.nodes[1].kind, FactKind::Trend);
        assert_eq!(found.nodes[1].period.as_deref(), Some("2019"));
        assert_eq!(checked(found.clone(), text), found);
    }
}
