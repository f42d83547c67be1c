//! Ages of a plan: bounds, groups and weights from the target and the options.

use super::axis::Axis;
use super::axis::{Attribute, OLDEST, YEARS, YOUNGEST, age};
use super::choice::Choices;
use super::international;
use super::label_parser::Meaning;
use super::options::generation;
use super::options::{one_of, option_field};
use super::target::Category;
use crate::fidelity::Provenance;
use shared::error::{Error, Result};
use shared::persona::card::Country;

/// Both ends included.
pub(crate) type Bounds = (u8, u8);

const STANDARD: [(u8, u8); 6] = [(18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, OLDEST)];

/// The ages that options allow: all of `age_min`, `age_max`, preset and description together.
///
/// # Errors
/// `Error::Invalid` naming the option that leaves no age.
pub(crate) fn bounds(choices: &mut Choices<'_>) -> Result<Bounds> {
    let options = choices.options;
    let mut bounds = (YOUNGEST, OLDEST);
    let limits = [
        ("age_min", options.age_min.map(|min| (min, u8::MAX))),
        ("age_max", options.age_max.map(|max| (0, max))),
        ("demographic_preset", choices.preset.and_then(generation)),
        ("target_audience_description", choices.audience.ages),
    ];
    for (name, value) in [("age_min", options.age_min), ("age_max", options.age_max)] {
        if value.is_some_and(|age| !(18..=90).contains(&age)) {
            return Err(Error::invalid(option_field(name), "must be between 18 and 90"));
        }
    }
    for (name, limit) in limits {
        let Some((from, to)) = limit else { continue };
        let narrowed = (bounds.0.max(from), bounds.1.min(to));
        if narrowed.0 > narrowed.1 {
            let rule =
                format!("leaves no age: the other conditions ask for {} to {}", bounds.0, bounds.1);
            return Err(Error::invalid(option_field(name), rule));
        }
        bounds = narrowed;
        choices.narrowest = option_field(name);
    }
    if bounds != (YOUNGEST, OLDEST) {
        choices.applied.push(format!("ages {} to {}", bounds.0, bounds.1));
    }
    Ok(bounds)
}

/// The age groups to rake onto: the run's, else the project's unless the run asks for ages in words or
/// by preset, else (abroad) the table's.
pub(crate) fn axis(
    country: Country,
    choices: &mut Choices<'_>,
    bounds: Bounds,
) -> Result<Option<Axis>> {
    if let Some(axis) = targeted(choices, bounds)? {
        return Ok(Some(axis));
    }
    if country == Country::International { foreign(choices, bounds).map(Some) } else { Ok(None) }
}

fn targeted(choices: &mut Choices<'_>, bounds: Bounds) -> Result<Option<Axis>> {
    let custom = choices.options.custom_age_groups.as_ref();
    let own_ages = choices.audience.ages.is_some() || choices.preset.is_some();
    let has_custom = custom.is_some_and(|weights| !weights.is_empty());
    if own_ages && !has_custom {
        let by = if choices.audience.ages.is_some() {
            "target_audience_description"
        } else {
            "demographic_preset"
        };
        if choices.target(Attribute::AgeGroup).is_some() {
            choices.replace(Attribute::AgeGroup, by);
        }
        return Ok((choices.preset == Some("diverse")).then(|| equal(bounds)));
    }
    let Some(category) = choices.category(Attribute::AgeGroup, "custom_age_groups", custom)? else {
        return Ok(None);
    };
    let focus = focus(choices)?;
    from_category(&category, bounds, focus, &mut choices.applied).map(Some)
}

/// The table's age groups within the bounds, for a country without a joint distribution.
fn foreign(choices: &Choices<'_>, bounds: Bounds) -> Result<Axis> {
    let focus = focus(choices)?;
    let name = Attribute::AgeGroup.name();
    let mut axis = Axis::empty(Attribute::AgeGroup, name, YEARS, Provenance::NotOfficial);
    for (from, to, share) in international::AGES {
        let (first, last) = (from.max(bounds.0), to.min(bounds.1));
        if first > last {
            continue;
        }
        let part = f64::from(last - first + 1) / f64::from(to - from + 1);
        let weight = focus.map_or(1.0, |focus| focus.weight(from, to));
        let open = from == 65 && last == to;
        let label = if open { format!("{first}+") } else { format!("{first}-{last}") };
        let index = axis.push(label, share * part * weight);
        for age in first..=last {
            axis.member[super::axis::year_index(age)] = Some(index);
        }
    }
    axis.normalised(bounds)
}

/// Factor on every year: 0 outside the bounds, and the focus where no age group carries it.
pub(crate) fn weights(choices: &Choices<'_>, bounds: Bounds, axes: &[Axis]) -> Result<Vec<f64>> {
    let targeted = axes.iter().any(|axis| axis.attribute == Attribute::AgeGroup);
    let focus = focus(choices)?.filter(|_| !targeted);
    Ok((0..YEARS)
        .map(|year| {
            let age = age(year);
            if !(bounds.0..=bounds.1).contains(&age) {
                return 0.0;
            }
            focus.map_or(1.0, |focus| focus.weight(age, age))
        })
        .collect())
}

/// The standard age groups within bounds: label, first and last year.
pub(crate) fn standard(bounds: Bounds) -> Vec<(String, u8, u8)> {
    STANDARD
        .iter()
        .map(|(from, to)| ((*from).max(bounds.0), (*to).min(bounds.1)))
        .filter(|(from, to)| from <= to)
        .map(|(from, to)| {
            let label = if to == OLDEST { format!("{from}+") } else { format!("{from}-{to}") };
            (label, from, to)
        })
        .collect()
}

/// Which ages weigh more.
#[derive(Debug, Clone, Copy)]
enum Focus {
    Young,
    Experienced,
}

impl Focus {
    /// Three times as much for groups within the focus as for others, chosen by hand; an open group counts as five
    /// years long.
    fn weight(self, from: u8, to: u8) -> f64 {
        let to = if to >= OLDEST { from.saturating_add(5) } else { to };
        let within = match self {
            Self::Young => to <= 35,
            Self::Experienced => from >= 35,
        };
        if within { 1.8 } else { 0.6 }
    }
}

fn focus(choices: &Choices<'_>) -> Result<Option<Focus>> {
    let known = ["balanced", "young_adults", "experienced_leaders"];
    Ok(match one_of(choices.options.age_focus.as_ref(), "age_focus", &known)? {
        Some("young_adults") => Some(Focus::Young),
        Some("experienced_leaders") => Some(Focus::Experienced),
        _ => None,
    })
}

fn from_category(
    category: &Category,
    bounds: Bounds,
    focus: Option<Focus>,
    applied: &mut Vec<String>,
) -> Result<Axis> {
    let mut axis = Axis::empty(Attribute::AgeGroup, &category.field, YEARS, Provenance::Target);
    for label in &category.labels {
        let Meaning::Ages(from, to) = label.meaning else { continue };
        let (first, last) = (from.max(bounds.0), to.min(bounds.1));
        if first > last {
            applied
                .push(format!("age group {} lies outside the bounds and is left out", label.text));
            continue;
        }
        let share = label.share * focus.map_or(1.0, |focus| focus.weight(from, to));
        let index = axis.push(label.text.clone(), share);
        for age in first..=last {
            axis.member[super::axis::year_index(age)] = Some(index);
        }
    }
    axis.normalised(bounds)
}

/// Every standard age group with the same share.
fn equal(bounds: Bounds) -> Axis {
    let field = option_field("demographic_preset");
    let mut axis = Axis::empty(Attribute::AgeGroup, &field, YEARS, Provenance::Target);
    for (label, from, to) in standard(bounds) {
        let index = axis.push(label, 1.0);
        for age in from..=to {
            axis.member[super::axis::year_index(age)] = Some(index);
        }
    }
    let groups = axis.shares.len() as f64;
    axis.shares.iter_mut().for_each(|share| *share /= groups);
    axis
}

impl Axis {
    /// An axis that names nobody yet.
    pub(crate) fn empty(
        attribute: Attribute,
        field: &str,
        numbers: usize,
        provenance: Provenance,
    ) -> Self {
        Self {
            attribute,
            field: field.to_owned(),
            labels: vec![],
            shares: vec![],
            member: vec![None; numbers],
            factors: vec![],
            provenance,
        }
    }

    /// Adds a label and gives its number.
    pub(crate) fn push(&mut self, label: String, share: f64) -> u16 {
        self.labels.push(label);
        self.shares.push(share);
        self.factors.push(1.0);
        (self.labels.len() - 1) as u16
    }

    fn normalised(mut self, bounds: Bounds) -> Result<Self> {
        let all: f64 = self.shares.iter().sum();
        if all <= 0.0 {
            let rule = format!("has nobody aged {} to {}", bounds.0, bounds.1);
            return Err(Error::invalid(self.field, rule));
        }
        self.shares.iter_mut().for_each(|share| *share /= all);
        Ok(self)
    }
}
