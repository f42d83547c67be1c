//! What stands behind a persona: the passages and facts that its segment was written from, in the
//! client's shapes, and how it came to be in the population.

use serde::Serialize;
use serde_json::{Value, json};
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

impl Reasoning {
    /// From the stored card, the population's row and what was retrieved; no model is asked.
    pub(crate) fn of(row: &PersonaRow, share: Option<Share>) -> Self {
        let (language, segment, seed) = (row.language, row.segment(), row.seed());
        let card = &row.card.0;
        let details = row.rag_context_details.as_ref();
        Self {
            segment_name: segment.name(language),
            segment_id: segment.id(),
            segment_description: segment.description(language),
            segment_social_context: share.map(|share| social(segment, share, language)),
            segment_characteristics: characteristics(card, language),
            orchestration_brief: details.map(|details| brief(details, language)),
            overall_context: details.and_then(|details| context(details, row, language)),
            graph_insights: details.map(|details| insights(details, language)).unwrap_or_default(),
            allocation_reasoning: match row.is_imported {
                true => imported(language),
                false => allocation(card, seed, row.population_people, language),
            },
            demographics: demographics(card, language),
        }
    }
}

/// The stored context with the reasons beside it, as the client's drawer reads them.
pub(crate) fn enriched(row: &PersonaRow) -> Option<Value> {
    let mut details = row.rag_context_details.clone()?;
    let reasons = serde_json::to_value(Reasoning::of(row, None)).ok()?;
    let fields = details.as_object_mut()?;
    for name in ["segment_name", "segment_id", "segment_description", "segment_characteristics"] {
        fields.insert(name.to_owned(), reasons[name].clone());
    }
    fields.insert("orchestration_reasoning".to_owned(), reasons);
    Some(details)
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
fn brief(details: &Value, language: Language) -> String {
    let query = details["query"].as_str().unwrap_or_default();
    if let Some(why) = details["unavailable"].as_str() {
        return language.pick(
            format!("Written without documents: {why}."),
            format!("Opisano bez dokumentów: {why}."),
        );
    }
    let (count, tokens) = (&details["num_results"], &details["context_tokens"]);
    language.pick(
        format!("The documents were asked once for the whole segment: “{query}”. {count} passages, about {tokens} tokens, were given to the writer as data."),
        format!("Dokumenty zapytano raz dla całego segmentu: „{query}”. Autorowi opisu podano jako dane {count} fragmentów, około {tokens} tokenów."),
    )
}

/// The documents that are cited, by name.
fn context(details: &Value, row: &PersonaRow, language: Language) -> Option<String> {
    let citations = row.rag_citations.as_ref()?.as_array()?;
    let mut titles: Vec<&str> =
        citations.iter().filter_map(|citation| citation["document_title"].as_str()).collect();
    titles.dedup();
    titles.sort_unstable();
    titles.dedup();
    let removed = details["removed_citations"].as_i64().unwrap_or(0);
    let gone = match removed {
        0 => String::new(),
        n => language.pick(
            format!(" {n} further passages were deleted since, with their document."),
            format!(" Kolejne fragmenty ({n}) usunięto od tego czasu razem z dokumentem."),
        ),
    };
    let titles = titles.join(", ");
    (!titles.is_empty() || removed > 0).then(|| {
        let about = language.pick("Grounded in: ", "Na podstawie: ");
        if titles.is_empty() { gone.trim().to_owned() } else { format!("{about}{titles}.{gone}") }
    })
}

/// Facts in the client's shape, each with why it is there.
fn insights(details: &Value, language: Language) -> Vec<Value> {
    let stored = details["graph_insights"].as_array().cloned().unwrap_or_default();
    let why = |source: &str| {
        language.pick(
            format!("Stands in “{source}”, near what was retrieved for this segment."),
            format!("Zapisane w „{source}”, przy fragmentach dobranych dla tego segmentu."),
        )
    };
    let with_why = |mut insight: Value| {
        let source = insight["source"].as_str().unwrap_or_default().to_owned();
        insight["why_matters"] = json!(why(&source));
        insight
    };
    stored.into_iter().map(with_why).collect()
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
