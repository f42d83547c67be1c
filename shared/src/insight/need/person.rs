//! What one person needs, found in the library of their segment by code: the card shifts what weighs how much, and
//! what the person has said themselves comes first.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Difficulty, Frequency, NeedQuote, NeedTheme, QuotePlace, SegmentNeeds};
use crate::id::PersonaId;
use crate::persona::Card;
use crate::persona::card::Activity;

// Chosen by hand: what one takes in at a glance.
const SHOWN: usize = 3;
const MOST_QUOTES: usize = 3;
// Chosen by hand: two of ten points, so that the segment's score still rules.
/// How far a card shifts a score.
const SHIFT: f64 = 2.0;
/// Ulwick's opportunity goes from 1 to 20; the client shows 0 to 100.
const SCALE: f64 = 5.0;

/// Jobs, outcomes and pains of one person. Hypotheses where no answer shows them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NeedsAndPains {
    /// What they want to get done, the most pressing first.
    pub jobs_to_be_done: Vec<Job>,
    /// What they measure success by, the greatest opportunity first.
    pub desired_outcomes: Vec<DesiredOutcome>,
    /// What hurts, the worst first.
    pub pain_points: Vec<Pain>,
    /// When the segment's needs were made; null for those that a rule gives until then.
    pub generated_at: Option<DateTime<Utc>>,
    /// The model that drafted them, `offline` for the simulator, `rules` before anybody did.
    pub generated_by: String,
    /// `answers` where at least one need is shown by a quote, otherwise `hypotheses`.
    pub basis: &'static str,
    /// Answers of the person's segment that were read.
    pub answers: u32,
    /// How the opportunity is scaled.
    pub opportunity_scale: &'static str,
}

/// Something that a person wants to get done.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = JobToBeDone)]
pub struct Job {
    pub job_statement: String,
    /// 1 to 10.
    pub priority_score: u8,
    /// How often.
    pub frequency: Frequency,
    /// How hard.
    pub difficulty: Difficulty,
    /// Parts of stored answers, the person's own first.
    pub quotes: Vec<String>,
    /// Where each of them was said, in their order.
    pub quote_places: Vec<Option<QuotePlace>>,
    /// Whether no answer shows it.
    pub is_hypothesis: bool,
}

/// What a person measures success by.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DesiredOutcome {
    pub outcome_statement: String,
    /// 1 to 10.
    pub importance: u8,
    /// 1 to 10.
    pub satisfaction_current_solutions: u8,
    /// Importance + max(importance − satisfaction, 0) (Ulwick), times five.
    pub opportunity_score: f64,
    /// Whether it can be measured.
    pub is_measurable: bool,
    /// Whether no answer shows it.
    pub is_hypothesis: bool,
}

/// What hurts a person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PainPoint)]
pub struct Pain {
    /// A few words.
    pub pain_title: String,
    /// A sentence.
    pub pain_description: String,
    /// 1 to 10.
    pub severity: u8,
    /// How often.
    pub frequency: Frequency,
    /// The share of the segment's people who answered and are quoted with it; null without a quote.
    pub percent_affected: Option<f64>,
    /// Parts of stored answers, the person's own first.
    pub quotes: Vec<String>,
    /// Where each of them was said, in their order.
    pub quote_places: Vec<Option<QuotePlace>>,
    /// What might help.
    pub potential_solutions: Vec<String>,
    /// Whether no answer shows it.
    pub is_hypothesis: bool,
}

/// Ulwick's opportunity on 0 to 100: importance + max(importance − satisfaction, 0), which reaches 20, times five.
pub fn opportunity(importance: u8, satisfaction: u8) -> f64 {
    let (importance, satisfaction) = (f64::from(importance), f64::from(satisfaction));
    (importance + (importance - satisfaction).max(0.0)) * SCALE
}

/// The needs of this person, from those of their segment.
pub fn of_person(
    needs: &SegmentNeeds,
    (persona, card): (PersonaId, &Card),
    (generated_by, generated_at): (&str, Option<DateTime<Utc>>),
) -> NeedsAndPains {
    let person = WeighedPerson { persona, weights: NeedTheme::ALL.map(|theme| theme.weight(card)) };
    let content = SHIFT * f64::from(card.big_five.agreeableness - card.big_five.neuroticism) / 2.0;
    let jobs = needs.jobs.iter().map(|one| {
        let score = person.score(one.priority, one.theme, &one.quotes);
        let (quotes, quote_places) = person.quotes(&one.quotes);
        let job = Job {
            job_statement: one.statement.clone(),
            priority_score: score.0,
            frequency: one.frequency,
            difficulty: one.difficulty,
            quotes,
            quote_places,
            is_hypothesis: one.quotes.is_empty(),
        };
        (score, job)
    });
    let outcomes = needs.outcomes.iter().map(|one| {
        let score = person.score(one.importance, one.theme, &one.quotes);
        let satisfaction = shifted(one.satisfaction, content);
        let outcome = DesiredOutcome {
            outcome_statement: one.statement.clone(),
            importance: score.0,
            satisfaction_current_solutions: satisfaction,
            opportunity_score: opportunity(score.0, satisfaction),
            is_measurable: one.is_measurable,
            is_hypothesis: one.quotes.is_empty(),
        };
        ((outcome.opportunity_score as u8, score.1), outcome)
    });
    let pains = needs.pains.iter().map(|one| {
        let score = person.score(one.severity, one.theme, &one.quotes);
        let (quotes, quote_places) = person.quotes(&one.quotes);
        let pain = Pain {
            pain_title: one.title.clone(),
            pain_description: one.description.clone(),
            severity: score.0,
            frequency: one.frequency,
            percent_affected: affected(&one.quotes, needs.people),
            quotes,
            quote_places,
            potential_solutions: vec![one.solution.clone()],
            is_hypothesis: one.quotes.is_empty(),
        };
        (score, pain)
    });
    NeedsAndPains {
        jobs_to_be_done: first(jobs.collect()),
        desired_outcomes: first(outcomes.collect()),
        pain_points: first(pains.collect()),
        generated_at,
        generated_by: generated_by.to_owned(),
        basis: if needs.quotes().next().is_some() { "answers" } else { "hypotheses" },
        answers: needs.answers,
        opportunity_scale: "importance + max(importance - satisfaction, 0), times 5: 0 to 100",
    }
}

struct WeighedPerson {
    persona: PersonaId,
    weights: [f64; 8],
}

impl WeighedPerson {
    /// The score of a need for this person, and what breaks a tie: how much its theme weighs, in hundredths.
    fn score(&self, base: u8, theme: NeedTheme, quotes: &[NeedQuote]) -> (u8, i32) {
        let mean = self.weights.iter().sum::<f64>() / self.weights.len() as f64;
        let at = NeedTheme::ALL.iter().position(|known| *known == theme).unwrap_or_default();
        let weight = self.weights[at];
        let own = quotes.iter().any(|quote| quote.persona_id == self.persona);
        let shift = SHIFT * (weight - mean) + if own { SHIFT } else { 0.0 };
        (shifted(base, shift), (weight * 100.0) as i32)
    }

    /// The person's own words first, and where each were said.
    fn quotes(&self, quotes: &[NeedQuote]) -> (Vec<String>, Vec<Option<QuotePlace>>) {
        let (own, others): (Vec<&NeedQuote>, Vec<&NeedQuote>) =
            quotes.iter().partition(|quote| quote.persona_id == self.persona);
        let shown = own.into_iter().chain(others).take(MOST_QUOTES);
        shown.map(|quote| (quote.text.clone(), quote.place.clone())).unzip()
    }
}

fn shifted(base: u8, shift: f64) -> u8 {
    (f64::from(base) + shift.clamp(-SHIFT, SHIFT)).round().clamp(1.0, 10.0) as u8
}

/// The share of those who answered who are quoted.
fn affected(quotes: &[NeedQuote], people: u32) -> Option<f64> {
    let quoted: BTreeSet<PersonaId> = quotes.iter().map(|quote| quote.persona_id).collect();
    let share = quoted.len() as f64 / f64::from(people);
    (people > 0 && !quoted.is_empty()).then(|| share.min(1.0))
}

/// Those with the highest scores, in the library's order where they are equal.
fn first<T>(mut scored: Vec<((u8, i32), T)>) -> Vec<T> {
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().take(SHOWN).map(|(_, one)| one).collect()
}

impl NeedTheme {
    /// How much it weighs for somebody with this card, about 0 to 1.
    pub fn weight(self, card: &Card) -> f64 {
        let holds =
            |keys: &[&str]| keys.iter().any(|key| card.values.iter().any(|value| value == key));
        let when = |is_so: bool, weight: f64| if is_so { weight } else { 0.0 };
        let five = card.big_five;
        match self {
            NeedTheme::Price => {
                when(card.income_monthly_net < 4_500, 0.6) + when(holds(&["thrift"]), 0.4)
            }
            NeedTheme::Time => {
                when(card.activity == Activity::Employed, 0.5)
                    + when((25..50).contains(&card.age), 0.3)
            }
            NeedTheme::Quality => {
                f64::from(five.conscientiousness) * 0.6 + when(holds(&["reliability"]), 0.4)
            }
            NeedTheme::Trust => {
                f64::from(five.neuroticism) * 0.6 + when(holds(&["honesty", "security"]), 0.4)
            }
            NeedTheme::Habit => {
                f64::from(1.0 - five.openness) * 0.5
                    + when(card.age >= 60, 0.3)
                    + when(holds(&["tradition"]), 0.2)
            }
            NeedTheme::Nature => {
                f64::from(five.openness) * 0.4 + when(holds(&["caring_for_nature"]), 0.6)
            }
            NeedTheme::Health => when(holds(&["health"]), 0.6) + when(card.age >= 55, 0.3),
            NeedTheme::Family => {
                when(holds(&["family"]), 0.7) + f64::from(five.agreeableness) * 0.2
            }
        }
    }
}
