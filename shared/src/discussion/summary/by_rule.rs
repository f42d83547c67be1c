//! The summary that needs no model: counted, ordered and quoted by rule.

use std::collections::BTreeMap;

use super::share::{shares, tones};
use super::{Finding, Material, Quoted, SegmentNote, SummaryAnswer, Synthesis};
use crate::Language;
use crate::discussion::reading::Reading;
use crate::discussion::sentiment::{SIDED, sentiment};
use crate::id::TurnId;
use crate::text::number::people;
use crate::text::topic;

/// Concepts that become an insight.
const TOLD: usize = 5;

struct Topic<'a> {
    name: &'a str,
    answers: Vec<(u32, &'a SummaryAnswer, f32)>,
    people: usize,
    fans: usize,
    critics: usize,
}

/// Sums up by rule.
pub fn synthesis(material: &Material, readings: &BTreeMap<TurnId, Reading>) -> Synthesis {
    let topics = topics(material, readings);
    Synthesis {
        executive_summary: executive(material, readings, &topics),
        key_insights: topics.iter().take(TOLD).map(|topic| insight(material, topic)).collect(),
        surprising_findings: changes(material),
        segments: segments(material, readings),
        recommendations: recommendations(material, &topics),
        sentiment_narrative: narrative(material, readings),
    }
}

fn topics<'a>(material: &'a Material, readings: &'a BTreeMap<TurnId, Reading>) -> Vec<Topic<'a>> {
    let mut by_name: BTreeMap<&str, Vec<(u32, &SummaryAnswer, f32)>> = BTreeMap::new();
    for (number, answer) in (1..).zip(&material.answers) {
        for concept in readings.get(&answer.id).iter().flat_map(|reading| &reading.concepts) {
            let entry = by_name.entry(&concept.name).or_default();
            entry.push((number, answer, concept.sentiment));
        }
    }
    let mut topics: Vec<Topic<'_>> = by_name
        .into_iter()
        .map(|(name, answers)| {
            let mut own: BTreeMap<_, Vec<f32>> = BTreeMap::new();
            for (_, answer, tone) in &answers {
                own.entry(answer.person).or_default().push(*tone);
            }
            let means = own.values().map(|t| t.iter().sum::<f32>() / t.len() as f32);
            let means: Vec<f32> = means.collect();
            Topic {
                name,
                people: means.len(),
                fans: means.iter().filter(|tone| **tone > SIDED).count(),
                critics: means.iter().filter(|tone| **tone < -SIDED).count(),
                answers,
            }
        })
        .collect();
    topics.sort_by(|a, b| {
        (b.people, b.answers.len()).cmp(&(a.people, a.answers.len())).then(a.name.cmp(b.name))
    });
    topics
}

fn executive(
    material: &Material,
    readings: &BTreeMap<TurnId, Reading>,
    topics: &[Topic<'_>],
) -> String {
    let language = material.language;
    let names: Vec<String> =
        topics.iter().take(3).map(|topic| quoted(topic.name, language)).collect();
    let shares = shares(material, readings);
    let (fans, critics, n) = (shares[0].people, shares[2].people, shares[0].n);
    let divided = topics.iter().filter(|topic| topic.fans > 0 && topic.critics > 0);
    let divided = divided.max_by_key(|topic| topic.fans * topic.critics);
    let who = people(material.participants as u64, language);
    let (answers, questions) = (material.answers.len(), material.questions.len());
    let mut text = match language {
        Language::English => format!(
            "{who} talked about {questions} questions and gave {answers} answers. Most was said about {}. \
             On the whole {fans} of {n} speak rather well of it and {critics} of {n} rather ill.",
            names.join(", ")
        ),
        Language::Polish => format!(
            "W rozmowie: {who}, pytania: {questions}, wypowiedzi: {answers}. Najwięcej mówiono o tym: {}. \
             Ogółem {fans} na {n} osób mówi raczej przychylnie, a {critics} na {n} raczej krytycznie.",
            names.join(", ")
        ),
    };
    if let Some(topic) = divided {
        let name = quoted(topic.name, language);
        text += &match language {
            Language::English => format!(
                " What divides them most is {name}: {} for, {} against.",
                topic.fans, topic.critics
            ),
            Language::Polish => format!(
                " Najbardziej dzieli {name}: przychylnie {}, krytycznie {}.",
                topic.fans, topic.critics
            ),
        };
    }
    text
}

fn insight(material: &Material, topic: &Topic<'_>) -> Finding {
    let language = material.language;
    let name = quoted(topic.name, language);
    let (people, n) = (topic.people, material.participants);
    let text = match language {
        Language::English => format!(
            "{name} comes up with {people} of {n} people: {} speak well of it, {} ill.",
            topic.fans, topic.critics
        ),
        Language::Polish => format!(
            "{name} pojawia się u {people} na {n} osób: przychylnie {}, krytycznie {}.",
            topic.fans, topic.critics
        ),
    };
    let best = topic.answers.iter().max_by(|a, b| a.2.total_cmp(&b.2)).filter(|best| best.2 > 0.0);
    let worst =
        topic.answers.iter().min_by(|a, b| a.2.total_cmp(&b.2)).filter(|worst| worst.2 < 0.0);
    let quotes = best.into_iter().chain(worst).filter_map(|(number, answer, tone)| {
        sentence_of(answer, topic.name, *tone, language)
            .map(|text| Quoted { answer: *number, text })
    });
    Finding {
        text,
        quotes: quotes.collect(),
        answers: topic.answers.iter().map(|(number, ..)| *number).collect(),
    }
}

/// The sentence of an answer that speaks of something in about this tone.
fn sentence_of(
    answer: &SummaryAnswer,
    name: &str,
    tone: f32,
    language: Language,
) -> Option<String> {
    let keys = topic::keys(name, language);
    let sentences = answer.text.split_inclusive(['.', '!', '?']).map(str::trim);
    let speaks = |sentence: &&str| {
        let said = topic::keys(sentence, language);
        keys.iter().all(|key| said.contains(key))
    };
    let near = |sentence: &&str| -((sentiment(sentence, language) - tone).abs());
    let found = sentences.filter(speaks).max_by(|a, b| near(a).total_cmp(&near(b)))?;
    Some(found.to_owned())
}

fn changes(material: &Material) -> Vec<Finding> {
    let changed = (1..).zip(&material.answers).filter(|(_, answer)| answer.is_change);
    changed
        .take(4)
        .map(|(number, answer)| Finding {
            text: match material.language {
                Language::English => {
                    format!(
                        "{} has a change of mind on question {}.",
                        answer.name,
                        answer.question + 1
                    )
                }
                Language::Polish => {
                    format!("{} zmienia zdanie przy pytaniu {}.", answer.name, answer.question + 1)
                }
            },
            answers: vec![number],
            quotes: vec![Quoted { answer: number, text: answer.text.clone() }],
        })
        .collect()
}

fn segments(material: &Material, readings: &BTreeMap<TurnId, Reading>) -> Vec<SegmentNote> {
    let language = material.language;
    let tones = tones(material, readings);
    let mut by_segment: BTreeMap<&str, BTreeMap<_, f32>> = BTreeMap::new();
    for answer in &material.answers {
        if let Some(tone) = tones.get(&answer.person) {
            by_segment.entry(&answer.segment).or_default().insert(answer.person, *tone);
        }
    }
    by_segment
        .into_iter()
        .map(|(segment, own)| {
            let mean = own.values().sum::<f32>() / own.len() as f32;
            let few = own.len() < 5;
            let caution = match (few, language) {
                (false, _) => "",
                (true, Language::English) => " Too few people to say more.",
                (true, Language::Polish) => " Zbyt mało osób, by powiedzieć więcej.",
            };
            let text = match language {
                Language::English => {
                    format!("n = {}, mean tone {mean:+.2} between -1 and 1.{caution}", own.len())
                }
                Language::Polish => {
                    format!("n = {}, średni ton {mean:+.2} między -1 a 1.{caution}", own.len())
                }
            };
            SegmentNote { segment: segment.to_owned(), text }
        })
        .collect()
}

/// What to ask next, by rule: never nothing.
pub(super) fn next_questions(
    material: &Material,
    readings: &BTreeMap<TurnId, Reading>,
) -> Vec<String> {
    recommendations(material, &topics(material, readings))
}

fn recommendations(material: &Material, topics: &[Topic<'_>]) -> Vec<String> {
    let language = material.language;
    let n = material.participants;
    let mut criticised: Vec<&Topic<'_>> = topics.iter().filter(|t| t.critics > 1).collect();
    criticised.sort_by_key(|topic| std::cmp::Reverse(topic.critics));
    let asked: Vec<String> = criticised
        .into_iter()
        .take(3)
        .map(|topic| {
            let name = quoted(topic.name, language);
            let critics = topic.critics;
            match language {
                Language::English => format!(
                    "Ask real customers about {name}: {critics} of {n} here speak ill of it."
                ),
                Language::Polish => format!(
                    "Zapytać prawdziwych klientów o {name}: krytycznie mówi o tym {critics} na {n} osób."
                ),
            }
        })
        .collect();
    if asked.is_empty() { vec![without_objections(material, topics)] } else { asked }
}

/// What to ask where hardly anybody objects: simulated people object too seldom, so that the silence itself is
/// to be looked into.
fn without_objections(material: &Material, topics: &[Topic<'_>]) -> String {
    let language = material.language;
    let n = material.participants;
    match (topics.first(), language) {
        (Some(topic), Language::English) => format!(
            "Ask real customers what would keep them from it, beginning with {}: {} of {n} here speak of it, \
             and hardly anybody objects.",
            quoted(topic.name, language),
            topic.people
        ),
        (Some(topic), Language::Polish) => format!(
            "Zapytać prawdziwych klientów, co by ich powstrzymało, zaczynając od tego: {}. Mówi o tym {} na \
             {n} osób, a prawie nikt nie ma zastrzeżeń.",
            quoted(topic.name, language),
            topic.people
        ),
        (None, Language::English) => format!(
            "Ask the same of real customers in more concrete words: no topic came up in these {n} people's \
             answers."
        ),
        (None, Language::Polish) => format!(
            "Zapytać o to samo prawdziwych klientów, bardziej konkretnie: w wypowiedziach tych osób ({n}) nie \
             pojawił się żaden temat."
        ),
    }
}

fn narrative(material: &Material, readings: &BTreeMap<TurnId, Reading>) -> String {
    let language = material.language;
    let told: Vec<String> = shares(material, readings)
        .iter()
        .map(|share| {
            let label = match share.label.as_str() {
                "positive" => language.pick("well disposed", "przychylnie"),
                "negative" => language.pick("critical", "krytycznie"),
                _ => language.pick("undecided", "pośrodku"),
            };
            let percent = |x: f64| (100.0 * x).round();
            format!(
                "{label} {} / {} ({:.0}%, 95%: {:.0}–{:.0}%)",
                share.people,
                share.n,
                percent(share.share),
                percent(share.low),
                percent(share.high)
            )
        })
        .collect();
    let lead = language.pick(
        "By the mean tone of each person's answers",
        "Według średniego tonu wypowiedzi każdej osoby",
    );
    format!("{lead}: {}.", told.join("; "))
}

/// A term in quotation marks; of two words it would be taken for what somebody said.
fn quoted(term: &str, language: Language) -> String {
    match language {
        _ if term.contains(char::is_whitespace) => term.to_owned(),
        Language::English => format!("“{term}”"),
        Language::Polish => format!("„{term}”"),
    }
}
