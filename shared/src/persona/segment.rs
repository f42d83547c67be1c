//! Segments: twelve kinds of people that a researcher recognises at a glance, by rule.

use super::Card;
use super::card::{Activity, Place};
use crate::Language;

/// A segment: the stage of life and the class of place. Computed from the card, so two people of one
/// kind are always in one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Segment {
    stage: Stage,
    place: Place,
}

/// How many people a segment has, in the places and at the ages that a project looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market {
    /// By the official counts and the model of activity.
    pub people: f64,
    /// All people of its ages and class of place.
    pub most: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Stage {
    Studying,
    EarlyCareer,
    MidCareer,
    LateCareer,
    OutOfWork,
    Retired,
}

impl Segment {
    /// The segment of a person. Careers: up to 34, up to 54, from 55.
    pub fn of(card: &Card) -> Self {
        Self::by(card.activity, card.age, card.place)
    }

    /// The segment of everybody who does this, is so old and lives there.
    pub fn by(activity: Activity, age: u8, place: Place) -> Self {
        let stage = match (activity, age) {
            (Activity::Student, _) => Stage::Studying,
            (Activity::Retired, _) => Stage::Retired,
            (Activity::Unemployed | Activity::Inactive, _) => Stage::OutOfWork,
            (Activity::Employed, ..35) => Stage::EarlyCareer,
            (Activity::Employed, ..55) => Stage::MidCareer,
            (Activity::Employed, _) => Stage::LateCareer,
        };
        Self { stage, place }
    }

    /// All twelve.
    pub fn all() -> impl Iterator<Item = Self> {
        let stages = [
            Stage::Studying,
            Stage::EarlyCareer,
            Stage::MidCareer,
            Stage::LateCareer,
            Stage::OutOfWork,
            Stage::Retired,
        ];
        let of = |stage| [Place::Urban, Place::Rural].map(|place| Self { stage, place });
        stages.into_iter().flat_map(of)
    }

    /// The stable key: `seg_mid_career_urban`.
    pub fn id(self) -> &'static str {
        use Place::{Rural, Urban};
        match (self.stage, self.place) {
            (Stage::Studying, Urban) => "seg_studying_urban",
            (Stage::Studying, Rural) => "seg_studying_rural",
            (Stage::EarlyCareer, Urban) => "seg_early_career_urban",
            (Stage::EarlyCareer, Rural) => "seg_early_career_rural",
            (Stage::MidCareer, Urban) => "seg_mid_career_urban",
            (Stage::MidCareer, Rural) => "seg_mid_career_rural",
            (Stage::LateCareer, Urban) => "seg_late_career_urban",
            (Stage::LateCareer, Rural) => "seg_late_career_rural",
            (Stage::OutOfWork, Urban) => "seg_out_of_work_urban",
            (Stage::OutOfWork, Rural) => "seg_out_of_work_rural",
            (Stage::Retired, Urban) => "seg_retired_urban",
            (Stage::Retired, Rural) => "seg_retired_rural",
        }
    }

    /// The name that the client shows.
    pub fn name(self, language: Language) -> &'static str {
        use Place::{Rural, Urban};
        let (english, polish) = match (self.stage, self.place) {
            (Stage::Studying, Urban) => ("Students in town", "Uczący się w mieście"),
            (Stage::Studying, Rural) => ("Students in the country", "Uczący się na wsi"),
            (Stage::EarlyCareer, Urban) => ("Starting out in town", "Na starcie, miasto"),
            (Stage::EarlyCareer, Rural) => ("Starting out in the country", "Na starcie, wieś"),
            (Stage::MidCareer, Urban) => ("Mid-career in town", "W połowie drogi, miasto"),
            (Stage::MidCareer, Rural) => ("Mid-career in the country", "W połowie drogi, wieś"),
            (Stage::LateCareer, Urban) => ("Experienced in town", "Doświadczeni, miasto"),
            (Stage::LateCareer, Rural) => ("Experienced in the country", "Doświadczeni, wieś"),
            (Stage::OutOfWork, Urban) => ("Out of work in town", "Poza pracą, miasto"),
            (Stage::OutOfWork, Rural) => ("Out of work in the country", "Poza pracą, wieś"),
            (Stage::Retired, Urban) => ("Retired in town", "Na emeryturze, miasto"),
            (Stage::Retired, Rural) => ("Retired in the country", "Na emeryturze, wieś"),
        };
        language.pick(english, polish)
    }

    /// What every member of the segment has in common, in one sentence.
    pub fn description(self, language: Language) -> &'static str {
        let (english, polish) = match self.stage {
            Stage::Studying => (
                "People whose main activity is school or university.",
                "Osoby, których głównym zajęciem jest szkoła lub studia.",
            ),
            Stage::EarlyCareer => (
                "People in paid work who are 34 or younger.",
                "Osoby pracujące, które mają najwyżej 34 lata.",
            ),
            Stage::MidCareer => {
                ("People in paid work aged 35 to 54.", "Osoby pracujące w wieku od 35 do 54 lat.")
            }
            Stage::LateCareer => (
                "People in paid work who are 55 or older.",
                "Osoby pracujące, które mają co najmniej 55 lat.",
            ),
            Stage::OutOfWork => (
                "People who look for work, care for others or cannot work.",
                "Osoby, które szukają pracy, opiekują się innymi lub nie mogą pracować.",
            ),
            Stage::Retired => {
                ("People on an old-age pension.", "Osoby utrzymujące się z emerytury.")
            }
        };
        language.pick(english, polish)
    }

    /// The segment of a stored key.
    pub fn parse(id: &str) -> Option<Self> {
        Self::all().find(|segment| segment.id() == id)
    }
}
