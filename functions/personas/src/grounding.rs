//! What stands behind a persona: the passages and facts that its segment was written from, in the
//! client's shapes, and how it came to be in the population.

use std::collections::BTreeSet;

use anyhow::Context;
use platform::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::persona::{Card, Segment, label};
use shared::{Language, Seed};
use utoipa::ToSchema;

use crate::store::PersonaRow;

/// The longest social context, in characters: the client's limit.
const LONGEST_CONTEXT: usize = 900;

/// Why a persona is as it is. What rests on documents is empty where none stand behind it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reasoning {
    segment_name: &'static str,
    segment_id: &'static str,
    segment_description: &'static str,
    segment_social_context: Option<String>,
    segment_characteristics: Vec<String>,
    orchestration_brief: Option<String>,
    overall_context: Option<String>,
    /// Facts of the graph near the cited passages.
    graph_insights: Vec<Value>,
    allocation_reasoning: String,
    demographics: Demographics,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonaDemographics)]
struct Demographics {
    age: String,
    /// The client looks for this name, the present system emits the other.
    age_range: String,
    gender: &'static str,
    education: &'static str,
    location: String,
    income: &'static str,
}

/// How many of a population are in a segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) segment: i64,
    pub(crate) people: i64,
}

/// What was retrieved for a segment, as `persona_groundings` has it.
#[derive(Deserialize)]
struct Grounding {
    query: String,
    num_results: i64,
    context_tokens: i64,
    /// How many of the cited passages were deleted since, with their documents.
    removed_citations: i64,
    graph_insights: Vec<Insight>,
    /// Why there is nothing, when the knowledge base did not answer.
    unavailable: Option<String>,
}

/// A fact of the graph. What else is stored of it is passed on.
#[derive(Deserialize)]
struct Insight {
    source: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A cited passage, of which only the document's name is looked at.
#[derive(Deserialize)]
struct Citation {
    document_title: String,
}

impl Grounding {
    fn of(row: &PersonaRow) -> Result<Option<Self>> {
        row.rag_context_details.as_ref().map(|details| read(row, details)).transpose()
    }
}

/// A stored value as what it has to be.
fn read<'de, T: Deserialize<'de>>(row: &PersonaRow, stored: &'de Value) -> Result<T> {
    let read = T::deserialize(stored);
    Ok(read.with_context(|| format!("the grounding of persona {} cannot be read", row.id))?)
}

impl Reasoning {
    /// From the stored card, the population's row and what was retrieved; no model is asked.
    pub(crate) fn of(row: &PersonaRow, share: Option<Share>) -> Result<Self> {
        let (language, segment, seed) = (row.language, row.segment(), row.seed());
        let card = &row.card.0;
        let grounding = Grounding::of(row)?;
        let overall_context = match &grounding {
            Some(grounding) => context(grounding, row, language)?,
            None => None,
        };
        Ok(Self {
            segment_name: segment.name(language),
            segment_id: segment.id(),
            segment_description: segment.description(language),
            segment_social_context: share.map(|share| social(segment, share, language)),
            segment_characteristics: characteristics(card, language),
            orchestration_brief: grounding.as_ref().map(|grounding| brief(grounding, language)),
            overall_context,
            graph_insights: grounding.map_or_else(Vec::new, |found| insights(found, language)),
            allocation_reasoning: match row.is_imported {
                true => imported(language),
                false => allocation(card, seed, row.population_people, language),
            },
            demographics: demographics(card, language),
        })
    }
}

/// The stored context with the reasons beside it, as the client's drawer reads them.
pub(crate) fn enriched(row: &PersonaRow) -> Result<Option<Value>> {
    let Some(details) = &row.rag_context_details else { return Ok(None) };
    let mut fields: Map<String, Value> = read(row, details)?;
    let reasons = Reasoning::of(row, None)?;
    let reasons = serde_json::to_value(reasons).context("reasons are no JSON")?;
    for name in ["segment_name", "segment_id", "segment_description", "segment_characteristics"] {
        fields.insert(name.to_owned(), reasons[name].clone());
    }
    fields.insert("orchestration_reasoning".to_owned(), reasons);
    Ok(Some(Value::Object(fields)))
}

/// The segment among the people who are stored, from the actual count.
fn social(segment: Segment, share: Share, language: Language) -> String {
    let Share { segment: count, people } = share;
    let percent = if people > 0 { 100 * count / people } else { 0 };
    let about = segment.description(language);
    let text = language.pick(
        format!("{about} {count} of {people} people of this population ({percent}%) are in it."),
        format!("{about} W tej populacji należy do niego {count} z {people} osób ({percent}%)."),
    );
    text.chars().take(LONGEST_CONTEXT).collect()
}

/// What was asked of the documents for the segment, and what was found.
fn brief(grounding: &Grounding, language: Language) -> String {
    let Grounding { query, num_results: count, context_tokens: tokens, .. } = grounding;
    if let Some(why) = &grounding.unavailable {
        return language.pick(
            format!("Written without documents: {why}."),
            format!("Opisano bez dokumentów: {why}."),
        );
    }
    language.pick(
        format!("The documents were asked once for the whole segment: “{query}”. {count} passages, about {tokens} tokens, were given to the writer as data."),
        format!("Dokumenty zapytano raz dla całego segmentu: „{query}”. Autorowi opisu podano jako dane {count} fragmentów, około {tokens} tokenów."),
    )
}

/// The documents that are cited, by name.
fn context(grounding: &Grounding, row: &PersonaRow, language: Language) -> Result<Option<String>> {
    let Some(citations) = &row.rag_citations else { return Ok(None) };
    let citations: Vec<Citation> = read(row, citations)?;
    let titles: BTreeSet<String> =
        citations.into_iter().map(|citation| citation.document_title).collect();
    let removed = grounding.removed_citations;
    let gone = match removed {
        0 => String::new(),
        n => language.pick(
            format!(" {n} further passages were deleted since, with their document."),
            format!(" Kolejne fragmenty ({n}) usunięto od tego czasu razem z dokumentem."),
        ),
    };
    let titles = titles.into_iter().collect::<Vec<_>>().join(", ");
    let text = (!titles.is_empty() || removed > 0).then(|| {
        let about = language.pick("Grounded in: ", "Na podstawie: ");
        if titles.is_empty() { gone.trim().to_owned() } else { format!("{about}{titles}.{gone}") }
    });
    Ok(text)
}

/// Facts in the client's shape, each with why it is there.
fn insights(grounding: Grounding, language: Language) -> Vec<Value> {
    let why = |source: &str| {
        language.pick(
            format!("Stands in “{source}”, near what was retrieved for this segment."),
            format!("Zapisane w „{source}”, przy fragmentach dobranych dla tego segmentu."),
        )
    };
    let with_why = |Insight { source, rest: mut fields }: Insight| {
        fields.insert("why_matters".to_owned(), why(&source).into());
        fields.insert("source".to_owned(), source.into());
        Value::Object(fields)
    };
    grounding.graph_insights.into_iter().map(with_why).collect()
}

fn characteristics(card: &Card, language: Language) -> Vec<String> {
    vec![
        label::activity(card.activity, language).to_owned(),
        label::place(card.place, language).to_owned(),
        label::region(&card.region, language),
        label::education(card.education, language).to_owned(),
    ]
}

/// The rule in words: every statement follows from the population's row and the card's index.
fn allocation(card: &Card, seed: Seed, people: i32, language: Language) -> String {
    let (number, seed) = (card.index + 1, seed.0);
    language.pick(
        format!(
            "Person {number} of {people} in a population drawn by quota from the joint \
             distribution of region, age, sex and class of place, raked to the study's target; \
             seed {seed}. Each further attribute was given where its own quota lagged most. \
             No language model chose a number or a label."
        ),
        format!(
            "Osoba {number} z {people} w populacji dobranej kwotowo z łącznego rozkładu \
             województwa, wieku, płci i klasy miejscowości, dopasowanego do celu badania; ziarno \
             {seed}. Każda kolejna cecha została przydzielona tam, gdzie jej kwota była najmniej \
             wypełniona. Żaden model językowy nie wybrał tu liczby ani etykiety."
        ),
    )
}

fn imported(language: Language) -> String {
    let text = language.pick(
        "Imported from a file. Nobody drew this person here, and no distribution was brought to a target: the file \
         says who they are.",
        "Osoba zaimportowana z pliku. Nikt jej tu nie wylosował i żadnego rozkładu nie dopasowano do celu: kim jest, \
         mówi plik.",
    );
    text.to_owned()
}

fn demographics(card: &Card, language: Language) -> Demographics {
    let decade = u32::from(card.age) / 10 * 10;
    let range = format!("{decade}-{}", decade + 9);
    Demographics {
        age: range.clone(),
        age_range: range,
        gender: label::gender(card.gender, language),
        education: label::education(card.education, language),
        location: label::location(card, language),
        income: label::income_bracket(card.country, card.income_monthly_net),
    }
}
