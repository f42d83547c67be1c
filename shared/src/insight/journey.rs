//! The way of a person to a purchase, in four stages. A model writes what they ask and feel there; how long it
//! takes and how many turn back comes from sources or is absent.

mod summary;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use summary::{JourneySummary, StageSummary, Touchpoint, Writing};

use super::claim::numbers;
use super::{clean, language_flaw, list_flaws};
use crate::Language;
use crate::text::fold::plain;

// Chosen by hand: how a journey's tokens are divided.
/// The most characters of retrieved context in the prompt.
pub const MOST_CONTEXT: usize = 500;
/// The most tokens that prompt, schema and answer have together.
pub const MOST_TOKENS: u64 = 2_000;
/// The most of them for the answer.
pub const MOST_ANSWER_TOKENS: u32 = 760;

// characters, so that the longest answer in Polish is no more than `MOST_ANSWER_TOKENS`
const LONGEST_QUESTION: usize = 70;
const LONGEST_TOUCHPOINT: usize = 30;
const LONGEST_EMOTION: usize = 20;
const LONGEST_SIGN: usize = 60;
/// A quote that says a figure has at least a few words.
const SHORTEST_QUOTE: usize = 8;

crate::words! {
    /// A stage of the way, in its order.
    #[derive(PartialOrd, Ord, JsonSchema)]
    #[schema(as = JourneyStageName)]
    pub enum Stage {
        /// They notice that there is such a thing.
        Awareness = "awareness",
        /// They compare.
        Consideration = "consideration",
        /// They buy or turn back.
        Decision = "decision",
        /// They use it.
        PostPurchase = "post_purchase",
    }
}

/// A journey as it is drafted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = super::bare)]
pub struct JourneyDraft {
    /// All four, each once.
    pub stages: Vec<StageDraft>,
}

/// A stage as it is drafted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageDraft {
    pub stage: Stage,
    /// What they ask.
    pub questions: Vec<String>,
    /// Where they meet the offer, the most important first.
    pub touchpoints: Vec<String>,
    /// What they feel.
    pub emotions: Vec<String>,
    /// What shows that they get closer.
    pub buying_signals: Vec<String>,
    /// What holds them back.
    pub barriers: Vec<String>,
    /// How many days it takes, where the context says so.
    pub days: Option<Cited>,
    /// Which share turns back, where the context says so.
    pub drop_off: Option<Cited>,
}

/// A figure with the words that it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cited {
    /// The figure.
    pub value: f64,
    /// Copied from the context.
    pub quote: String,
}

/// A journey that has passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CustomerJourney)]
pub struct Journey {
    /// Awareness, consideration, decision, post-purchase.
    pub stages: Vec<StageView>,
}

/// A stage that has passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CustomerJourneyStage)]
pub struct StageView {
    pub stage: Stage,
    /// What the person asks there.
    pub questions: Vec<String>,
    /// Where they meet the offer.
    pub touchpoints: Vec<String>,
    /// What they feel.
    pub emotions: Vec<String>,
    /// What shows that they get closer.
    pub buying_signals: Vec<String>,
    /// What holds them back.
    pub barriers: Vec<String>,
    /// How many days the stage takes.
    pub time_in_stage_days: SourcedFigure,
    /// Which share turns back there, 0 to 1.
    pub drop_off_rate: SourcedFigure,
}

/// A figure that a source says, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = JourneyFigure)]
pub struct SourcedFigure {
    /// The figure.
    pub value: Option<f64>,
    /// Where it stands, letter by letter.
    pub quote: Option<String>,
    /// Why there is none.
    pub absent_because: Option<String>,
}

/// What a draft gets wrong, in words for its writer; nothing if it may be stored.
pub fn flaws(draft: &JourneyDraft, language: Language) -> Vec<String> {
    let mut flaws = Vec::new();
    for stage in Stage::ALL {
        let count = draft.stages.iter().filter(|one| one.stage == stage).count();
        if count != 1 {
            flaws.push(format!(
                "the stage {} must be there once, not {count} times",
                stage.as_str()
            ));
        }
    }
    let mut texts = String::new();
    for one in &draft.stages {
        let name = |field: &str| format!("{} of {}", field, one.stage.as_str());
        for list in one.lists() {
            list_flaws(&name(list.field), list.texts, list.size, list.longest, &mut flaws);
            for text in list.texts {
                texts.push_str(text);
                texts.push_str(". ");
            }
        }
    }
    language_flaw(&texts, language, &mut flaws);
    flaws
}

/// One list of a stage with its bounds.
struct List<'a> {
    field: &'static str,
    texts: &'a [String],
    /// Fewest and most texts.
    size: (usize, usize),
    /// Of one text, in characters.
    longest: usize,
}

impl StageDraft {
    fn lists(&self) -> [List<'_>; 5] {
        let list = |field, texts, size, longest| List { field, texts, size, longest };
        [
            list("questions", &self.questions, (2, 2), LONGEST_QUESTION),
            list("touchpoints", &self.touchpoints, (3, 3), LONGEST_TOUCHPOINT),
            list("emotions", &self.emotions, (1, 2), LONGEST_EMOTION),
            list("buying_signals", &self.buying_signals, (1, 2), LONGEST_SIGN),
            list("barriers", &self.barriers, (1, 2), LONGEST_SIGN),
        ]
    }
}

/// The journey of a draft without flaws. A figure stays where the context has its quote and the quote has the
/// figure.
pub fn finished(draft: &JourneyDraft, context: &str, language: Language) -> Journey {
    let mut drafts: Vec<&StageDraft> = draft.stages.iter().collect();
    drafts.sort_by_key(|one| one.stage);
    let texts = |list: &[String]| list.iter().map(|text| clean(text)).collect();
    let stages = drafts.into_iter().map(|one| StageView {
        stage: one.stage,
        questions: texts(&one.questions),
        touchpoints: texts(&one.touchpoints),
        emotions: texts(&one.emotions),
        buying_signals: texts(&one.buying_signals),
        barriers: texts(&one.barriers),
        time_in_stage_days: figure(one.days.as_ref(), context, says_days, language),
        drop_off_rate: figure(one.drop_off.as_ref(), context, says_share, language),
    });
    Journey { stages: stages.collect() }
}

fn figure(
    cited: Option<&Cited>,
    context: &str,
    says: fn(&str, f64) -> bool,
    language: Language,
) -> SourcedFigure {
    let context = clean(context);
    let quote = cited.map(|cited| (cited.value, clean(&cited.quote)));
    let found = quote.filter(|(value, quote)| {
        quote.chars().count() >= SHORTEST_QUOTE
            && context.contains(quote.as_str())
            && says(quote, *value)
    });
    let silence =
        language.pick("no source of this study says it", "żadne źródło tego badania tego nie mówi");
    match found {
        Some((value, quote)) => {
            SourcedFigure { value: Some(value), quote: Some(quote), absent_because: None }
        }
        None => {
            SourcedFigure { value: None, quote: None, absent_because: Some(silence.to_owned()) }
        }
    }
}

/// Whether the quote says so many days: in days, weeks or months, with the word for that behind the number.
fn says_days(quote: &str, value: f64) -> bool {
    const UNITS: [(&[&str], f64); 3] = [
        (&["day", "dni", "dzie"], 1.0),
        (&["week", "tydz", "tyg"], 7.0),
        (&["month", "miesi"], 30.0),
    ];
    let quote = plain(quote);
    let is_named = |words: &[&str]| words.iter().any(|word| quote.contains(word));
    let found = figures(&quote);
    value > 0.0
        && UNITS
            .iter()
            .filter(|(words, _)| is_named(words))
            .any(|(_, days)| found.iter().any(|number| (number * days - value).abs() < 0.01))
}

/// Whether the quote says this share in per cent.
fn says_share(quote: &str, value: f64) -> bool {
    let is_percent =
        ["%", "per cent", "percent", "procent"].iter().any(|word| quote.contains(word));
    let is_share = (0.0..=1.0).contains(&value);
    is_percent
        && is_share
        && figures(quote).iter().any(|number| (number / 100.0 - value).abs() < 0.0005)
}

fn figures(text: &str) -> Vec<f64> {
    numbers(text).iter().filter_map(|number| number.parse().ok()).collect()
}
