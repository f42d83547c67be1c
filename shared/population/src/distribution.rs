//! The whole distribution a population is drawn from: who lives where, at what age, with what
//! education, activity, occupation group and income, and the factors that a target puts on it.
//!
//! Chances multiply along a chain (zone, sex and age → education → activity → occupation group →
//! income), so a target on any link is a factor on that link, and messages passed backwards make
//! each earlier link anticipate the later factors.

mod jobs_at_work;
mod joints;

use super::activity::{Activities, INTERNATIONAL_ACTIVITY, POLAND_ACTIVITY};
use super::axis::{
    ACTIVITIES, BRACKETS, CLASSES, GROUPS, KINDS, LEVELS, NO_GROUP, YEARS, ZONES, age, class_of,
    pay_zone_of, place_of, sex_of,
};
use super::education::{Levels, POLAND_LEVELS};
use super::income::{Earner, bracket_chances};
use super::joint::{POLAND, Pyramid};
use super::occupation::{GROUP_CHANCES, Groups};
use super::pay_zone::PAY_ZONES;
use super::plan::Plan;
use super::{international, jobs};
use shared::persona::card::Country;

/// Factors on every link; all 1 leaves the population as it is.
#[derive(Debug, Clone)]
pub(crate) struct Factors {
    pub(crate) years: Vec<f64>,
    pub(crate) kinds: [f64; KINDS],
    pub(crate) strata: Vec<f64>,
    pub(crate) levels: [f64; LEVELS],
    pub(crate) activities: [f64; ACTIVITIES],
    pub(crate) brackets: [f64; BRACKETS],
}

/// People of one stratum, kind and year. Numbers of axes are handed on by name here and in what follows: two that
/// changed places would still be numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) stratum: usize,
    pub(crate) kind: usize,
    pub(crate) year: usize,
}

/// People whose work depends on who they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worker {
    pub(crate) sex: usize,
    pub(crate) year: usize,
    /// Town or country of a zone of pay.
    pub(crate) zone: usize,
    pub(crate) level: usize,
}

/// A value for class of age, sex, zone and level.
type ByWorker = [[[[f64; LEVELS]; ZONES]; 2]; CLASSES];

/// A value for zone of pay, group (or none), sex and class of age.
type ByEarner = [[[[f64; CLASSES]; 2]; GROUPS + 1]; PAY_ZONES];

/// The distribution, with its factors worked in.
pub(crate) struct Distribution {
    /// Stratum → territory's people by sex and year, times the stratum's share.
    people: Vec<Pyramid>,
    levels: Vec<Levels>,
    /// Stratum → its zone.
    zones: Vec<usize>,
    /// The zones that somebody lives in.
    peopled: Vec<usize>,
    activity: &'static Activities,
    groups: Box<Groups>,
    pub(crate) factors: Factors,
    bracket_message: Vec<ByEarner>,
    group_message: Vec<ByWorker>,
    /// Sex, year, zone, level.
    level_message: Vec<[[[f64; LEVELS]; ZONES]; YEARS]>,
    /// Stratum, sex, year: the sum over levels.
    year_message: Vec<Pyramid>,
}

impl Worker {
    pub(crate) fn class(self) -> usize {
        class_of(age(self.year))
    }
}

impl Distribution {
    /// The distribution of a plan with all its factors.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut distribution = Self::before_targets(plan);
        for axis in &plan.axes {
            distribution.apply(axis.attribute, &axis.member, &axis.factors);
        }
        distribution.pass_back();
        distribution
    }

    /// The distribution of a plan without the factors of its axes.
    pub(crate) fn before_targets(plan: &Plan) -> Self {
        let factors = Factors {
            years: plan.years.clone(),
            kinds: plan.kinds,
            strata: plan.strata.iter().map(|stratum| stratum.share).collect(),
            levels: [1.0; LEVELS],
            activities: plan.activities,
            brackets: [1.0; BRACKETS],
        };
        let poland = plan.country == Country::Poland;
        let intl = (!poland).then(international::levels);
        let zones: Vec<usize> =
            plan.strata.iter().map(|stratum| stratum.zone(plan.country)).collect();
        let mut distribution = Self {
            people: plan
                .strata
                .iter()
                .map(|stratum| people(plan.country, stratum.territory))
                .collect(),
            levels: plan
                .strata
                .iter()
                .map(|stratum| intl.unwrap_or_else(|| POLAND_LEVELS[stratum.territory]))
                .collect(),
            peopled: (0..ZONES).filter(|zone| zones.contains(zone)).collect(),
            zones,
            activity: if poland { &POLAND_ACTIVITY } else { &INTERNATIONAL_ACTIVITY },
            groups: tilted(plan),
            factors,
            bracket_message: vec![[[[[0.0; CLASSES]; 2]; GROUPS + 1]; PAY_ZONES]; ACTIVITIES],
            group_message: vec![[[[[0.0; LEVELS]; ZONES]; 2]; CLASSES]; ACTIVITIES],
            level_message: vec![[[[0.0; LEVELS]; ZONES]; YEARS]; 2],
            year_message: vec![[[0.0; YEARS]; 2]; plan.strata.len()],
        };
        distribution.pass_back();
        distribution
    }

    /// Multiplies factors onto an axis: each number of the axis by the factor of its label, 0 where
    /// no label names it.
    pub(crate) fn apply(
        &mut self,
        attribute: super::axis::Attribute,
        member: &[Option<u16>],
        by: &[f64],
    ) {
        use super::axis::Attribute as A;
        let values: &mut [f64] = match attribute {
            A::AgeGroup => &mut self.factors.years,
            A::Gender => &mut self.factors.kinds,
            A::Education => &mut self.factors.levels,
            A::IncomeBracket => &mut self.factors.brackets,
            A::Location => &mut self.factors.strata,
        };
        for (value, label) in values.iter_mut().zip(member) {
            *value *= label.map_or(0.0, |label| by[usize::from(label)]);
        }
    }

    /// Recomputes the messages after factors changed.
    pub(crate) fn pass_back(&mut self) {
        self.pass_brackets();
        self.pass_groups();
        self.pass_activities();
        for stratum in 0..self.people.len() {
            // The first two kinds are the two sexes.
            for kind in 0..2 {
                for year in 0..YEARS {
                    self.year_message[stratum][sex_of(kind)][year] =
                        self.levels(Cell { stratum, kind, year }).into_iter().sum();
                }
            }
        }
    }

    fn pass_brackets(&mut self) {
        let by = self.factors.brackets;
        for (activity, zones) in self.bracket_message.iter_mut().enumerate() {
            for (pay_zone, groups) in zones.iter_mut().enumerate() {
                if !self.peopled.iter().any(|zone| pay_zone_of(*zone) == pay_zone) {
                    continue;
                }
                for (group, sexes) in groups.iter_mut().enumerate() {
                    for (sex, classes) in sexes.iter_mut().enumerate() {
                        *classes = std::array::from_fn(|class| {
                            let of = Earner { pay_zone, activity, group, sex, class };
                            bracket_chances(of).iter().zip(by).map(|(p, f)| p * f).sum()
                        });
                    }
                }
            }
        }
    }

    fn pass_groups(&mut self) {
        for activity in 0..ACTIVITIES {
            for class in 0..CLASSES {
                for sex in 0..2 {
                    for &zone in &self.peopled {
                        let message = &self.bracket_message[activity][pay_zone_of(zone)];
                        for level in 0..LEVELS {
                            let chances = &self.groups[class][sex][place_of(zone)][level];
                            let groups = chances.iter().zip(message);
                            self.group_message[activity][class][sex][zone][level] =
                                match has_group(activity) {
                                    true => groups.map(|(p, next)| p * next[sex][class]).sum(),
                                    false => message[NO_GROUP][sex][class],
                                };
                        }
                    }
                }
            }
        }
    }

    fn pass_activities(&mut self) {
        for sex in 0..2 {
            for year in 0..YEARS {
                for at in 0..self.peopled.len() {
                    let zone = self.peopled[at];
                    for level in 0..LEVELS {
                        let activities = self.activities(Worker { sex, year, zone, level });
                        self.level_message[sex][year][zone][level] = activities.into_iter().sum();
                    }
                }
            }
        }
    }

    pub(crate) fn strata(&self) -> usize {
        self.people.len()
    }

    /// Town (0) or country (1).
    pub(crate) fn place(&self, stratum: usize) -> usize {
        place_of(self.zones[stratum])
    }

    /// Town or country of a zone of pay.
    pub(crate) fn zone(&self, stratum: usize) -> usize {
        self.zones[stratum]
    }

    /// Weight of a cell.
    pub(crate) fn cell(&self, cell: Cell) -> f64 {
        self.base(cell) * self.year_message[cell.stratum][sex_of(cell.kind)][cell.year]
    }

    fn base(&self, Cell { stratum, kind, year }: Cell) -> f64 {
        self.people[stratum][sex_of(kind)][year]
            * self.factors.strata[stratum]
            * self.factors.kinds[kind]
            * self.factors.years[year]
    }

    /// Weights of the levels of people of a cell.
    pub(crate) fn levels(&self, Cell { stratum, kind, year }: Cell) -> [f64; LEVELS] {
        let (sex, zone) = (sex_of(kind), self.zones[stratum]);
        std::array::from_fn(|level| {
            self.levels[stratum][sex][year][level]
                * self.factors.levels[level]
                * self.level_message[sex][year][zone][level]
        })
    }

    /// Weights of the activities of somebody of this age, place and education.
    pub(crate) fn activities(&self, worker: Worker) -> [f64; ACTIVITIES] {
        let Worker { sex, year, zone, level } = worker;
        std::array::from_fn(|activity| {
            self.activity[sex][year][level][activity]
                * self.factors.activities[activity]
                * self.group_message[activity][worker.class()][sex][zone][level]
        })
    }

    /// Weights of their groups; meaningful for activities that have one.
    pub(crate) fn groups(&self, worker: Worker, activity: usize) -> [f64; GROUPS] {
        let (Worker { sex, zone, level, .. }, class) = (worker, worker.class());
        let message = &self.bracket_message[activity][pay_zone_of(zone)];
        std::array::from_fn(|group| {
            self.groups[class][sex][place_of(zone)][level][group] * message[group][sex][class]
        })
    }

    /// Weights of the brackets of what somebody earns.
    pub(crate) fn brackets(&self, earner: Earner) -> [f64; BRACKETS] {
        let chances = bracket_chances(earner);
        std::array::from_fn(|bracket| chances[bracket] * self.factors.brackets[bracket])
    }

    /// People of every combination, passed forward through the chain; adds up to 1. `None` when
    /// nobody is left.
    pub(crate) fn forward(&self) -> Option<Forward> {
        let mut forward = Forward::empty(self.strata());
        for stratum in 0..self.strata() {
            for kind in 0..KINDS {
                for year in 0..YEARS {
                    let cell = Cell { stratum, kind, year };
                    let base = self.base(cell);
                    if base == 0.0 {
                        continue;
                    }
                    forward.cells[stratum][kind][year] =
                        base * self.year_message[stratum][sex_of(kind)][year];
                    let zone = self.zones[stratum];
                    for (level, weight) in self.levels(cell).into_iter().enumerate() {
                        forward.levels[kind][year][zone][level] += base * weight;
                    }
                }
            }
        }
        let all: f64 = forward.cells.iter().flatten().flatten().sum();
        if all <= 0.0 || !all.is_finite() {
            return None;
        }
        forward.scale(1.0 / all);
        self.forward_work(&mut forward);
        Some(forward)
    }

    fn forward_work(&self, forward: &mut Forward) {
        for kind in 0..KINDS {
            let sex = sex_of(kind);
            for year in 0..YEARS {
                let class = class_of(age(year));
                for &zone in &self.peopled {
                    for level in 0..LEVELS {
                        let people = forward.levels[kind][year][zone][level];
                        let message = self.level_message[sex][year][zone][level];
                        if people == 0.0 || message == 0.0 {
                            continue;
                        }
                        let activities = self.activities(Worker { sex, year, zone, level });
                        for (activity, weight) in activities.into_iter().enumerate() {
                            forward.activities[activity][kind][class][zone][level] +=
                                people * weight / message;
                        }
                    }
                }
            }
        }
        for activity in 0..ACTIVITIES {
            for kind in 0..KINDS {
                for year in 0..YEARS {
                    self.forward_groups(forward, AtWork { activity, kind, year });
                }
            }
        }
    }

    fn forward_groups(&self, forward: &mut Forward, at: AtWork) {
        let AtWork { activity, kind, year } = at;
        let (sex, class) = (sex_of(kind), class_of(age(year)));
        for (pay_zone, groups) in self.by_group(forward, at).iter().enumerate() {
            for (group, levels) in groups.iter().enumerate() {
                let people: f64 = levels.iter().sum();
                let message = self.bracket_message[activity][pay_zone][group][sex][class];
                forward.groups[activity][kind][class][group] += people;
                if people == 0.0 || message == 0.0 {
                    continue;
                }
                let earner = Earner { pay_zone, activity, group, sex, class };
                for (bracket, weight) in self.brackets(earner).into_iter().enumerate() {
                    forward.brackets[bracket] += people * weight / message;
                }
            }
        }
    }

    /// People of one activity, kind and age by zone of pay, group and level.
    fn by_group(&self, forward: &Forward, at: AtWork) -> Box<ByGroup> {
        let AtWork { activity, kind, year } = at;
        let mut by_group = Box::new([[[0.0; LEVELS]; GROUPS + 1]; PAY_ZONES]);
        let (sex, class) = (sex_of(kind), class_of(age(year)));
        for &zone in &self.peopled {
            let own = &mut by_group[pay_zone_of(zone)];
            let people = &forward.activities[activity][kind][class][zone];
            let messages = &self.group_message[activity][class][sex][zone];
            for (level, (&people, &message)) in people.iter().zip(messages).enumerate() {
                if people == 0.0 || message == 0.0 {
                    continue;
                }
                if !has_group(activity) {
                    own[NO_GROUP][level] += people;
                    continue;
                }
                let groups = self.groups(Worker { sex, year, zone, level }, activity);
                for (group, weight) in groups.into_iter().enumerate() {
                    own[group][level] += people * weight / message;
                }
            }
        }
        by_group
    }
}

/// People of one activity, kind and age.
#[derive(Debug, Clone, Copy)]
struct AtWork {
    activity: usize,
    kind: usize,
    year: usize,
}

/// People by zone of pay, group (or none) and level.
type ByGroup = [[[f64; LEVELS]; GROUPS + 1]; PAY_ZONES];

/// Shares of the population, link by link.
pub(crate) struct Forward {
    /// Stratum, kind, year.
    pub(crate) cells: Vec<[[f64; YEARS]; KINDS]>,
    /// Kind, year, zone, level.
    pub(crate) levels: Vec<[[[f64; LEVELS]; ZONES]; YEARS]>,
    /// Activity, kind, class of age, zone, level.
    pub(crate) activities: Vec<[[[[f64; LEVELS]; ZONES]; CLASSES]; KINDS]>,
    /// Activity, kind, class of age, group.
    pub(crate) groups: Vec<[[[f64; GROUPS + 1]; CLASSES]; KINDS]>,
    /// Bracket.
    pub(crate) brackets: [f64; BRACKETS],
}

impl Forward {
    fn empty(strata: usize) -> Self {
        Self {
            cells: vec![[[0.0; YEARS]; KINDS]; strata],
            levels: vec![[[[0.0; LEVELS]; ZONES]; YEARS]; KINDS],
            activities: vec![[[[[0.0; LEVELS]; ZONES]; CLASSES]; KINDS]; ACTIVITIES],
            groups: vec![[[[0.0; GROUPS + 1]; CLASSES]; KINDS]; ACTIVITIES],
            brackets: [0.0; BRACKETS],
        }
    }

    fn scale(&mut self, by: f64) {
        self.cells.iter_mut().flatten().flatten().for_each(|share| *share *= by);
        self.levels.iter_mut().flatten().flatten().flatten().for_each(|share| *share *= by);
    }
}

/// Whether people of this activity have an occupation group: those in work, and the last one of
/// pensioners and the unemployed.
pub(crate) fn has_group(activity: usize) -> bool {
    matches!(activity, 0 | 1 | 3)
}

fn people(country: Country, territory: usize) -> Pyramid {
    match country {
        Country::Poland => POLAND[territory],
        Country::International => international::pyramid(territory),
    }
}

/// The groups with a plan's tilt, adding up to one in every cell where someone is left.
fn tilted(plan: &Plan) -> Box<Groups> {
    let mut groups = GROUP_CHANCES.clone();
    for sex in 0..2 {
        let tilt = tilt_of(plan, sex);
        let cells = groups.iter_mut().flat_map(|sexes| sexes[sex].iter_mut()).flatten();
        for chances in cells {
            chances.iter_mut().zip(tilt).for_each(|(chance, factor)| *chance *= factor);
            let all: f64 = chances.iter().sum();
            if all > 0.0 {
                chances.iter_mut().for_each(|chance| *chance /= all);
            }
        }
    }
    groups
}

/// The plan's factors on the groups, its industries as many women or men as have jobs there.
fn tilt_of(plan: &Plan, sex: usize) -> [f64; GROUPS] {
    let industries = &plan.industries;
    std::array::from_fn(|group| {
        let of_all = jobs::industry_factor(group, industries);
        plan.groups[group] * jobs::industry_factor_of(group, sex, industries) / of_all
    })
}
