//! What a discussion comes to, with the evidence beside each sentence: insights cite answers, quotes
//! are in them letter by letter, shares have n and an interval. What does not hold is dropped and
//! counted, whoever wrote it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::how_made::HowMade;
use super::quote::{self, Quote, Source};
use super::reading::{Concept, Felt, Reading};
use crate::id::{FocusGroupId, PersonaId, RunId, TurnId};
use crate::{Language, Seed};

mod by_rule;
mod share;

pub use by_rule::synthesis;
pub use share::{SummaryShare, shares};

/// Answers that one call reads. About 1,200 words, which leaves a model room to be exact.
pub const CHUNK: usize = 20;
const MOST_INSIGHTS: usize = 8;

/// An answer as a summary reads it.
#[derive(Debug, Clone)]
pub struct SummaryAnswer {
    pub id: TurnId,
    pub person: PersonaId,
    pub name: String,
    /// The part of the group that they belong to.
    pub segment: String,
    /// Which question, from 0.
    pub question: u32,
    pub is_change: bool,
    pub text: String,
}

/// Everything that a summary reads.
#[derive(Debug, Clone)]
pub struct Material {
    pub language: Language,
    pub name: String,
    pub questions: Vec<String>,
    /// Every answer, in its order: its number is its place from 1.
    pub answers: Vec<SummaryAnswer>,
    pub participants: usize,
}

/// What a model reads in some of the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// Every answer once, by its number.
    pub readings: Vec<AnswerReading>,
    /// What the answers show.
    pub insights: Vec<Finding>,
    /// What nobody would have expected.
    pub surprises: Vec<Finding>,
}

/// What a model reads in one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerReading {
    /// The answer's number.
    pub answer: u32,
    /// How it sounds, from -1 to 1.
    pub sentiment: f32,
    /// What it speaks of, at most eight.
    pub concepts: Vec<Concept>,
    /// What is felt in it.
    pub emotions: Vec<Felt>,
}

/// Something that answers show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// One or two sentences.
    pub text: String,
    /// The numbers of the answers that show it.
    pub answers: Vec<u32>,
    /// Words of these answers, exactly as they stand there.
    pub quotes: Vec<Quoted>,
}

/// What somebody is said to have said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quoted {
    /// The answer's number.
    pub answer: u32,
    /// The words.
    pub text: String,
}

/// What a model makes of all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Synthesis {
    /// Four to six sentences.
    pub executive_summary: String,
    /// Three to eight.
    pub key_insights: Vec<Finding>,
    /// None to four.
    pub surprising_findings: Vec<Finding>,
    /// Each part of the group that the figures name.
    pub segments: Vec<SegmentNote>,
    /// What to do or to ask next.
    pub recommendations: Vec<String>,
    /// How the tone went.
    pub sentiment_narrative: String,
}

/// What is said about a part of the group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentNote {
    /// The part, as the figures name it.
    pub segment: String,
    /// Two or three sentences.
    pub text: String,
}

/// A finding with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Proven {
    /// What it says.
    pub text: String,
    /// The answers that show it.
    pub response_ids: Vec<TurnId>,
    /// Their words.
    pub quotes: Vec<Quote>,
}

/// What stands behind a summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    pub insights: Vec<Proven>,
    pub surprises: Vec<Proven>,
    /// People by the mean tone of their answers, each with n and an interval.
    pub sentiment: Vec<SummaryShare>,
    /// Quotes that are in an answer.
    pub quotes_kept: usize,
    /// Quotes that are in none, and were dropped.
    pub quotes_dropped: usize,
    /// Insights without a single answer, which were dropped.
    pub insights_dropped: usize,
    /// Answers that were read.
    pub answers_read: usize,
    /// Of these, read by the lexicon.
    pub answers_by_lexicon: usize,
    /// How tones and shares were made. Absent in summaries from before it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_made: Option<HowMade>,
}

/// Where a summary comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Metadata {
    pub focus_group_id: FocusGroupId,
    pub focus_group_name: String,
    /// When it was written.
    pub generated_at: DateTime<Utc>,
    /// The model that wrote it.
    pub model_used: String,
    pub total_responses: usize,
    pub total_participants: usize,
    pub questions_asked: usize,
    /// The run that it sums up.
    pub run_id: RunId,
    /// Of the group's summaries, from 1.
    pub version: i32,
    /// Whether no language model wrote it.
    pub is_simulated: bool,
    pub prompt_version: String,
    /// The seed of its calls.
    #[schema(value_type = u64)]
    pub seed: Seed,
    /// Participants who were removed for good: nobody quotes them. Figures from before still count them.
    #[serde(default)]
    pub people_removed: usize,
}

/// A summary as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FocusGroupSummary)]
pub struct Summary {
    /// The whole in a paragraph.
    pub executive_summary: String,
    /// What the answers show.
    pub key_insights: Vec<String>,
    /// What nobody would have expected.
    pub surprising_findings: Vec<String>,
    /// By part of the group.
    pub segment_analysis: BTreeMap<String, String>,
    /// What to do or to ask next: at least one, by rule where a model has none; none where the request
    /// wanted none.
    pub recommendations: Vec<String>,
    /// How the tone went.
    pub sentiment_narrative: String,
    /// All of it as one text.
    pub full_analysis: String,
    /// What stands behind it.
    pub evidence: Evidence,
    /// What it cannot tell.
    pub limits: Vec<String>,
    /// Where it comes from.
    pub metadata: Metadata,
}

impl Material {
    fn answer(&self, number: u32) -> Option<&SummaryAnswer> {
        self.answers.get((number as usize).checked_sub(1)?)
    }

    fn sources(&self) -> Vec<Source<'_>> {
        self.answers.iter().map(|a| Source { id: a.id, text: &a.text }).collect()
    }
}

#[derive(Default)]
struct Dropped {
    kept: usize,
    quotes: usize,
    insights: usize,
}

/// The summary of a synthesis, with everything checked against the answers. Without recommendations it has none,
/// whatever the synthesis says; with them at least one.
pub fn assemble(
    material: &Material,
    readings: &BTreeMap<TurnId, Reading>,
    synthesis: Synthesis,
    with_recommendations: bool,
    by_lexicon: usize,
    metadata: Metadata,
) -> Summary {
    let mut dropped = Dropped::default();
    let sources = material.sources();
    let clean = |text: &str, dropped: &mut Dropped| {
        let (kept, invented) = quote::without_inventions(text, &sources);
        dropped.quotes += invented;
        kept
    };
    let mut insights = prove(material, synthesis.key_insights, &mut dropped);
    let mut surprises = prove(material, synthesis.surprising_findings, &mut dropped);
    insights.truncate(MOST_INSIGHTS);
    for proven in insights.iter_mut().chain(&mut surprises) {
        proven.text = clean(&proven.text, &mut dropped);
    }
    insights.retain(|proven| !proven.text.is_empty());
    surprises.retain(|proven| !proven.text.is_empty());
    let executive_summary = clean(&synthesis.executive_summary, &mut dropped);
    let sentiment_narrative = clean(&synthesis.sentiment_narrative, &mut dropped);
    let segments = synthesis.segments.into_iter();
    let segment_analysis: BTreeMap<String, String> =
        segments.map(|note| (note.segment, clean(&note.text, &mut dropped))).collect();
    let mut recommendations: Vec<String> =
        synthesis.recommendations.iter().map(|text| clean(text, &mut dropped)).collect();
    recommendations.retain(|text| !text.is_empty());
    if !with_recommendations {
        recommendations.clear();
    } else if recommendations.is_empty() {
        recommendations = by_rule::next_questions(material, readings);
    }
    let texts = |proven: &[Proven]| proven.iter().map(|p| p.text.clone()).collect::<Vec<_>>();
    let mut summary = Summary {
        key_insights: texts(&insights),
        surprising_findings: texts(&surprises),
        evidence: Evidence {
            sentiment: shares(material, readings),
            quotes_kept: dropped.kept,
            quotes_dropped: dropped.quotes,
            insights_dropped: dropped.insights,
            answers_read: readings.len(),
            answers_by_lexicon: by_lexicon,
            how_made: Some(HowMade::of(
                material.participants,
                readings.len(),
                by_lexicon,
                material.language,
            )),
            insights,
            surprises,
        },
        limits: caveats(material.language, metadata.is_simulated),
        full_analysis: String::new(),
        executive_summary,
        segment_analysis,
        recommendations,
        sentiment_narrative,
        metadata,
    };
    summary.full_analysis = whole(&summary);
    summary
}

fn prove(material: &Material, findings: Vec<Finding>, dropped: &mut Dropped) -> Vec<Proven> {
    let mut proven = Vec::new();
    for finding in findings {
        let cited = finding.answers.iter().filter_map(|number| material.answer(*number));
        let mut response_ids: Vec<TurnId> = cited.map(|answer| answer.id).collect();
        let mut quotes = Vec::new();
        for quoted in &finding.quotes {
            let answer = material.answer(quoted.answer);
            let source = answer.map(|a| Source { id: a.id, text: &a.text });
            match source.and_then(|source| quote::find(&quoted.text, source)) {
                Some(quote) => quotes.push(quote),
                None => dropped.quotes += 1,
            }
        }
        response_ids.extend(quotes.iter().map(|quote| quote.response_id));
        let mut seen = std::collections::BTreeSet::new();
        response_ids.retain(|id| seen.insert(*id));
        if response_ids.is_empty() || finding.text.trim().is_empty() {
            dropped.insights += 1;
            continue;
        }
        dropped.kept += quotes.len();
        proven.push(Proven { text: finding.text.trim().to_owned(), response_ids, quotes });
    }
    proven
}

fn whole(summary: &Summary) -> String {
    let mut parts = vec![summary.executive_summary.clone()];
    parts.extend(summary.key_insights.iter().map(|text| format!("• {text}")));
    parts.extend(summary.surprising_findings.iter().map(|text| format!("• {text}")));
    parts.extend(summary.segment_analysis.iter().map(|(name, text)| format!("{name}: {text}")));
    parts.push(summary.sentiment_narrative.clone());
    parts.extend(summary.recommendations.iter().map(|text| format!("→ {text}")));
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n\n")
}

/// What no summary of simulated people can tell.
pub fn caveats(language: Language, is_simulated: bool) -> Vec<String> {
    let mut caveats = vec![
        language.pick(
            "Simulated answers are not a sample of people: use them to find ideas and to prepare \
             questions, and decide on what real people say.",
            "Symulowane odpowiedzi nie są próbą ludzi: służą do szukania pomysłów i przygotowania \
             pytań, a decyzje niech opierają się na tym, co mówią prawdziwi ludzie.",
        ),
        language.pick(
            "Personas built on demographics alone reached about 74 % of the consistency with which \
             people repeat their own answers after two weeks (Park et al., 2024, arXiv:2411.10109).",
            "Persony oparte na samej demografii osiągnęły około 74 % zgodności, z jaką ludzie \
             powtarzają własne odpowiedzi po dwóch tygodniach (Park i in., 2024, arXiv:2411.10109).",
        ),
    ];
    if is_simulated {
        caveats.push(language.pick(
            "The offline participants are a grammar, not a language model: their figures test the \
             machinery and say nothing about any model or person.",
            "Uczestnicy działający bez sieci to gramatyka, nie model językowy: ich liczby sprawdzają \
             mechanizm i nie mówią nic o żadnym modelu ani człowieku.",
        ));
    }
    caveats.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
