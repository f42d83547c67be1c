//! A question about a discussion, answered from its graph: what it names is looked up, counted and
//! cited; what it does not find it says.

use serde::{Deserialize, Serialize};

use super::graph::{Analytics, ConceptFigures};
use super::reading;
use crate::Language;
use crate::id::TurnId;

/// Concepts of one answer.
const MOST: usize = 3;
/// Questions that are suggested, as the client's contract has it.
const SUGGESTED: usize = 5;

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerFromGraph {
    pub answer: String,
    pub insights: Vec<Insight>,
    pub suggested: Vec<String>,
}

/// Something that the answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Insight {
    pub title: String,
    pub detail: String,
    pub response_ids: Vec<TurnId>,
}

/// Answers a question.
pub fn answer(shown: &Analytics, question: &str, language: Language) -> AnswerFromGraph {
    let named = named(shown, question, language);
    let known = !named.is_empty();
    let concepts: Vec<&ConceptFigures> = match known {
        true => named,
        false => shown.concepts.iter().take(MOST).collect(),
    };
    let insights: Vec<Insight> = concepts
        .iter()
        .map(|concept| Insight {
            title: concept.name.clone(),
            detail: detail(concept, shown.people.len(), language),
            response_ids: concept.response_ids.clone(),
        })
        .collect();
    let lead = match (known, concepts.is_empty()) {
        (true, _) => String::new(),
        (false, true) => language
            .pick(
                "Nothing was said that the graph could hold.",
                "Nie padło nic, co graf mógłby objąć.",
            )
            .to_owned(),
        (false, false) => language
            .pick(
                "The discussion does not speak of that. Most was said about this: ",
                "O to w rozmowie nie pytano wprost. Najwięcej mówiono o tym: ",
            )
            .to_owned(),
    };
    let details: Vec<&str> = insights.iter().map(|insight| insight.detail.as_str()).collect();
    AnswerFromGraph {
        answer: format!("{lead}{}", details.join(" ")),
        suggested: suggested(shown, language),
        insights,
    }
}

/// The concepts that a question names, in the order of their weight.
fn named<'a>(shown: &'a Analytics, question: &str, language: Language) -> Vec<&'a ConceptFigures> {
    let asked = crate::text::topic::keys(question, language);
    let names = |concept: &&ConceptFigures| {
        let key = reading::key(&concept.name, language);
        key.split(' ').any(|stem| asked.iter().any(|word| word == stem))
    };
    let divides = ["dziel", "kontrowers", "spór", "divid", "controvers", "disagree"];
    let lower = question.to_lowercase();
    let mut found: Vec<&ConceptFigures> = shown.concepts.iter().filter(names).take(MOST).collect();
    if found.is_empty() && divides.iter().any(|piece| lower.contains(piece)) {
        let controversial = shown.controversial.iter().take(MOST);
        found = controversial
            .filter_map(|name| shown.concepts.iter().find(|concept| concept.name == *name))
            .collect();
    }
    found
}

fn detail(concept: &ConceptFigures, all: usize, language: Language) -> String {
    let (name, people, tone) = (&concept.name, concept.people, concept.sentiment);
    let list = |names: &[String]| names.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
    let margin = concept.margin.map(|margin| format!(" ± {margin:.2}")).unwrap_or_default();
    let mut text = match language {
        Language::English => {
            format!("“{name}”: {people} of {all} people speak of it, mean tone {tone:+.2}{margin}.")
        }
        Language::Polish => {
            format!("„{name}”: mówi o tym {people} na {all} osób, średni ton {tone:+.2}{margin}.")
        }
    };
    let sides = [
        (&concept.supporters, " For it: ", " Przychylnie: "),
        (&concept.critics, " Against it: ", " Krytycznie: "),
    ];
    for (people, english, polish) in sides {
        if !people.is_empty() {
            text += &format!("{}{}.", language.pick(english, polish), list(people));
        }
    }
    text
}

fn suggested(shown: &Analytics, language: Language) -> Vec<String> {
    let concept = |place: usize| shown.concepts.get(place).map(|concept| concept.name.as_str());
    let mut questions: Vec<String> = Vec::new();
    for place in 0..3 {
        if let Some(name) = concept(place) {
            questions.push(match (language, place) {
                (Language::English, 0) => format!("What do people say about “{name}”?"),
                (Language::English, _) => format!("Who is against “{name}”?"),
                (Language::Polish, 0) => format!("Co mówią o „{name}”?"),
                (Language::Polish, _) => format!("Kto jest przeciw: „{name}”?"),
            });
        }
    }
    let usual = language.pick(
        [
            "What divides the group?",
            "What is feared?",
            "What convinces people?",
            "What about the price?",
            "Whom do people trust?",
        ],
        ["Co dzieli grupę?", "Czego się boją?", "Co przekonuje?", "Co z ceną?", "Komu ufają?"],
    );
    questions.extend(usual.map(str::to_owned));
    questions.truncate(SUGGESTED);
    questions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Analytics {
        let concept = |name: &str, people: usize, turn: u128| ConceptFigures {
            name: name.to_owned(),
            mentions: people,
            people,
            sentiment: -0.3,
            margin: Some(0.2),
            centrality: 1.0,
            polarization: 0.4,
            supporters: vec!["Anna".to_owned()],
            critics: vec!["Jan".to_owned()],
            response_ids: vec![TurnId(uuid::Uuid::from_u128(turn))],
        };
        Analytics {
            concepts: vec![concept("dostawa", 5, 1), concept("abonament", 3, 2)],
            controversial: vec!["abonament".to_owned()],
            co_occurrence: vec![],
            emotions: vec![],
            people: vec![],
            differences: vec![],
        }
    }

    #[test]
    fn a_question_finds_its_concept_in_any_form_and_cites_answers() {
        let asked = answer(&shown(), "Co sądzą o abonamencie?", Language::Polish);

        assert_eq!(asked.insights.len(), 1);
        assert_eq!(asked.insights[0].response_ids, [TurnId(uuid::Uuid::from_u128(2))]);
        assert!(asked.answer.contains("Krytycznie: Jan"), "{}", asked.answer);
        assert_eq!(asked.suggested.len(), 5);
    }

    #[test]
    fn what_divides_is_answered_and_what_was_not_spoken_of_is_said_so() {
        let divides = answer(&shown(), "Co najbardziej dzieli ludzi?", Language::Polish);
        let other = answer(&shown(), "Co z kosmosem?", Language::Polish);

        assert_eq!(divides.insights[0].title, "abonament");
        assert!(other.answer.starts_with("O to w rozmowie nie pytano"), "{}", other.answer);
    }
}
