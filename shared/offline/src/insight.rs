//! Needs, journeys and messages without a model: phrases by what weighs for somebody like this, in an order that
//! the seed draws. They show the product and are evidence of nothing.

use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use shared::insight::journey::{JourneyDraft, Stage, StageDraft};
use shared::insight::message::{MessageDraft, Order, VariantDraft};
use shared::insight::need::{
    CitedAnswer, Difficulty, Frequency, JobDraft, NeedsDraft, OutcomeDraft, PainDraft,
    SegmentDraft, StoredAnswer,
};
use shared::insight::{NeedTheme, message::Channel};
use shared::persona::{Brief, Card, Segment};
use shared::{Language, Seed};

const POLISH: &str = include_str!("../../data/insight/pl.txt");
const ENGLISH: &str = include_str!("../../data/insight/en.txt");

// Chosen by hand.
/// Needs of one kind that a segment has.
const NEEDS: usize = 4;
/// The longest name of a project that stands in a message.
const LONGEST_NAME: usize = 60;
/// The most letters that are quoted of an answer.
const LONGEST_QUOTE: usize = 160;

/// The way of a person to a purchase.
pub fn journey(card: &Card, language: Language, seed: Seed) -> JourneyDraft {
    let mut rng = seed.child("journey", u64::from(card.index)).rng();
    let themes = by_weight(card);
    let stages = Stage::ALL.into_iter().zip(0..).map(|(stage, at)| {
        let name = stage.as_str();
        let mut some =
            |what: &str, count| sample(&format!("{name}.{what}"), count, language, &mut rng);
        let mut questions = some("question", 2);
        let mut barriers = some("barrier", 1);
        let (touchpoints, emotions) = (some("touch", 3), some("emotion", 1));
        let buying_signals = some("signal", 1);
        // What weighs most for this person comes up where offers are compared and chosen.
        if let Stage::Consideration | Stage::Decision = stage {
            let theme: NeedTheme = themes[at - 1];
            questions[1] = line(&format!("question.{}", theme.as_str()), language).to_owned();
            barriers[0] = line(&format!("barrier.{}", theme.as_str()), language).to_owned();
        }
        let (days, drop_off) = (None, None);
        StageDraft {
            stage,
            questions,
            touchpoints,
            emotions,
            buying_signals,
            barriers,
            days,
            drop_off,
        }
    });
    JourneyDraft { stages: stages.collect() }
}

/// Messages to a person, each about another thing that weighs for them.
pub fn messages(card: &Card, brief: &Brief, order: &Order, language: Language) -> MessageDraft {
    let name = brief.topic.as_deref().map(str::trim).filter(|topic| {
        !topic.is_empty()
            && topic.chars().count() <= order.channel.limits().subheadline.min(LONGEST_NAME)
    });
    let tone = line(&format!("tone.{}", order.tone.as_str()), language);
    let cta = line(&format!("cta.{}", order.tone.as_str()), language);
    let variants = by_weight(card).into_iter().take(order.variants).map(|theme| {
        let of = |what: &str| line(&format!("{}.{what}", theme.as_str()), language);
        let body = match order.channel {
            Channel::Ad => of("body").to_owned(),
            Channel::SocialPost => format!("{} {tone}", of("body")),
            Channel::Email | Channel::LandingPage => {
                format!("{}\n\n{}\n\n{tone}", of("hurt"), of("body"))
            }
        };
        VariantDraft {
            headline: of("headline").to_owned(),
            subheadline: name.map(str::to_owned),
            body,
            cta: cta.to_owned(),
        }
    });
    MessageDraft { variants: variants.collect() }
}

/// Needs of segments. What their people have said is quoted beside the need that it has most to do with.
pub fn needs(
    segments: &[Segment],
    answers: &[StoredAnswer],
    language: Language,
    seed: Seed,
) -> NeedsDraft {
    let of = |segment: &Segment| {
        let mut rng = seed.child(segment.id(), 0).rng();
        let mut themes = NeedTheme::ALL.to_vec();
        themes.shuffle(&mut rng);
        // What is talked about most comes first.
        themes.sort_by_key(|theme| std::cmp::Reverse(about(*theme, answers).count()));
        themes.truncate(NEEDS);
        segment_needs(*segment, &themes, answers, language)
    };
    NeedsDraft { segments: segments.iter().map(of).collect() }
}

fn segment_needs(
    segment: Segment,
    themes: &[NeedTheme],
    answers: &[StoredAnswer],
    language: Language,
) -> SegmentDraft {
    let of = |theme: &NeedTheme, what: &str| {
        line(&format!("{}.{what}", theme.as_str()), language).to_owned()
    };
    let score = |at: usize| 8_u8.saturating_sub(u8::try_from(at).unwrap_or(u8::MAX));
    let often = [Frequency::Weekly, Frequency::Daily, Frequency::Monthly, Frequency::Rarely];
    let jobs = themes.iter().enumerate().map(|(at, theme)| JobDraft {
        statement: of(theme, "job"),
        theme: *theme,
        priority: score(at),
        frequency: often[at % often.len()],
        difficulty: if at == 0 { Difficulty::Hard } else { Difficulty::Medium },
        cited: cited(*theme, answers, 0),
    });
    let outcomes = themes.iter().enumerate().map(|(at, theme)| OutcomeDraft {
        statement: of(theme, "outcome"),
        theme: *theme,
        importance: score(at),
        satisfaction: 4 + u8::try_from(at % 3).unwrap_or(0),
        measurable: matches!(theme, NeedTheme::Price | NeedTheme::Time | NeedTheme::Nature),
    });
    let pains = themes.iter().enumerate().map(|(at, theme)| PainDraft {
        title: of(theme, "pain"),
        description: of(theme, "hurt"),
        theme: *theme,
        severity: score(at),
        frequency: often[(at + 1) % often.len()],
        solution: of(theme, "help"),
        cited: cited(*theme, answers, 1),
    });
    SegmentDraft {
        segment: segment.id().to_owned(),
        jobs: jobs.collect(),
        outcomes: outcomes.collect(),
        pains: pains.collect(),
    }
}

/// Up to two answers about this, from the one of this place on, each by its first words.
fn cited(theme: NeedTheme, answers: &[StoredAnswer], from: usize) -> Option<Vec<CitedAnswer>> {
    let found = about(theme, answers).skip(from).take(2).map(|(at, answer)| CitedAnswer {
        answer: u32::try_from(at + 1).unwrap_or(u32::MAX),
        quote: answer.text.trim().chars().take(LONGEST_QUOTE).collect(),
    });
    (!answers.is_empty()).then(|| found.collect())
}

/// The answers that have a word of this theme, with their places.
fn about(
    theme: NeedTheme,
    answers: &[StoredAnswer],
) -> impl Iterator<Item = (usize, &StoredAnswer)> {
    let aspect = match theme {
        NeedTheme::Price => "price",
        NeedTheme::Time => "time",
        NeedTheme::Quality => "quality",
        NeedTheme::Trust => "trust",
        NeedTheme::Habit => "habit",
        NeedTheme::Nature => "planet",
        NeedTheme::Health => "health",
        NeedTheme::Family => "home",
    };
    let has = move |text: &str| {
        super::writer::lookup::ASPECTS.all(text).iter().any(|(found, _)| *found == aspect)
    };
    answers.iter().enumerate().filter(move |(_, answer)| has(&answer.text))
}

/// Themes by how much they weigh for this person, the heaviest first.
fn by_weight(card: &Card) -> Vec<NeedTheme> {
    let mut themes = NeedTheme::ALL.to_vec();
    themes.sort_by(|a, b| b.weight(card).total_cmp(&a.weight(card)).then(a.cmp(b)));
    themes
}

/// Different lines of a key.
fn sample(key: &str, count: usize, language: Language, rng: &mut ChaCha8Rng) -> Vec<String> {
    let lines: Vec<&str> = lines(key, language).collect();
    lines.sample(rng, count).map(|line| (*line).to_owned()).collect()
}

fn line(key: &str, language: Language) -> &'static str {
    lines(key, language).next().unwrap_or_default()
}

/// The lines of a key: `key | text`.
fn lines(key: &str, language: Language) -> impl Iterator<Item = &'static str> {
    let lines = language.pick(ENGLISH, POLISH).lines();
    lines.filter_map(move |line| line.strip_prefix(key)?.strip_prefix(" | "))
}

#[cfg(test)]
mod tests;
