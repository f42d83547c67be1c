//! One person after the other: the allocation of everything that is balanced.

use super::ENGINE_VERSION;
use super::allocate::Stage;
use super::axis::{
    ACTIVITIES, BRACKETS, GROUPS, KINDS, LEVELS, NO_GROUP, OLDEST, YEARS, YOUNGEST, age,
    pay_zone_of, place_of, sex_of,
};
use super::distribution::{Cell, Distribution, Worker, has_group};
use super::income::Earner;
use super::jobs::{BySex, JOBS, Job, PAY_FIT, WEIGHTS};
use super::joint::VOIVODESHIPS;
use super::low_discrepancy::{Cumulative, Sequence};
use super::names::Names;
use super::plan::Plan;
use super::stratum::towns;
use shared::Seed;
use shared::persona::card::{Country, Text};

/// What is allocated to a person, as numbers of the axes.
#[derive(Debug, Clone)]
pub(crate) struct Allocation {
    pub(crate) site: usize,
    pub(crate) kind: usize,
    pub(crate) year: usize,
    pub(crate) level: usize,
    pub(crate) activity: usize,
    pub(crate) group: usize,
    pub(crate) bracket: usize,
    /// Index into the group's jobs; meaningful where there is a group.
    pub(crate) job: usize,
    /// Index into the site's towns.
    pub(crate) town: usize,
    pub(crate) first_name: &'static str,
    pub(crate) surname: &'static str,
    /// Where in the spread of jobs and incomes the person stands, 0 to 1.
    pub(crate) job_luck: f64,
    pub(crate) income_luck: f64,
}

/// Somebody before their work is drawn.
#[derive(Clone, Copy)]
struct Person {
    /// Which run of years.
    run: usize,
    kind: usize,
    worker: Worker,
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
    site_weights: Vec<Vec<f64>>,
    segment_stage: Stage,
    site_stage: Stage,
    year_stage: Stage,
    level_stage: Stage,
    activity_stage: Stage,
    group_stage: Stage,
    bracket_stage: Stage,
    job_stage: Stage,
    job_weights: &'a BySex,
    regions: Vec<usize>,
    is_polish: bool,
    names: Names,
    town_cumulatives: &'a [Option<Cumulative>],
    town_points: Vec<Sequence>,
    job_points: Vec<Sequence>,
    income_points: Vec<Sequence>,
}

/// No group has more jobs than this.
const MOST_JOBS: usize = 64;

/// How likely each job is for women and men, with the plan's industries.
pub(crate) fn job_weights(plan: &Plan) -> BySex {
    let weighted = |(jobs, weights): (&Vec<Job>, &Vec<[f64; 2]>)| {
        let industry = |job: &Job| job.industry_weight(&plan.industries);
        jobs.iter().zip(weights).map(|(job, own)| own.map(|w| w * industry(job))).collect()
    };
    JOBS.iter().zip(WEIGHTS.iter()).map(weighted).collect()
}

/// Towns of every site and the cumulatives to draw them by.
pub(crate) fn town_cumulatives(plan: &Plan) -> (Vec<Vec<Text>>, Vec<Option<Cumulative>>) {
    (0..plan.sites.len())
        .map(|site| {
            let towns = towns(plan.country, &plan.sites, site);
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
        let (segment_weights, site_weights) = weights(distribution, &segments);
        let sites = distribution.sites();
        let runs = segments.ends.len();
        let stage = |name: &str, rarity| Stage::new(seed.child(name, 0), rarity);
        let points = |name: &str, count: usize, step| {
            (0..count).map(|i| Sequence::new(seed.child(name, i as u64), step)).collect()
        };
        Self {
            segment_stage: segment_stage(stage("segment", 0.0), &segments),
            site_stage: site_stage(stage("site", 0.0), distribution, &regions, runs),
            year_stage: stage("year", 0.0)
                .margin(1.0, 1, YEARS, 0.5)
                .margin(0.6, KINDS, YEARS, 0.5),
            level_stage: stage("level", 0.05)
                .margin(1.0, 1, LEVELS, 0.1)
                .margin(0.7, runs, LEVELS, 0.3)
                .margin(0.7, KINDS, LEVELS, 0.3)
                .margin(0.4, 2, LEVELS, 0.3)
                .margin(0.3, VOIVODESHIPS.len(), LEVELS, 0.3)
                .margin(0.5, runs * KINDS, LEVELS, 0.3),
            activity_stage: stage("activity", 0.05)
                .margin(1.0, 1, ACTIVITIES, 0.1)
                .margin(0.7, runs * KINDS, ACTIVITIES, 0.3)
                .margin(0.5, LEVELS, ACTIVITIES, 0.3),
            group_stage: stage("group", 0.05)
                .margin(1.0, 2, GROUPS, 0.1)
                .margin(0.7, 2 * KINDS, GROUPS, 0.3)
                .margin(0.5, 2 * LEVELS, GROUPS, 0.3)
                .margin(0.3, 2 * runs, GROUPS, 0.3),
            bracket_stage: stage("bracket", 0.05)
                .margin(1.0, 1, BRACKETS, 0.1)
                .margin(0.6, ACTIVITIES, BRACKETS, 0.3)
                .margin(0.5, KINDS, BRACKETS, 0.3)
                .margin(0.4, GROUPS + 1, BRACKETS, 0.3),
            job_stage: stage("jobs", 0.05).margin(1.0, 2 * GROUPS * 2, MOST_JOBS, 0.4).margin(
                0.6,
                2 * GROUPS,
                MOST_JOBS,
                0.3,
            ),
            job_weights,
            distribution,
            segments,
            segment_weights,
            site_weights,
            regions,
            is_polish: plan.country == Country::Poland,
            names: Names::new(plan.country, seed.child("names", 0)),
            town_cumulatives,
            town_points: points("town", sites, Sequence::GOLDEN),
            job_points: points("job", (GROUPS + 1) * 2, Sequence::GOLDEN),
            income_points: points("income", ACTIVITIES * BRACKETS, Sequence::THIRD),
        }
    }

    /// The next person.
    pub(crate) fn person(&mut self) -> Allocation {
        let (run, kind) = self.segment();
        let site = self.site(run, kind);
        let cell = Cell { site, kind, year: self.year(run, kind, site) };
        let level = self.level(run, cell);
        let (sex, year, zone) = (sex_of(kind), cell.year, self.distribution.zone(site));
        let person = Person { run, kind, worker: Worker { sex, year, zone, level } };
        let activity = self.activity(person);
        let group = self.group(person, activity);
        let (pay_zone, class) = (pay_zone_of(zone), person.worker.class());
        let earner = Earner { pay_zone, activity, group, sex, class };
        let weights = self.distribution.brackets(earner);
        let bracket = self.bracket_stage.pick(&[0, activity, kind, group], 0, &weights);
        let job = self.job(site, person.worker, (earner, bracket));
        let (first_name, surname) = self.names.draw(sex, year);
        let town_point = self.town_points[site].next();
        Allocation {
            site,
            kind,
            year,
            level,
            activity,
            group,
            bracket,
            job,
            town: self.town_cumulatives[site]
                .as_ref()
                .map_or(0, |cumulative| cumulative.at(town_point)),
            first_name,
            surname,
            job_luck: self.job_points[group * 2 + sex].next(),
            income_luck: self.income_points[activity * BRACKETS + bracket].next(),
        }
    }

    fn segment(&mut self) -> (usize, usize) {
        let rows = [0; 5];
        let chosen = self.segment_stage.pick(&rows, 0, &self.segment_weights);
        (chosen / KINDS, chosen % KINDS)
    }

    fn site(&mut self, run: usize, kind: usize) -> usize {
        let cell = run * KINDS + kind;
        self.site_stage.pick(&[0, 0, 0, cell, run, kind], 0, &self.site_weights[cell])
    }

    fn year(&mut self, run: usize, kind: usize, site: usize) -> usize {
        let (first, last) = self.segments.ends[run];
        let mut weights = [0.0; YEARS];
        for year in first..=last {
            weights[year - first] = self.distribution.cell(Cell { site, kind, year });
        }
        self.year_stage.pick(&[0, kind], first, &weights[..=last - first])
    }

    fn level(&mut self, run: usize, cell: Cell) -> usize {
        let weights = self.distribution.levels(cell);
        let Cell { site, kind, .. } = cell;
        let rows =
            [0, run, kind, self.distribution.place(site), self.regions[site], run * KINDS + kind];
        self.level_stage.pick(&rows, 0, &weights)
    }

    fn activity(&mut self, Person { run, kind, worker }: Person) -> usize {
        let weights = self.distribution.activities(worker);
        self.activity_stage.pick(&[0, run * KINDS + kind, worker.level], 0, &weights)
    }

    fn group(&mut self, Person { run, kind, worker }: Person, activity: usize) -> usize {
        if !has_group(activity) {
            return NO_GROUP;
        }
        let weights = self.distribution.groups(worker, activity);
        let past = usize::from(activity != 0);
        let rows = [
            past,
            past * KINDS + kind,
            past * LEVELS + worker.level,
            past * self.segments.ends.len() + run,
        ];
        self.group_stage.pick(&rows, 0, &weights)
    }

    /// A job of the person's group that suits education and age; better paid ones are likelier in
    /// higher brackets.
    fn job(&mut self, site: usize, worker: Worker, (earner, bracket): (Earner, usize)) -> usize {
        let Earner { activity, group, sex, .. } = earner;
        let Some(jobs) = JOBS.get(group) else { return 0 };
        let age = age(worker.year);
        let rural = place_of(worker.zone) == 1;
        let voivodeship = self.is_polish.then(|| self.regions[site]);
        let mut weights = [0.0; MOST_JOBS];
        for (index, job) in jobs.iter().enumerate() {
            let suits = job.suits(worker.level, age) && job.is_of_their_time(age);
            let is_past = activity != 0;
            if suits && job.suits_place(rural, voivodeship) && (is_past || job.is_worked_at(age)) {
                weights[index] = self.job_weights[group][index][sex]
                    * PAY_FIT[bracket][usize::from(job.pay) - 1];
            }
        }
        let past = usize::from(activity != 0) * GROUPS;
        let rows = [(past + group) * 2 + sex, past + group];
        self.job_stage.pick(&rows, 0, &weights[..jobs.len()])
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

/// Weights of run × kind, and for each of these the weights of the sites.
fn weights(distribution: &Distribution, segments: &Segments) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut totals = Vec::new();
    let mut sites = Vec::new();
    for (first, last) in &segments.ends {
        for kind in 0..KINDS {
            let weights: Vec<f64> = (0..distribution.sites())
                .map(|site| {
                    let cell = |year| distribution.cell(Cell { site, kind, year });
                    (*first..=*last).map(cell).sum()
                })
                .collect();
            totals.push(weights.iter().sum());
            sites.push(weights);
        }
    }
    (totals, sites)
}

/// Age and sex: the pair in the report's groups weighs most, then each alone.
fn segment_stage(stage: Stage, segments: &Segments) -> Stage {
    let options = segments.ends.len() * KINDS;
    let groups = segments.groups.iter().map(|group| usize::from(*group) + 1).max().unwrap_or(1);
    let group = |option: usize| segments.groups[option / KINDS];
    let by = |column: &dyn Fn(usize) -> u16| (0..options).map(column).collect::<Vec<u16>>();
    stage
        .margin(0.5, 1, options, 0.2)
        .grouped(0.8, 1, groups * KINDS, by(&|o| group(o) * KINDS as u16 + (o % KINDS) as u16), 0.1)
        .grouped(1.0, 1, groups, by(&group), 0.05)
        .grouped(1.0, 1, KINDS, by(&|o| (o % KINDS) as u16), 0.05)
        .grouped(0.4, 1, segments.ends.len(), by(&|o| (o / KINDS) as u16), 0.1)
}

/// Places: each site, voivodeship and class of place alone, then within age and sex.
fn site_stage(stage: Stage, distribution: &Distribution, regions: &[usize], runs: usize) -> Stage {
    let sites = distribution.sites();
    let columns = regions.iter().max().map_or(1, |last| last + 1);
    let region_of: Vec<u16> = regions.iter().map(|region| *region as u16).collect();
    let place_of: Vec<u16> = (0..sites).map(|site| distribution.place(site) as u16).collect();
    stage
        .margin(1.0, 1, sites, 0.3)
        .grouped(1.3, 1, columns, region_of, 0.2)
        .grouped(0.8, 1, 2, place_of, 0.1)
        .margin(0.3, runs * KINDS, sites, 0.5)
        .margin(0.3, runs, sites, 0.4)
        .margin(0.3, KINDS, sites, 0.4)
}

/// The number of each site's voivodeship; abroad all sites count as one.
fn regions(plan: &Plan) -> Vec<usize> {
    plan.sites
        .iter()
        .map(|site| match plan.country {
            Country::Poland => site.territory / 2,
            Country::International => site.territory,
        })
        .collect()
}
