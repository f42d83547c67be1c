//! Where a participant stands, what matters to them and what they do with their turn.

use rand::RngExt;

use crate::writer::fact::Fact;
use crate::writer::grammar::Grammar;
use crate::writer::life::Life;
use crate::writer::lookup::{ASPECTS, INTENTS, TOPICS, VALUES};
use crate::writer::realiser::Realiser;
use crate::writer::tag::{Tag, Tags};
use crate::writer::{person, subject};
use shared::discussion::turn_taking::Length;
use shared::discussion::{Act, Mode, Setting, Turn, TurnKind};
use shared::persona::Card;
use shared::prompt::Task;
use shared::{Language, Seed};

/// Sides that every offer has; the others count where the project or the question names them.
const ALWAYS: [&str; 5] = ["price", "trust", "quality", "time", "habit"];

// Chosen by hand.
/// How little it takes to notice a value of the card.
const OWN_VALUE: f32 = 0.8;

/// One participant at one turn.
pub(super) struct Stance<'a> {
    setting: &'a Setting,
    task: Task<'a>,
    life: Life,
    tags: Tags,
    stance: i8,
    /// The most pressing first.
    aspects: Vec<&'static str>,
    /// The side that the answered turn is about.
    echo: Option<&'static str>,
    /// How often others have spoken against where the person stands.
    contradicted: usize,
}

impl<'a> Stance<'a> {
    pub(super) fn of(setting: &'a Setting, task: &Task<'a>, before: &[Turn]) -> Self {
        let person = &setting.participants[task.speaker];
        let card = &person.card;
        // The life that the person's story tells.
        let own = person.life.child("writer", u64::from(card.index));
        let life = Life::draw(card, own.child("life", 0).rng());
        let tags = person::tags(card, &life, &setting.brief)
            .with_if(Tag::Summed, anchor(setting).is_some());
        let of_question = |turn: &&Turn| turn.question == task.question;
        let here: Vec<&Turn> = before.iter().filter(of_question).collect();
        let said = here.iter().rev().find(|turn| turn.speaker == Some(task.speaker));
        let stance = said.and_then(|turn| turn.stance).unwrap_or_else(|| attitude(setting, task));
        let against = |turn: &&&Turn| {
            let theirs = turn.stance.unwrap_or(0).signum();
            turn.kind == TurnKind::Reply && theirs != 0 && theirs != stance.signum()
        };
        let known = aspects(setting, task, &tags, &here);
        let replied = task.reply_to.map(Turn::words).unwrap_or_default();
        let echo = ASPECTS.all(replied).into_iter().map(|(key, _)| key);
        let echo = echo.into_iter().find(|key| known.contains(key));
        Self {
            setting,
            task: *task,
            contradicted: here.iter().filter(against).count(),
            aspects: known,
            life,
            tags,
            stance,
            echo,
        }
    }

    /// What the person does, and where they stand after it.
    pub(super) fn act(&self, seed: Seed) -> (Act, i8) {
        let mut rng = seed.child("act", 0).rng();
        if self.task.kind == TurnKind::Opening {
            return (Act::Say, self.stance);
        }
        let Some(replied) = self.task.reply_to else { return (Act::Say, self.stance) };
        if replied.act == Some(Act::Ask) && replied.to == Some(self.task.speaker) {
            return (Act::Answer, self.stance);
        }
        if self.task.length == Length::Word {
            return (Act::React, self.stance);
        }
        if replied.speaker.is_none() {
            return (Act::Say, self.stance);
        }
        let traits = self.setting.participants[self.task.speaker].card.big_five;
        let theirs = replied.stance.unwrap_or(0);
        // Chosen by hand, as the shares below: few change sides, and only who was contradicted again and again.
        let open = 0.10 + 0.3 * (traits.openness - 0.5) + 0.2 * (traits.agreeableness - 0.5);
        let may_change = self.contradicted >= 3 && theirs.signum() != self.stance.signum();
        if may_change && theirs != 0 && rng.random::<f32>() < open {
            return (Act::Change, self.stance.signum() + theirs.signum());
        }
        let roll = rng.random::<f32>() + 0.2 * (traits.agreeableness - 0.5);
        let act = match (self.relation(), roll) {
            (..0, x) if x < 0.66 => Act::Object,
            (..0, x) if x < 0.84 => Act::Ask,
            (1.., x) if x < 0.52 => Act::Agree,
            (1.., x) if x < 0.64 => Act::Ask,
            (0, x) if x < 0.3 => Act::Agree,
            (0, x) if x < 0.5 => Act::Ask,
            _ => Act::Say,
        };
        (act, self.stance)
    }

    /// How the person stands to whoever they answer: 1 on the same side, -1 on the other, 0 between.
    pub(super) fn relation(&self) -> i8 {
        let theirs = self.task.reply_to.and_then(|turn| turn.stance).unwrap_or(0);
        match (self.stance.signum(), theirs.signum()) {
            (a, b) if a * b < 0 => -1,
            (a, b) if a == b && a != 0 => 1,
            _ if (self.stance - theirs).abs() >= 2 => -1,
            _ => 0,
        }
    }

    /// What the turn is about: mostly what was said, else what presses most.
    pub(super) fn aspect(&self, act: Act, seed: Seed) -> &'static str {
        let mut rng = seed.rng();
        // Percent, chosen by hand: a reply mostly stays with what was said.
        let listens = if act == Act::Say { 35 } else { 75 };
        if let Some(echo) = self.echo.filter(|_| rng.random_range(0..100) < listens) {
            return echo;
        }
        let near = self.aspects.len().min(3);
        self.aspects[rng.random_range(0..near)]
    }

    /// The next thing that matters.
    pub(super) fn other_aspect(&self, aspect: &str) -> &'static str {
        self.aspects.iter().copied().find(|key| *key != aspect).unwrap_or("habit")
    }

    /// What the question is after, as the leads are called.
    pub(super) fn intent(&self) -> &'static str {
        intent(self.setting, self.task.question)
    }

    /// The part of life that the project is about, as the scenes are called.
    pub(super) fn subject(&self) -> &'static str {
        TOPICS.first(&self.setting.brief.words()).unwrap_or_else(|| subject(&self.setting.brief))
    }

    /// A realiser for this person at this turn.
    pub(super) fn realiser<'g>(
        &self,
        grammar: &'g Grammar,
        stance: i8,
        seed: Seed,
    ) -> Realiser<'g> {
        let (setting, language) = (self.setting, self.setting.language);
        let card = &setting.participants[self.task.speaker].card;
        let mut rng = seed.child("facts", 0).rng();
        let mut facts = person::facts(card, &self.life, &setting.brief, language, &mut rng);
        facts.set(Fact::Thing, setting.thing());
        let other = self.task.reply_to.and_then(|turn| turn.speaker);
        facts.set(Fact::Other, other.map(|who| setting.name_of(who)).unwrap_or_default());
        let matter = self.echo.or(self.aspects.first().copied()).unwrap_or("habit");
        facts.set(Fact::Matter, matter_in(matter, language));
        let sum = anchor(setting).map(|(price, unit)| own_sum(card, price, unit, stance));
        facts.set(Fact::Sum, sum.unwrap_or_default());
        Realiser::new(grammar, facts, self.tags, person::form(card), seed.child("pen", 0).rng())
    }
}

fn intent(setting: &Setting, question: u32) -> &'static str {
    let found = INTENTS.first(&setting.questions[question as usize]);
    found.unwrap_or("any")
}

/// Where a person stands before a word is said. Rules of thumb that make plausible people: the curious
/// and the agreeable lean towards an offer, the anxious away from it, the poor away from its price.
fn attitude(setting: &Setting, task: &Task<'_>) -> i8 {
    let card = &setting.participants[task.speaker].card;
    let traits = card.big_five;
    let whole = setting.seed.child("attitude", task.speaker as u64).rng().random::<f32>();
    let now = setting.seed.child("mood", task.speaker as u64).child("q", u64::from(task.question));
    // Weights chosen by hand, here and in what follows; they test the machinery and say nothing of people.
    let leaning = 1.0 * (traits.openness - 0.5) + 0.5 * (traits.agreeableness - 0.5)
        - 0.9 * (traits.neuroticism - 0.5);
    let asked = match intent(setting, task.question) {
        "barrier" => -0.35,
        "motive" => 0.35,
        "price" if card.income_monthly_net < 3_300 => -0.3,
        _ => 0.0,
    };
    let task_of_group = if setting.mode == Mode::Adversarial { -0.8 } else { 0.0 };
    let chance = 1.5 * (whole - 0.5) + 1.1 * (now.rng().random::<f32>() - 0.5);
    let score = 1.9 * (leaning + asked + task_of_group + chance);
    (score.round() as i8).clamp(-2, 2)
}

/// The sides of the offer, the most pressing for this person first.
fn aspects(setting: &Setting, task: &Task<'_>, tags: &Tags, here: &[&Turn]) -> Vec<&'static str> {
    let question = ASPECTS.all(&setting.questions[task.question as usize]);
    let project = ASPECTS.all(&setting.brief.words());
    let seed = setting.seed.child("aspect", task.speaker as u64);
    let own = |turn: &&&Turn| turn.speaker == Some(task.speaker);
    let mine: Vec<_> = here.iter().filter(own).flat_map(|turn| ASPECTS.all(turn.words())).collect();
    let keys =
        ["price", "bond", "trust", "quality", "time", "tech", "habit", "home", "planet", "choice"];
    let mut ranked: Vec<(f32, &'static str)> = Vec::with_capacity(keys.len());
    for (place, key) in keys.into_iter().enumerate() {
        let named = |list: &[(&str, usize)]| list.iter().any(|(known, _)| *known == key);
        let lives = leaning(key, tags, &setting.participants[task.speaker].card);
        if !named(&question) && !named(&project) && !ALWAYS.contains(&key) && lives < 1.0 {
            continue;
        }
        let chance = seed.child("side", (u64::from(task.question) << 8) | place as u64);
        let score = 2.4 * f32::from(u8::from(named(&question)))
            + 0.9 * f32::from(u8::from(named(&project)))
            + lives
            + 1.3 * chance.rng().random::<f32>()
            - 1.6 * f32::from(u8::from(mine.iter().any(|(known, _)| *known == key)));
        ranked.push((score, key));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().map(|(_, key)| key).collect()
}

/// How much a side of an offer touches this person's life.
fn leaning(key: &str, tags: &Tags, card: &Card) -> f32 {
    let is = |tag: Tag| f32::from(u8::from(tags.contains(Tags::default().with(tag))));
    let values = |wanted: &str| {
        let has = card.values.iter().any(|value| VALUES.find(value) == Some(wanted));
        if has { OWN_VALUE } else { 0.0 }
    };
    match key {
        "price" => {
            is(Tag::Poor) + 0.8 * is(Tag::Thrifty) + 0.4 * is(Tag::Mortgage) - 0.5 * is(Tag::Rich)
        }
        "bond" => 0.7 * is(Tag::Loose) + 0.5 * is(Tag::Shifts) + values("independence"),
        "trust" => 0.6 * is(Tag::Anxious) + 0.5 * is(Tag::Tough) + values("honesty"),
        "quality" => 0.6 * is(Tag::Orderly) + 0.4 * is(Tag::Over45) + values("reliable"),
        "time" => 0.5 * is(Tag::Employed) + 0.7 * is(Tag::Children) + values("balance"),
        "tech" => 0.7 * is(Tag::Over60) + 0.6 * is(Tag::Under30),
        "habit" => 0.7 * is(Tag::Closed) + 0.4 * is(Tag::Over60) + values("tradition"),
        "home" => 1.1 * is(Tag::Children) + 0.5 * is(Tag::Married) + values("family"),
        "planet" => 0.5 * is(Tag::Rural) + values("nature"),
        "choice" => 0.5 * is(Tag::Tough) + 0.4 * is(Tag::Orderly),
        _ => 0.0,
    }
}

/// What the price of the project is, where its words name one: `79 zł`.
fn anchor(setting: &Setting) -> Option<(u32, &'static str)> {
    const UNITS: [(&str, &str); 7] = [
        ("zł", "zł"),
        ("pln", "zł"),
        ("€", "€"),
        ("eur", "€"),
        ("usd", "dollars"),
        ("£", "pounds"),
        ("$", "dollars"),
    ];
    let text = setting.brief.words().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        let price: u32 = digits.parse().ok().filter(|price| (2..=100_000).contains(price))?;
        let next = words.get(at + 1).copied().unwrap_or("");
        let rest = word.trim_matches(|c: char| c.is_ascii_digit() || ".,;:!?()".contains(c));
        let unit = UNITS.iter().find(|(mark, _)| {
            rest.starts_with(mark) || (rest.is_empty() && next.starts_with(mark))
        })?;
        Some((price, unit.1))
    })
}

/// What this person would pay, rounded as people round.
fn own_sum(card: &Card, price: u32, unit: &str, stance: i8) -> String {
    let wealth = match card.income_monthly_net {
        0..=3_300 => 0.85,
        3_301..=7_499 => 1.0,
        _ => 1.1,
    };
    let share =
        wealth * [0.45, 0.6, 0.75, 0.9, 1.0][usize::from((stance + 2).unsigned_abs()).min(4)];
    let sum = share * price as f32;
    let step = if sum >= 200.0 {
        50.0
    } else if sum >= 20.0 {
        5.0
    } else {
        1.0
    };
    format!("{} {unit}", (sum / step).round() * step)
}

/// The side as it is spoken of: after `o` in Polish, as a subject in English.
fn matter_in(aspect: &str, language: Language) -> &'static str {
    match aspect {
        "price" => language.pick("the price", "cenie"),
        "bond" => language.pick("being tied down", "zobowiązaniu"),
        "trust" => language.pick("trust", "zaufaniu"),
        "quality" => language.pick("quality", "jakości"),
        "time" => language.pick("convenience", "wygodzie"),
        "tech" => language.pick("the app", "aplikacji"),
        "habit" => language.pick("habit", "przyzwyczajeniach"),
        "home" => language.pick("the family", "domu"),
        "planet" => language.pick("where it comes from", "tym, skąd to jest"),
        _ => language.pick("choice", "wyborze"),
    }
}
