//! The whole distribution a population is drawn from: who lives where, at what age, with what
//! education, activity, occupation group and income, and the factors that a target puts on it.
//!
//! Chances multiply along a chain (place, sex and age → education → activity → occupation group →
//! income), so a target on any link is a factor on that link, and messages passed backwards make
//! each earlier link anticipate the later factors.

mod joints;

use super::activity::{Activities, INTERNATIONAL_ACTIVITY, POLAND_ACTIVITY};
use super::axis::{
    ACTIVITIES, BRACKETS, CLASSES, GROUPS, KINDS, LEVELS, NO_GROUP, YEARS, age, class_of, sex_of,
};
use super::education::{Levels, POLAND_LEVELS};
use super::income::BRACKET_CHANCES;
use super::joint::{POLAND, Pyramid};
use super::occupation::{GROUP_CHANCES, Groups};
use super::plan::Plan;
use super::{international, jobs};
use shared::persona::card::{Country, Place};

/// Factors on every link; all 1 leaves the population as it is.
#[derive(Debug, Clone)]
pub(crate) struct Factors {
    pub(crate) years: Vec<f64>,
    pub(crate) kinds: [f64; KINDS],
    pub(crate) sites: Vec<f64>,
    pub(crate) levels: [f64; LEVELS],
    pub(crate) activities: [f64; ACTIVITIES],
    pub(crate) brackets: [f64; BRACKETS],
}

/// A value for class of age, sex, place and level.
type ByWorker = [[[[f64; LEVELS]; 2]; 2]; CLASSES];

/// The distribution, with its factors worked in.
pub(crate) struct Distribution {
    /// Stratum → territory's people by sex and year, times the site's share.
    people: Vec<Pyramid>,
    levels: Vec<Levels>,
    /// Stratum → town (0) or country (1).
    places: Vec<usize>,
    activity: &'static Activities,
    groups: Box<Groups>,
    pub(crate) factors: Factors,
    bracket_message: Vec<[[[f64; CLASSES]; 2]; GROUPS + 1]>,
    group_message: Vec<ByWorker>,
    /// Sex, year, place, level.
    level_message: Vec<[[[f64; LEVELS]; 2]; YEARS]>,
    /// Stratum, sex, year: the sum over levels.
    year_message: Vec<Pyramid>,
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
            sites: plan.sites.iter().map(|site| site.share).collect(),
            levels: [1.0; LEVELS],
            activities: plan.activities,
            brackets: [1.0; BRACKETS],
        };
        let poland = plan.country == Country::Poland;
        let intl = (!poland).then(international::levels);
        let mut distribution = Self {
            people: plan.sites.iter().map(|site| people(plan.country, site.territory)).collect(),
            levels: plan
                .sites
                .iter()
                .map(|site| intl.unwrap_or_else(|| POLAND_LEVELS[site.territory]))
                .collect(),
            places: plan
                .sites
                .iter()
                .map(|site| usize::from(site.place(plan.country) == Place::Rural))
                .collect(),
            activity: if poland { &POLAND_ACTIVITY } else { &INTERNATIONAL_ACTIVITY },
            groups: tilted(plan),
            factors,
            bracket_message: vec![[[[0.0; CLASSES]; 2]; GROUPS + 1]; ACTIVITIES],
            group_message: vec![[[[[0.0; LEVELS]; 2]; 2]; CLASSES]; ACTIVITIES],
            level_message: vec![[[[0.0; LEVELS]; 2]; YEARS]; 2],
            year_message: vec![[[0.0; YEARS]; 2]; plan.sites.len()],
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
            A::Location => &mut self.factors.sites,
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
        for site in 0..self.people.len() {
            for sex in 0..2 {
                for year in 0..YEARS {
                    self.year_message[site][sex][year] =
                        (0..LEVELS).map(|level| self.level(site, sex, year, level)).sum();
                }
            }
        }
    }

    fn pass_brackets(&mut self) {
        for activity in 0..ACTIVITIES {
            for group in 0..=GROUPS {
                for sex in 0..2 {
                    for class in 0..CLASSES {
                        let chances = &BRACKET_CHANCES[activity][group][sex][class];
                        self.bracket_message[activity][group][sex][class] =
                            chances.iter().zip(&self.factors.brackets).map(|(p, f)| p * f).sum();
                    }
                }
            }
        }
    }

    fn pass_groups(&mut self) {
        for activity in 0..ACTIVITIES {
            for class in 0..CLASSES {
                for sex in 0..2 {
                    for place in 0..2 {
                        for level in 0..LEVELS {
                            self.group_message[activity][class][sex][place][level] =
                                if has_group(activity) {
                                    (0..GROUPS)
                                        .map(|g| {
                                            self.groups[class][sex][place][level][g]
                                                * self.bracket_message[activity][g][sex][class]
                                        })
                                        .sum()
                                } else {
                                    self.bracket_message[activity][NO_GROUP][sex][class]
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
                for place in 0..2 {
                    for level in 0..LEVELS {
                        self.level_message[sex][year][place][level] = (0..ACTIVITIES)
                            .map(|activity| self.activity(sex, year, place, level, activity))
                            .sum();
                    }
                }
            }
        }
    }

    /// How many sites there are.
    pub(crate) fn sites(&self) -> usize {
        self.people.len()
    }

    /// Town (0) or country (1).
    pub(crate) fn place(&self, site: usize) -> usize {
        self.places[site]
    }

    /// Weight of a site, kind and year.
    pub(crate) fn cell(&self, site: usize, kind: usize, year: usize) -> f64 {
        let sex = sex_of(kind);
        self.base(site, kind, year) * self.year_message[site][sex][year]
    }

    fn base(&self, site: usize, kind: usize, year: usize) -> f64 {
        self.people[site][sex_of(kind)][year]
            * self.factors.sites[site]
            * self.factors.kinds[kind]
            * self.factors.years[year]
    }

    /// Weight of a level given where, sex and year.
    pub(crate) fn level(&self, site: usize, sex: usize, year: usize, level: usize) -> f64 {
        self.levels[site][sex][year][level]
            * self.factors.levels[level]
            * self.level_message[sex][year][self.places[site]][level]
    }

    /// Weight of an activity given the rest.
    pub(crate) fn activity(
        &self,
        sex: usize,
        year: usize,
        place: usize,
        level: usize,
        activity: usize,
    ) -> f64 {
        self.activity[sex][year][level][activity]
            * self.factors.activities[activity]
            * self.group_message[activity][class_of(age(year))][sex][place][level]
    }

    /// Weights of the groups given the rest; meaningful for activities that have one.
    pub(crate) fn groups(
        &self,
        class: usize,
        sex: usize,
        place: usize,
        level: usize,
        activity: usize,
    ) -> [f64; GROUPS] {
        std::array::from_fn(|group| {
            self.groups[class][sex][place][level][group]
                * self.bracket_message[activity][group][sex][class]
        })
    }

    /// Weights of the brackets given the rest.
    pub(crate) fn brackets(
        &self,
        activity: usize,
        group: usize,
        sex: usize,
        class: usize,
    ) -> [f64; BRACKETS] {
        let chances = &BRACKET_CHANCES[activity][group][sex][class];
        std::array::from_fn(|bracket| chances[bracket] * self.factors.brackets[bracket])
    }

    /// People of every combination, passed forward through the chain; adds up to 1. `None` when
    /// nobody is left.
    pub(crate) fn forward(&self) -> Option<Forward> {
        let mut forward = Forward::empty(self.sites());
        for site in 0..self.sites() {
            for kind in 0..KINDS {
                for year in 0..YEARS {
                    let base = self.base(site, kind, year);
                    if base == 0.0 {
                        continue;
                    }
                    forward.cells[site][kind][year] =
                        base * self.year_message[site][sex_of(kind)][year];
                    let place = self.places[site];
                    for level in 0..LEVELS {
                        forward.levels[kind][year][place][level] +=
                            base * self.level(site, sex_of(kind), year, level);
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
                for place in 0..2 {
                    for level in 0..LEVELS {
                        let people = forward.levels[kind][year][place][level];
                        let message = self.level_message[sex][year][place][level];
                        if people == 0.0 || message == 0.0 {
                            continue;
                        }
                        for activity in 0..ACTIVITIES {
                            forward.activities[activity][kind][class][place][level] +=
                                people * self.activity(sex, year, place, level, activity) / message;
                        }
                    }
                }
            }
        }
        for activity in 0..ACTIVITIES {
            for kind in 0..KINDS {
                for class in 0..CLASSES {
                    self.forward_groups(forward, activity, kind, class);
                }
            }
        }
    }

    fn forward_groups(&self, forward: &mut Forward, activity: usize, kind: usize, class: usize) {
        let sex = sex_of(kind);
        for place in 0..2 {
            for level in 0..LEVELS {
                let people = forward.activities[activity][kind][class][place][level];
                let message = self.group_message[activity][class][sex][place][level];
                if people == 0.0 || message == 0.0 {
                    continue;
                }
                if !has_group(activity) {
                    forward.groups[activity][kind][class][NO_GROUP] += people;
                    continue;
                }
                let groups = self.groups(class, sex, place, level, activity);
                for (group, weight) in groups.into_iter().enumerate() {
                    forward.groups[activity][kind][class][group] += people * weight / message;
                }
            }
        }
        for group in 0..=GROUPS {
            let people = forward.groups[activity][kind][class][group];
            let message = self.bracket_message[activity][group][sex][class];
            if people == 0.0 || message == 0.0 {
                continue;
            }
            let brackets = self.brackets(activity, group, sex, class);
            for (bracket, weight) in brackets.into_iter().enumerate() {
                forward.brackets[bracket] += people * weight / message;
            }
        }
    }
}

/// Shares of the population, link by link.
pub(crate) struct Forward {
    /// Stratum, kind, year.
    pub(crate) cells: Vec<[[f64; YEARS]; KINDS]>,
    /// Kind, year, place, level.
    pub(crate) levels: Vec<[[[f64; LEVELS]; 2]; YEARS]>,
    /// Activity, kind, class of age, place, level.
    pub(crate) activities: Vec<[[[[f64; LEVELS]; 2]; CLASSES]; KINDS]>,
    /// Activity, kind, class of age, group.
    pub(crate) groups: Vec<[[[f64; GROUPS + 1]; CLASSES]; KINDS]>,
    /// Bracket.
    pub(crate) brackets: [f64; BRACKETS],
}

impl Forward {
    fn empty(sites: usize) -> Self {
        Self {
            cells: vec![[[0.0; YEARS]; KINDS]; sites],
            levels: vec![[[[0.0; LEVELS]; 2]; YEARS]; KINDS],
            activities: vec![[[[[0.0; LEVELS]; 2]; CLASSES]; KINDS]; ACTIVITIES],
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
