//! Needs as they are drafted for several segments at once, and what is kept of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Difficulty, Frequency, NeedQuote, NeedTheme, SegmentJob, SegmentNeeds, SegmentOutcome,
    SegmentPain, StoredAnswer,
};
use crate::Language;
use crate::insight::{clean, language_flaw, list_flaws, text_flaws};

// characters: one call a segment may cost a quarter more tokens than the people alone
const LONGEST_STATEMENT: usize = 140;
const LONGEST_TITLE: usize = 60;
// Chosen by hand; a person is shown the first three.
/// The fewest and the most needs of each kind.
const FEWEST: usize = 3;
const MOST: usize = 4;
/// The fewest letters of a quote: a single word shows nothing.
const SHORTEST_QUOTE: usize = 8;

/// Needs of several segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = crate::insight::bare)]
pub struct NeedsDraft {
    /// One for each segment that was asked for.
    pub segments: Vec<SegmentDraft>,
}

/// Needs of one segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SegmentDraft {
    /// Its key.
    pub segment: String,
    /// Jobs to be done.
    pub jobs: Vec<JobDraft>,
    /// Desired outcomes.
    pub outcomes: Vec<OutcomeDraft>,
    /// Pains.
    pub pains: Vec<PainDraft>,
}

/// A job as it is drafted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobDraft {
    /// What they want to get done.
    pub statement: String,
    /// What it is about.
    pub theme: NeedTheme,
    /// 1 to 10.
    pub priority: u8,
    /// How often.
    pub frequency: Frequency,
    /// How hard.
    pub difficulty: Difficulty,
    /// What shows it.
    #[serde(default)]
    pub cited: Option<Vec<CitedAnswer>>,
}

/// An outcome as it is drafted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeDraft {
    /// What they measure success by.
    pub statement: String,
    /// What it is about.
    pub theme: NeedTheme,
    /// 1 to 10.
    pub importance: u8,
    /// 1 to 10.
    pub satisfaction: u8,
    /// Whether it can be measured.
    pub measurable: bool,
}

/// A pain as it is drafted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PainDraft {
    /// A few words.
    pub title: String,
    /// A sentence.
    pub description: String,
    /// What it is about.
    pub theme: NeedTheme,
    /// 1 to 10.
    pub severity: u8,
    /// How often.
    pub frequency: Frequency,
    /// What might help.
    pub solution: String,
    /// What shows it.
    #[serde(default)]
    pub cited: Option<Vec<CitedAnswer>>,
}

/// Words of an answer, by its number in the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CitedAnswer {
    /// From 1.
    pub answer: u32,
    /// Copied.
    pub quote: String,
}

/// What a draft for these segments gets wrong, in words for its writer.
pub fn flaws(draft: &NeedsDraft, segments: &[&str], language: Language) -> Vec<String> {
    let (mut flaws, mut texts) = (Vec::new(), String::new());
    for segment in segments {
        let count = draft.segments.iter().filter(|one| one.segment == *segment).count();
        if count != 1 {
            flaws.push(format!("the segment {segment} must be there once, not {count} times"));
        }
    }
    let is_asked = |one: &&SegmentDraft| segments.contains(&one.segment.as_str());
    for one in draft.segments.iter().filter(is_asked) {
        segment_flaws(one, &mut flaws, &mut texts);
    }
    language_flaw(&texts, language, &mut flaws);
    flaws
}

fn segment_flaws(one: &SegmentDraft, flaws: &mut Vec<String>, texts: &mut String) {
    let name = |kind: &str| format!("{kind} of {}", one.segment);
    let jobs: Vec<String> = one.jobs.iter().map(|job| job.statement.clone()).collect();
    let outcomes: Vec<String> =
        one.outcomes.iter().map(|outcome| outcome.statement.clone()).collect();
    let pains: Vec<String> = one.pains.iter().map(|pain| pain.title.clone()).collect();
    let bounds = (FEWEST, MOST);
    list_flaws(&name("jobs"), &jobs, bounds, LONGEST_STATEMENT, flaws);
    list_flaws(&name("outcomes"), &outcomes, bounds, LONGEST_STATEMENT, flaws);
    list_flaws(&name("pains"), &pains, bounds, LONGEST_TITLE, flaws);
    for pain in &one.pains {
        text_flaws(&name("a pain"), &pain.description, LONGEST_STATEMENT, flaws);
        text_flaws(&name("a solution"), &pain.solution, LONGEST_STATEMENT, flaws);
        texts.push_str(&pain.description);
        texts.push(' ');
    }
    let scores = one.jobs.iter().map(|job| job.priority);
    let scores =
        scores.chain(one.outcomes.iter().flat_map(|one| [one.importance, one.satisfaction]));
    if scores
        .chain(one.pains.iter().map(|pain| pain.severity))
        .any(|score| !(1..=10).contains(&score))
    {
        flaws.push(format!("{} must be from 1 to 10", name("each score")));
    }
    for text in jobs.iter().chain(&outcomes) {
        texts.push_str(text);
        texts.push_str(". ");
    }
}

/// What is kept of a segment's draft without flaws. A quote stays where the answer of its number has it, letter by
/// letter.
pub fn kept(draft: &SegmentDraft, answers: &[StoredAnswer]) -> SegmentNeeds {
    let mut dropped = 0;
    let mut quotes =
        |cited: &Option<Vec<CitedAnswer>>| quotes(cited.as_deref(), answers, &mut dropped);
    let jobs = draft.jobs.iter().map(|job| SegmentJob {
        statement: clean(&job.statement),
        theme: job.theme,
        priority: job.priority,
        frequency: job.frequency,
        difficulty: job.difficulty,
        quotes: quotes(&job.cited),
    });
    let jobs = jobs.collect();
    let pains = draft.pains.iter().map(|pain| SegmentPain {
        title: clean(&pain.title),
        description: clean(&pain.description),
        theme: pain.theme,
        severity: pain.severity,
        frequency: pain.frequency,
        solution: clean(&pain.solution),
        quotes: quotes(&pain.cited),
    });
    let pains = pains.collect();
    let outcomes = draft.outcomes.iter().map(|outcome| SegmentOutcome {
        statement: clean(&outcome.statement),
        theme: outcome.theme,
        importance: outcome.importance,
        satisfaction: outcome.satisfaction,
        is_measurable: outcome.measurable,
        quotes: Vec::new(),
    });
    let people: std::collections::BTreeSet<_> = answers.iter().map(|one| one.persona_id).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    SegmentNeeds {
        outcomes: outcomes.collect(),
        jobs,
        pains,
        answers: count(answers.len()),
        people: count(people.len()),
        dropped_quotes: dropped,
    }
}

fn quotes(
    cited: Option<&[CitedAnswer]>,
    answers: &[StoredAnswer],
    dropped: &mut u32,
) -> Vec<NeedQuote> {
    let mut found: Vec<NeedQuote> = Vec::new();
    for one in cited.unwrap_or_default() {
        let answer = (one.answer as usize).checked_sub(1).and_then(|at| answers.get(at));
        let quote = one.quote.trim();
        let is_there = |answer: &&StoredAnswer| {
            quote.chars().count() >= SHORTEST_QUOTE && answer.text.contains(quote)
        };
        let Some(answer) = answer.filter(is_there) else {
            *dropped += 1;
            continue;
        };
        let quote = NeedQuote {
            text: quote.to_owned(),
            source: answer.source,
            source_id: answer.source_id,
            persona_id: answer.persona_id,
            place: None,
        };
        if !found.contains(&quote) {
            found.push(quote);
        }
    }
    found
}
