//! The story: a plan of paragraphs, each a list of beats, each beat one sentence.

use crate::writer::{
    lookup::{INTERESTS, VALUES},
    person,
    realiser::Realiser,
};
use shared::persona::Card;

/// What one sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beat {
    Open,
    Home,
    Household,
    Children,
    Path,
    Job,
    Work,
    Day,
    Money,
    Trait,
    Value,
    Interest,
    Local,
    Memory,
    Subject,
    Stance,
    Ask,
}

use Beat::{
    Ask, Children, Day, Home, Household, Interest, Job, Local, Memory, Money, Open, Path, Stance,
    Subject, Trait, Value, Work,
};

/// Orders in which a life can be told.
const PLANS: &[&[&[Beat]]] = &[
    &[
        &[Open, Home, Household, Children],
        &[Path, Job, Work, Work, Trait],
        &[Day, Money, Money, Local],
        &[Value, Interest, Interest, Trait],
        &[Subject, Stance, Ask],
    ],
    &[
        &[Open, Job, Work, Trait, Home],
        &[Household, Children, Local, Day],
        &[Path, Memory, Value, Money, Money],
        &[Interest, Interest, Trait, Interest],
        &[Subject, Stance, Ask],
    ],
    &[
        &[Open, Trait, Home, Local, Day],
        &[Job, Path, Work, Work, Money],
        &[Household, Children, Interest, Value, Trait, Interest],
        &[Money, Subject, Stance, Ask],
    ],
    &[
        &[Open, Home, Memory, Path],
        &[Job, Work, Day, Work],
        &[Household, Children, Money, Money, Trait],
        &[Interest, Value, Interest, Trait],
        &[Subject, Stance, Ask],
    ],
    &[
        &[Open, Interest, Home, Household, Children],
        &[Job, Work, Trait, Path, Work],
        &[Money, Day, Money, Local, Value],
        &[Interest, Trait, Subject, Stance, Ask],
    ],
    &[
        &[Open, Value, Home, Household, Children],
        &[Day, Job, Work, Trait, Work],
        &[Interest, Local, Interest, Trait, Memory],
        &[Path, Money, Money],
        &[Subject, Stance, Ask],
    ],
];

/// What may be added to a story that came out short.
const SPARE: [Beat; 8] = [Day, Money, Interest, Local, Trait, Value, Work, Memory];
/// The fewest words of a story; see `persona::check` for what a foreign one may have.
const FEWEST_WORDS: usize = 195;

/// How often a person's habits as a customer stand in for those in the project's own field.
const GENERAL_PERCENT: usize = 40;

/// The person's own queue of things to tell.
struct Teller<'a, 'b> {
    realiser: &'a mut Realiser<'b>,
    traits: Vec<&'static str>,
    values: Vec<&'static str>,
    interests: Vec<&'static str>,
    work: String,
    subject: String,
}

/// Writes the story in three to five paragraphs.
pub(crate) fn write(
    card: &Card,
    realiser: &mut Realiser<'_>,
    field: &str,
    subject: &str,
) -> String {
    let mut teller = Teller {
        traits: person::poles(card).into_iter().map(|(_, pole)| pole).rev().collect(),
        values: known(&card.values, &VALUES),
        interests: known(&card.interests, &INTERESTS),
        work: format!("work.{field}"),
        subject: format!("subject.{subject}"),
        realiser,
    };
    let plan = PLANS[teller.realiser.below(PLANS.len())];
    let mut paragraphs: Vec<Vec<String>> = Vec::with_capacity(5);
    for beats in plan {
        teller.realiser.start_paragraph();
        paragraphs.push(beats.iter().filter_map(|beat| teller.tell(*beat)).collect());
    }
    teller.lengthen(&mut paragraphs);
    let told: Vec<String> = paragraphs.iter().map(|sentences| sentences.join(" ")).collect();
    told.join("\n\n")
}

impl Teller<'_, '_> {
    fn tell(&mut self, beat: Beat) -> Option<String> {
        let rule = match beat {
            Trait => format!("trait.{}", self.traits.pop()?),
            Value => format!("value.{}", self.values.pop()?),
            Interest => format!("interest.{}", self.interests.pop()?),
            Open => "open".to_owned(),
            Home => "home".to_owned(),
            Household => "household".to_owned(),
            Children => "kids".to_owned(),
            Path => "path".to_owned(),
            Job => "job".to_owned(),
            Work => return self.tell_work(),
            Day => "day".to_owned(),
            Money => "money".to_owned(),
            Local => "local".to_owned(),
            Memory => "memory".to_owned(),
            Subject => return self.tell_subject(),
            Stance => "stance".to_owned(),
            Ask => "ask".to_owned(),
        };
        match beat {
            Trait | Value | Interest | Day => self.realiser.brisk_sentence(&rule),
            _ => self.realiser.sentence(&rule),
        }
    }

    fn tell_work(&mut self) -> Option<String> {
        if self.realiser.is_working() {
            let rule = self.work.clone();
            return self.realiser.sentence(&rule).or_else(|| self.realiser.sentence("work"));
        }
        self.realiser.sentence("pause")
    }

    fn tell_subject(&mut self) -> Option<String> {
        if self.realiser.below(100) < GENERAL_PERCENT {
            return self.realiser.sentence("subject.general");
        }
        let rule = self.subject.clone();
        self.realiser.sentence(&rule).or_else(|| self.realiser.sentence("subject.general"))
    }

    fn lengthen(&mut self, paragraphs: &mut [Vec<String>]) {
        let middle = paragraphs.len() - 2;
        for beat in SPARE.into_iter().cycle().take(3 * SPARE.len()) {
            let words: usize =
                paragraphs.iter().flatten().map(|text| text.split_whitespace().count()).sum();
            if words >= FEWEST_WORDS {
                return;
            }
            if let Some(sentence) = self.tell(beat) {
                paragraphs[middle].push(sentence);
            }
        }
    }
}

/// The keys that the phrase files know, so that the first of the card is told first.
fn known(
    keys: &[shared::persona::card::Text],
    lookup: &crate::writer::lookup::Lookup,
) -> Vec<&'static str> {
    let mut known: Vec<&'static str> = Vec::with_capacity(keys.len());
    for key in keys.iter().filter_map(|key| lookup.find(key)) {
        if !known.contains(&key) {
            known.push(key);
        }
    }
    known.reverse();
    known
}
