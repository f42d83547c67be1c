//! Segments: twelve kinds of people that a researcher recognises at a glance, by rule.

use super::Card;
use super::card::{Activity, Place};
use crate::Language;

/// A segment: the stage of life and the class of place. Computed from the card, so two people of one
/// kind are always in one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Segment {
    stage: LifeStage,
    place: Place,
}

/// How many people a segment has, in the places and at the ages that a project looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market {
    /// By the official counts and the model of activity.
    pub people: f64,
    /// All people of its ages and class of place.
    pub most: f64,
    /// All people of all segments there.
    pub everybody: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum LifeStage {
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
            (Activity::Student, _) => LifeStage::Studying,
            (Activity::Retired, _) => LifeStage::Retired,
            (Activity::Unemployed | Activity::Inactive, _) => LifeStage::OutOfWork,
            (Activity::Employed, ..35) => LifeStage::EarlyCareer,
            (Activity::Employed, ..55) => LifeStage::MidCareer,
            (Activity::Employed, _) => LifeStage::LateCareer,
        };
        Self { stage, place }
    }

    /// All twelve.
    pub fn all() -> impl Iterator<Item = Self> {
        let stages = [
            LifeStage::Studying,
            LifeStage::EarlyCareer,
            LifeStage::MidCareer,
            LifeStage::LateCareer,
            LifeStage::OutOfWork,
            LifeStage::Retired,
        ];
        let of = |stage| [Place::Urban, Place::Rural].map(|place| Self { stage, place });
        stages.into_iter().flat_map(of)
    }

    /// The stable key: `seg_mid_career_urban`.
    pub fn id(self) -> &'static str {
        use Place::{Rural, Urban};
        match (self.stage, self.place) {
            (LifeStage::Studying, Urban) => "seg_studying_urban",
            (LifeStage::Studying, Rural) => "seg_studying_rural",
            (LifeStage::EarlyCareer, Urban) => "seg_early_career_urban",
            (LifeStage::EarlyCareer, Rural) => "seg_early_career_rural",
            (LifeStage::MidCareer, Urban) => "seg_mid_career_urban",
            (LifeStage::MidCareer, Rural) => "seg_mid_career_rural",
            (LifeStage::LateCareer, Urban) => "seg_late_career_urban",
            (LifeStage::LateCareer, Rural) => "seg_late_career_rural",
            (LifeStage::OutOfWork, Urban) => "seg_out_of_work_urban",
            (LifeStage::OutOfWork, Rural) => "seg_out_of_work_rural",
            (LifeStage::Retired, Urban) => "seg_retired_urban",
            (LifeStage::Retired, Rural) => "seg_retired_rural",
        }
    }

    /// The name that the client shows.
    pub fn name(self, language: Language) -> &'static str {
        use Place::{Rural, Urban};
        let (english, polish) = match (self.stage, self.place) {
            (LifeStage::Studying, Urban) => ("Students in town", "Uczący się w mieście"),
            (LifeStage::Studying, Rural) => ("Students in the country", "Uczący się na wsi"),
            (LifeStage::EarlyCareer, Urban) => ("Starting out in town", "Na starcie, miasto"),
            (LifeStage::EarlyCareer, Rural) => ("Starting out in the country", "Na starcie, wieś"),
            (LifeStage::MidCareer, Urban) => ("Mid-career in town", "W połowie drogi, miasto"),
            (LifeStage::MidCareer, Rural) => ("Mid-career in the country", "W połowie drogi, wieś"),
            (LifeStage::LateCareer, Urban) => ("Experienced in town", "Doświadczeni, miasto"),
            (LifeStage::LateCareer, Rural) => ("Experienced in the country", "Doświadczeni, wieś"),
            (LifeStage::OutOfWork, Urban) => ("Out of work in town", "Poza pracą, miasto"),
            (LifeStage::OutOfWork, Rural) => ("Out of work in the country", "Poza pracą, wieś"),
            (LifeStage::Retired, Urban) => ("Retired in town", "Na emeryturze, miasto"),
            (LifeStage::Retired, Rural) => ("Retired in the country", "Na emeryturze, wieś"),
        };
        language.pick(english, polish)
    }

    /// What every member of the segment has in common, in one sentence.
    pub fn description(self, language: Language) -> &'static str {
        let (english, polish) = match self.stage {
            LifeStage::Studying => (
                "People whose main activity is school or university.",
                "Osoby, których głównym zajęciem jest szkoła lub studia.",
            ),
            LifeStage::EarlyCareer => (
                "People in paid work who are 34 or younger.",
                "Osoby pracujące, które mają najwyżej 34 lata.",
            ),
            LifeStage::MidCareer => {
                ("People in paid work aged 35 to 54.", "Osoby pracujące w wieku od 35 do 54 lat.")
            }
            LifeStage::LateCareer => (
                "People in paid work who are 55 or older.",
                "Osoby pracujące, które mają co najmniej 55 lat.",
            ),
            LifeStage::OutOfWork => (
                "People who look for work, care for others or cannot work.",
                "Osoby, które szukają pracy, opiekują się innymi lub nie mogą pracować.",
            ),
            LifeStage::Retired => {
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
