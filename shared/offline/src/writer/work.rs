//! What kind of work a title stands for.

use std::sync::LazyLock;

use shared::persona::card::{Activity, Card, OccupationGroup};

/// A kind of work that the phrase files know scenes of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    /// The last part of the rule's name, `work.nurse`.
    pub(crate) key: &'static str,
    /// The shape of its days.
    pub(crate) shape: Shape,
}

/// The shape of working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Desk,
    Hands,
    People,
    Shifts,
}

/// Field, shape and the English words that give it away, tried from the top.
/// Field, and the pieces of a title that give it away.
static FIELDS: LazyLock<Vec<(Field, Vec<String>)>> = LazyLock::new(|| {
    include_str!("../../../data/writer/fields.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| parse_field(line).expect("the table of fields is well formed"))
        .collect()
});

fn parse_field(line: &'static str) -> Option<(Field, Vec<String>)> {
    let (head, pieces) = line.split_once(": ")?;
    let (key, shape) = head.split_once(' ')?;
    let shape = match shape {
        "desk" => Shape::Desk,
        "hands" => Shape::Hands,
        "people" => Shape::People,
        "shifts" => Shape::Shifts,
        _ => return None,
    };
    let pieces = pieces.split(' ').map(|piece| piece.replace('_', " ")).collect();
    Some((Field { key, shape }, pieces))
}

impl Field {
    /// The field of the card's title; of its major group when the title gives nothing away.
    pub(crate) fn of(card: &Card) -> Self {
        let title = format!(" {} ", card.occupation_en.to_lowercase());
        FIELDS
            .iter()
            .find(|(_, stems)| is_job(card) && stems.iter().any(|stem| title.contains(stem)))
            .map_or_else(|| Self::of_group(card.occupation_group), |(field, _)| *field)
    }

    fn of_group(group: Option<OccupationGroup>) -> Self {
        let (key, shape) = match group {
            Some(OccupationGroup::ArmedForces) => ("guard", Shape::Shifts),
            Some(OccupationGroup::Managers) => ("manager", Shape::People),
            Some(OccupationGroup::Professionals) => ("expert", Shape::Desk),
            Some(OccupationGroup::Technicians) => ("technician", Shape::Hands),
            Some(OccupationGroup::ClericalSupport) => ("office", Shape::Desk),
            Some(OccupationGroup::ServiceAndSales) => ("service", Shape::People),
            Some(OccupationGroup::SkilledAgricultural) => ("farm", Shape::Hands),
            Some(OccupationGroup::CraftAndTrades) => ("craft", Shape::Hands),
            Some(OccupationGroup::MachineOperators) => ("plant", Shape::Shifts),
            Some(OccupationGroup::Elementary) => ("helper", Shape::Hands),
            None => ("none", Shape::Hands),
        };
        Self { key, shape }
    }
}

/// Words that name an activity, not a job, in either language.
const NOT_JOBS: &str = "retire|pension|student|pupil|unemploy|inactive|homemaker|disab|not working|\
    emeryt|renc|bezrobot|uczeń|uczenn|bez pracy|opiek|nieaktywn|jobseeker|looking|household|\
    carer at home|out of work|stay-at-home";

/// Whether the card's occupation is a job, and not the activity in words.
pub(crate) fn is_job(card: &Card) -> bool {
    if card.activity == Activity::Employed {
        return !card.occupation.is_empty();
    }
    let title = format!("{} {}", card.occupation, card.occupation_en).to_lowercase();
    !title.trim().is_empty() && !NOT_JOBS.split('|').any(|stem| title.contains(stem))
}
