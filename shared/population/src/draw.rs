//! One person after the other: the allocation of everything that is balanced.

mod stages;

use self::stages::{Applicant, Employee, MOST_JOBS, Person, Recipient, Resident, Segment};
use super::ENGINE_VERSION;
use super::allocate::Stage;
use super::axis::{
    ACTIVITIES, BRACKETS, GROUPS, KINDS, NO_GROUP, OLDEST, YEARS, YOUNGEST, age, pay_zone_of,
    place_of, sex_of,
};
use super::distribution::{Cell, Distribution, Worker, has_group};
use super::income::Earner;
use super::jobs::{BySex, JOBS, Job, PAY_FIT, WEIGHTS};
use super::low_discrepancy::{Cumulative, Sequence};
use super::names::Names;
use super::plan::Plan;
use super::stratum::towns;
use shared::Seed;
use shared::persona::card::{Country, Text};

/// What is allocated to a person, as numbers of the axes.
#[derive(Debug, Clone)]
pub(crate) struct Allocation {
    pub(crate) stratum: usize,
    pub(crate) kind: usize,
    pub(crate) year: usize,
    pub(crate) level: usize,
    pub(crate) activity: usize,
    pub(crate) group: usize,
    pub(crate) bracket: usize,
    /// Index into the group's jobs; meaningful where there is a group.
    pub(crate) job: usize,
    /// Index into the stratum's towns.
    pub(crate) town: usize,
    pub(crate) first_name: &'static str,
    pub(crate) surname: &'static str,
    /// Where in the spread of jobs and incomes the person stands, 0 to 1.
    pub(crate) job_luck: f64,
    pub(crate) income_luck: f64,
}

/// Ages in runs of years that the report, the target and the tables all keep together.
struct Segments {
    /// First and last year index of each.
    ends: Vec<(usize, usize)>,
    /// The report's age group of each.
    groups: Vec<u16>,
}

/// Everything that moves from one person to the next.
pub(crate) struct Draw<'a> {
    distribution: &'a Distribution,
    segments: Segments,
    segment_weights: Vec<f64>,
    stratum_weights: Vec<Vec<f64>>,
    segment_stage: Stage<()>,
    stratum_stage: Stage<Segment>,
    year_stage: Stage<Segment>,
    level_stage: Stage<Resident>,
    activity_stage: Stage<Person>,
    group_stage: Stage<Employee>,
    bracket_stage: Stage<Recipient>,
    job_stage: Stage<Applicant>,
    job_weights: &'a BySex,
    regions: Vec<usize>,
    is_polish: bool,
    names: Names,
    town_cumulatives: &'a [Option<Cumulative>],
    town_points: Vec<Sequence>,
    job_points: Vec<Sequence>,
    income_points: Vec<Sequence>,
}

/// How likely each job is for women and men, with the plan's industries.
pub(crate) fn job_weights(plan: &Plan) -> BySex {
    let weighted = |(jobs, weights): (&Vec<Job>, &Vec<[f64; 2]>)| {
        let industry = |job: &Job| job.industry_weight(&plan.industries);
        jobs.iter().zip(weights).map(|(job, own)| own.map(|w| w * industry(job))).collect()
    };
    JOBS.iter().zip(WEIGHTS.iter()).map(weighted).collect()
}

/// Towns of every stratum and the cumulatives to draw them by.
pub(crate) fn town_cumulatives(plan: &Plan) -> (Vec<Vec<Text>>, Vec<Option<Cumulative>>) {
    (0..plan.strata.len())
        .map(|stratum| {
            let towns = towns(plan.country, &plan.strata, stratum);
            let cumulative =
                (!towns.is_empty()).then(|| Cumulative::new(towns.iter().map(|town| town.1)));
            (towns.into_iter().map(|town| town.0).collect::<Vec<_>>(), cumulative)
        })
        .unzip()
}

impl<'a> Draw<'a> {
    pub(crate) fn new(
        plan: &Plan,
        distribution: &'a Distribution,
        (town_cumulatives, job_weights): (&'a [Option<Cumulative>], &'a BySex),
        seed: Seed,
    ) -> Self {
        let seed = seed.child("engine", ENGINE_VERSION.into());
        let segments = Segments::new(plan);
        let regions = regions(plan);
        let (segment_weights, stratum_weights) = weights(distribution, &segments);
        let strata = distribution.strata();
        let runs = segments.ends.len();
        let points = |name: &str, count: usize, step| {
            (0..count).map(|i| Sequence::new(seed.child(name, i as u64), step)).collect()
        };
        Self {
            segment_stage: stages::segment(seed, &segments),
            stratum_stage: stages::stratum(seed, distribution, &regions, runs),
            year_stage: stages::year(seed),
            level_stage: stages::level(seed, runs),
            activity_stage: stages::activity(seed, runs),
            group_stage: stages::group(seed, runs),
            bracket_stage: stages::bracket(seed),
            job_stage: stages::job(seed),
            job_weights,
            distribution,
            segments,
            segment_weights,
            stratum_weights,
            regions,
            is_polish: plan.country == Country::Poland,
            names: Names::new(plan.country, seed.child("names", 0)),
            town_cumulatives,
            town_points: points("town", strata, Sequence::GOLDEN),
            job_points: points("job", (GROUPS + 1) * 2, Sequence::GOLDEN),
            income_points: points("income", ACTIVITIES * BRACKETS, Sequence::THIRD),
        }
    }

    /// The next person.
    pub(crate) fn person(&mut self) -> Allocation {
        let segment = self.segment();
        let kind = segment.kind;
        let stratum = self.stratum(segment);
        let cell = Cell { stratum, kind, year: self.year(segment, stratum) };
        let level = self.level(segment, cell);
        let (sex, year, zone) = (sex_of(kind), cell.year, self.distribution.zone(stratum));
        let person = Person { segment, worker: Worker { sex, year, zone, level } };
        let activity = self.activity(person);
        let group = self.group(person, activity);
        let (pay_zone, class) = (pay_zone_of(zone), person.worker.class());
        let earner = Earner { pay_zone, activity, group, sex, class };
        let weights = self.distribution.brackets(earner);
        let bracket = self.bracket_stage.pick(&Recipient { kind, activity, group }, 0, &weights);
        let job = self.job(stratum, person.worker, (earner, bracket));
        let (first_name, surname) = self.names.draw(sex, year);
        let town_point = self.town_points[stratum].next();
        Allocation {
            stratum,
            kind,
            year,
            level,
            activity,
            group,
            bracket,
            job,
            town: self.town_cumulatives[stratum]
                .as_ref()
                .map_or(0, |cumulative| cumulative.at(town_point)),
            first_name,
            surname,
            job_luck: self.job_points[group * 2 + sex].next(),
            income_luck: self.income_points[activity * BRACKETS + bracket].next(),
        }
    }

    fn segment(&mut self) -> Segment {
        let chosen = self.segment_stage.pick(&(), 0, &self.segment_weights);
        Segment { run: chosen / KINDS, kind: chosen % KINDS }
    }

    fn stratum(&mut self, segment: Segment) -> usize {
        let weights = &self.stratum_weights[segment.run * KINDS + segment.kind];
        self.stratum_stage.pick(&segment, 0, weights)
    }

    fn year(&mut self, segment: Segment, stratum: usize) -> usize {
        let Segment { run, kind } = segment;
        let (first, last) = self.segments.ends[run];
        let mut weights = [0.0; YEARS];
        for year in first..=last {
            weights[year - first] = self.distribution.cell(Cell { stratum, kind, year });
        }
        self.year_stage.pick(&segment, first, &weights[..=last - first])
    }

    fn level(&mut self, segment: Segment, cell: Cell) -> usize {
        let weights = self.distribution.levels(cell);
        let (place, region) = (self.distribution.place(cell.stratum), self.regions[cell.stratum]);
        self.level_stage.pick(&Resident { segment, place, region }, 0, &weights)
    }

    fn activity(&mut self, person: Person) -> usize {
        let weights = self.distribution.activities(person.worker);
        self.activity_stage.pick(&person, 0, &weights)
    }

    fn group(&mut self, person: Person, activity: usize) -> usize {
        if !has_group(activity) {
            return NO_GROUP;
        }
        let weights = self.distribution.groups(person.worker, activity);
        self.group_stage.pick(&Employee { person, past: usize::from(activity != 0) }, 0, &weights)
    }

    /// A job of the person's group that suits education and age; better paid ones are likelier in
    /// higher brackets.
    fn job(&mut self, stratum: usize, worker: Worker, (earner, bracket): (Earner, usize)) -> usize {
        let Earner { activity, group, sex, .. } = earner;
        let Some(jobs) = JOBS.get(group) else { return 0 };
        let age = age(worker.year);
        let rural = place_of(worker.zone) == 1;
        let voivodeship = self.is_polish.then(|| self.regions[stratum]);
        let is_past = activity != 0;
        let mut weights = [0.0; MOST_JOBS];
        for (index, job) in jobs.iter().enumerate() {
            if job.is_open_to(worker.level, age, is_past) && job.suits_place(rural, voivodeship) {
                weights[index] = self.job_weights[group][index][sex]
                    * PAY_FIT[bracket][usize::from(job.pay) - 1];
            }
        }
        let applicant = Applicant { past: usize::from(is_past), group, sex };
        self.job_stage.pick(&applicant, 0, &weights[..jobs.len()])
    }
}

impl Segments {
    fn new(plan: &Plan) -> Self {
        const TABLE: [u8; 9] = [18, 20, 25, 35, 45, 55, 65, 75, 85];
        let mut segments = Self { ends: vec![], groups: vec![] };
        for (group, (_, from, to)) in plan.age_groups().into_iter().enumerate() {
            let (from, to) = (from.max(YOUNGEST), to.min(OLDEST));
            let mut first = from;
            for cut in TABLE.into_iter().filter(|cut| (from + 1..=to).contains(cut)) {
                segments.push(first, cut - 1, group);
                first = cut;
            }
            segments.push(first, to, group);
        }
        segments
    }

    fn push(&mut self, first: u8, last: u8, group: usize) {
        self.ends.push((super::axis::year_index(first), super::axis::year_index(last)));
        self.groups.push(group as u16);
    }
}

/// Weights of run × kind, and for each of these the weights of the strata.
fn weights(distribution: &Distribution, segments: &Segments) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut totals = Vec::new();
    let mut strata = Vec::new();
    for (first, last) in &segments.ends {
        for kind in 0..KINDS {
            let weights: Vec<f64> = (0..distribution.strata())
                .map(|stratum| {
                    let cell = |year| distribution.cell(Cell { stratum, kind, year });
                    (*first..=*last).map(cell).sum()
                })
                .collect();
            totals.push(weights.iter().sum());
            strata.push(weights);
        }
    }
    (totals, strata)
}

/// The number of each stratum's voivodeship; abroad all strata count as one.
fn regions(plan: &Plan) -> Vec<usize> {
    plan.strata
        .iter()
        .map(|stratum| match plan.country {
            Country::Poland => stratum.territory / 2,
            Country::International => stratum.territory,
        })
        .collect()
}
