//! What people need: jobs to be done, outcomes that they wish for, pains. A segment has a library of them, which a
//! model or the simulator drafts once; what one person needs of it code finds by their card and their answers.

mod draft;
mod person;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::id::{FocusGroupId, PersonaId, SurveyId, TurnId};

pub use draft::{
    CitedAnswer, JobDraft, NeedsDraft, OutcomeDraft, PainDraft, SegmentDraft, flaws, kept,
};
pub use person::{DesiredOutcome, Job, NeedsAndPains, Pain, of_person, opportunity};

/// The part of a generation's tokens that needs may add.
pub const MOST_SHARE: f64 = 0.25;

crate::words! {
    /// What a need is about: what it weighs for a person is read from the card by it.
    #[derive(PartialOrd, Ord, schemars::JsonSchema)]
    pub enum NeedTheme {
        /// What it costs.
        Price = "price",
        /// What it takes of a day.
        Time = "time",
        /// Whether it is good and lasts.
        Quality = "quality",
        /// Whom to believe.
        Trust = "trust",
        /// What one is used to.
        Habit = "habit",
        /// The environment, the neighbourhood.
        Nature = "nature",
        Health = "health",
        /// Those at home.
        Family = "family",
    }
}

crate::words! {
    /// How often something comes up.
    #[derive(schemars::JsonSchema)]
    #[schema(as = NeedFrequency)]
    pub enum Frequency {
        /// Every day.
        Daily = "daily",
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Now and then.
        Rarely = "rarely",
    }
}

crate::words! {
    /// How hard a job is today.
    #[derive(schemars::JsonSchema)]
    #[schema(as = NeedDifficulty)]
    pub enum Difficulty {
        /// Hardly noticed.
        Easy = "easy",
        /// Takes some effort.
        Medium = "medium",
        /// Often fails.
        Hard = "hard",
    }
}

crate::words! {
    /// Where an answer was given.
    pub enum AnswerSource {
        /// A turn in a focus group.
        FocusGroup = "focus_group",
        /// An answer to a survey.
        Survey = "survey",
    }
}

/// Something that a persona of the segment has said and that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    pub source: AnswerSource,
    /// The turn, or the survey.
    pub source_id: Uuid,
    pub persona_id: PersonaId,
    /// What, as it is stored.
    pub text: String,
}

/// Words of a stored answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedQuote {
    /// A part of the answer, letter by letter.
    pub text: String,
    pub source: AnswerSource,
    /// The turn, or the survey.
    pub source_id: Uuid,
    pub persona_id: PersonaId,
    /// Where one reads on; known once it was looked up.
    #[serde(skip)]
    pub place: Option<QuotePlace>,
}

/// Where words were said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuotePlace {
    /// In a discussion.
    FocusGroup {
        focus_group_id: FocusGroupId,
        /// What the person said there at once.
        turn_id: TurnId,
    },
    /// In a survey.
    Survey {
        survey_id: SurveyId,
        /// The open question; null where no answer of the person has these words any more.
        question_id: Option<String>,
    },
}

/// Something that the segment wants to get done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentJob {
    /// In the form: when …, I want …, so that ….
    pub statement: String,
    pub theme: NeedTheme,
    /// 1 to 10.
    pub priority: u8,
    pub frequency: Frequency,
    pub difficulty: Difficulty,
    pub quotes: Vec<NeedQuote>,
}

/// What the segment measures success by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentOutcome {
    /// In the form: less time, fewer …, more ….
    pub statement: String,
    pub theme: NeedTheme,
    /// 1 to 10.
    pub importance: u8,
    /// With what there is today, 1 to 10.
    pub satisfaction: u8,
    pub is_measurable: bool,
    pub quotes: Vec<NeedQuote>,
}

/// What hurts the segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentPain {
    pub title: String,
    pub description: String,
    pub theme: NeedTheme,
    /// 1 to 10.
    pub severity: u8,
    pub frequency: Frequency,
    /// What might help.
    pub solution: String,
    pub quotes: Vec<NeedQuote>,
}

/// What the people of a segment need.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentNeeds {
    pub jobs: Vec<SegmentJob>,
    pub outcomes: Vec<SegmentOutcome>,
    pub pains: Vec<SegmentPain>,
    /// Answers that were read.
    pub answers: u32,
    /// People of the segment who gave them.
    pub people: u32,
    /// Quotes that no stored answer has, and that were dropped.
    pub dropped_quotes: u32,
}

impl SegmentNeeds {
    /// Every quote.
    pub fn quotes(&self) -> impl Iterator<Item = &NeedQuote> {
        let jobs = self.jobs.iter().flat_map(|one| &one.quotes);
        let outcomes = self.outcomes.iter().flat_map(|one| &one.quotes);
        jobs.chain(outcomes).chain(self.pains.iter().flat_map(|one| &one.quotes))
    }

    /// Changes what was drafted, and what was said, which knows its quote.
    pub fn each_text(&mut self, drafted: impl Fn(&mut String), said: impl Fn(&mut NeedQuote)) {
        for job in &mut self.jobs {
            drafted(&mut job.statement);
            job.quotes.iter_mut().for_each(&said);
        }
        for outcome in &mut self.outcomes {
            drafted(&mut outcome.statement);
            outcome.quotes.iter_mut().for_each(&said);
        }
        for pain in &mut self.pains {
            [&mut pain.title, &mut pain.description, &mut pain.solution]
                .into_iter()
                .for_each(&drafted);
            pain.quotes.iter_mut().for_each(&said);
        }
    }

    /// Says where each was said, in the order of [`Self::quotes`], and leaves out those that are nowhere: their
    /// answer is gone.
    pub fn place_quotes(&mut self, places: Vec<Option<QuotePlace>>) {
        let mut places = places.into_iter();
        let mut place = |quote: &mut NeedQuote| {
            quote.place = places.next().flatten();
            quote.place.is_some()
        };
        self.jobs.iter_mut().for_each(|one| one.quotes.retain_mut(&mut place));
        self.outcomes.iter_mut().for_each(|one| one.quotes.retain_mut(&mut place));
        self.pains.iter_mut().for_each(|one| one.quotes.retain_mut(&mut place));
    }
}
