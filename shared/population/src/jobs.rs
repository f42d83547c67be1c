//! The jobs within an occupation group, and which of them women and men have.
//!
//! The jobs and their weights are ours. The share of women in each is modelled: published shares
//! (`occupations-women.csv`: 15 Polish, the others of the United States) raked to the Polish women
//! and men in each group, Polish rows held.

use std::sync::LazyLock;

use super::activity::POLAND_ACTIVITY;
use super::axis::{BRACKETS, GROUPS, LEVELS, REFERENCE_YEAR, YEARS, class_of};
use super::education::POLAND_LEVELS;
use super::income::{Earner, bracket_chances};
use super::joint::{POLAND, VOIVODESHIPS, years};
use super::occupation::{GROUP_CHANCES, women};
use super::pay_zone::WHOLE;
use shared::text::table::{number, rows, small};

/// A job: both forms of its Polish name, English, and who can do it.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Share within the group.
    pub(crate) weight: f64,
    /// Polish, by sex: feminine, masculine.
    pub(crate) polish: [&'static str; 2],
    pub(crate) english: &'static str,
    /// Lowest and highest level that usually does this job.
    pub(crate) levels: (usize, usize),
    pub(crate) youngest: u8,
    /// Pay within the group, 1 (low) to 5 (high).
    pub(crate) pay: u8,
    pub(crate) industries: Vec<&'static str>,
    /// The share of women as it was published.
    pub(crate) women: f64,
    /// The key of where that was published.
    pub(crate) women_source: &'static str,
    /// The year from which people could take it up; 0 where it is old.
    pub(crate) since: u16,
    place: JobPlace,
}

/// Where a job is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobPlace {
    Anywhere,
    /// Trams run in towns.
    Town,
    /// Orchards are in the country.
    Country,
    /// Where coal and copper are.
    Mines,
}

impl JobPlace {
    fn parse(word: &str) -> Self {
        match word {
            "" => Self::Anywhere,
            "town" => Self::Town,
            "country" => Self::Country,
            "mines" => Self::Mines,
            _ => panic!("the table of jobs has no place `{word}`"),
        }
    }
}

impl Job {
    pub(crate) fn suits(&self, level: usize, age: u8) -> bool {
        (self.levels.0..=self.levels.1).contains(&level) && age >= self.youngest
    }

    /// Whether someone of this education and age can have it, or, where they have retired, can have had it.
    pub(crate) fn is_open_to(&self, level: usize, age: u8, is_past: bool) -> bool {
        self.suits(level, age) && self.is_of_their_time(age) && (is_past || self.is_worked_at(age))
    }

    /// Whether it existed when someone of this age was young enough to take it up.
    pub(crate) fn is_of_their_time(&self, age: u8) -> bool {
        const OLDEST_BEGINNER: u16 = 35;
        self.since <= REFERENCE_YEAR - u16::from(age) + OLDEST_BEGINNER
    }

    /// Whether people of this age are still in it: soldiers, policemen, firefighters and miners are on
    /// their pensions early.
    pub(crate) fn is_worked_at(&self, age: u8) -> bool {
        age < PENSION_OF_SERVICE || !IN_SERVICE.contains(&self.english)
    }

    /// Whether it is done there. `voivodeship` is its number in Poland.
    pub(crate) fn suits_place(&self, is_rural: bool, voivodeship: Option<usize>) -> bool {
        self.is_done(is_rural, voivodeship.is_none_or(has_mines))
    }

    /// Whether it is done in such a place.
    pub(crate) fn is_done(&self, is_rural: bool, has_mines: bool) -> bool {
        match self.place {
            JobPlace::Anywhere => true,
            JobPlace::Town => !is_rural,
            JobPlace::Country => is_rural,
            JobPlace::Mines => has_mines,
        }
    }

    /// Whether the share of women is a Polish figure.
    fn is_polish(&self) -> bool {
        self.women_source.starts_with("pl-")
    }
}

/// Jobs by group.
pub(crate) static JOBS: LazyLock<Vec<Vec<Job>>> = LazyLock::new(jobs);

fn jobs() -> Vec<Vec<Job>> {
    let mut jobs = vec![Vec::new(); GROUPS];
    let women = rows(include_str!("../../data/occupations-women.csv"));
    let since: Vec<[&str; 2]> = rows(include_str!("../../data/occupations-since.csv")).collect();
    for (row, women) in rows::<11>(include_str!("../../data/occupations.csv")).zip(women) {
        let [group, weight, masculine, feminine, english, rest @ ..] = row;
        let [min, max, youngest, pay, industries, place]: [&str; 6] = rest;
        let [job, _, share, _, source, _]: [&str; 6] = women;
        assert_eq!(job, english, "both tables of jobs have the same order");
        jobs[usize::from(small(group))].push(Job {
            weight: number(weight),
            polish: [feminine, masculine],
            english,
            levels: (usize::from(small(min)), usize::from(small(max))),
            youngest: small(youngest),
            pay: small(pay),
            industries: industries.split(',').collect(),
            women: number(share),
            women_source: source,
            since: since
                .iter()
                .find(|[known, _]| *known == english)
                .map_or(0, |[_, year]| number(year) as u16),
            place: JobPlace::parse(place),
        });
    }
    jobs
}

/// Voivodeships with mines of hard coal, lignite or copper.
const MINING: [&str; 6] =
    ["śląskie", "małopolskie", "dolnośląskie", "lubelskie", "łódzkie", "wielkopolskie"];

pub(crate) fn has_mines(voivodeship: usize) -> bool {
    MINING.contains(&VOIVODESHIPS[voivodeship])
}

/// Jobs that are left for a pension of their own after 15 to 25 years; soldiers are a whole group.
const IN_SERVICE: [&str; 3] = ["police officer", "firefighter", "miner"];
/// From this age on nobody is in them any more. Modelled: the laws let some stay to 60 or 63.
pub(crate) const PENSION_OF_SERVICE: u8 = 56;

/// A number for women and men in each job of each group.
pub(crate) type BySex = Vec<Vec<[f64; 2]>>;

/// What share of a group's women, and of its men, has each job.
pub(crate) static OF_GROUP: LazyLock<BySex> = LazyLock::new(|| {
    let women = women();
    (0..GROUPS).map(|group| raked(&JOBS[group], women[group])).collect()
});

/// How likely each job is before education, age and pay are looked at: with these the Polish people
/// in work have the jobs of `OF_GROUP`.
pub(crate) static WEIGHTS: LazyLock<BySex> = LazyLock::new(|| (0..GROUPS).map(fitted).collect());

/// How well the five steps of pay within a group go with each income bracket. Modelled: the better paid a job, the
/// higher the bracket; the sizes were chosen by hand.
pub(crate) const PAY_FIT: [[f64; 5]; BRACKETS] = [
    [1.6, 1.2, 0.8, 0.4, 0.15],
    [1.4, 1.2, 1.0, 0.6, 0.25],
    [0.8, 1.0, 1.1, 1.1, 0.8],
    [0.3, 0.6, 1.0, 1.4, 1.6],
    [0.12, 0.3, 0.8, 1.5, 2.4],
    [0.03, 0.1, 0.4, 1.2, 3.0],
];

/// Published shares of 0 and 1 cannot be raked; small rows are noise near them.
const LEAST_SHARE: f64 = 0.01;

/// Women and men of one group by job. Women in all rows that are not Polish are scaled by one
/// factor and men by another, so that the group has its share of women; soldiers have Polish rows
/// only, which are then all scaled.
fn raked(jobs: &[Job], women: f64) -> Vec<[f64; 2]> {
    let all: f64 = jobs.iter().map(|job| job.weight).sum();
    let published = |job: &Job| {
        let share = job.women.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
        [share, 1.0 - share].map(|share| share * job.weight / all)
    };
    let some_move = jobs.iter().any(|job| !job.is_polish());
    let moves = |job: &Job| !some_move || !job.is_polish();
    let sum = |sex: usize, moving: bool| -> f64 {
        jobs.iter().filter(|job| moves(job) == moving).map(|job| published(job)[sex]).sum()
    };
    let wanted = [women, 1.0 - women];
    let scale: [f64; 2] =
        std::array::from_fn(|sex| (wanted[sex] - sum(sex, false)) / sum(sex, true));
    jobs.iter()
        .map(|job| {
            let own = published(job);
            std::array::from_fn(|sex| {
                own[sex] * if moves(job) { scale[sex] } else { 1.0 } / wanted[sex]
            })
        })
        .collect()
}

/// People in work in one group, one sex: by year of age, level and bracket.
type WorkersByYear = [[[f64; BRACKETS]; LEVELS]; YEARS];

/// Iterative proportional fitting of the weights of one group.
fn fitted(group: usize) -> Vec<[f64; 2]> {
    // chosen by hand: after these one worker in 200 at most is off, as a test holds
    const ROUNDS: usize = 25;
    let mut weights = vec![[0.0; 2]; JOBS[group].len()];
    for sex in 0..2 {
        let workers = workers(group, sex);
        let people: f64 = workers.iter().flatten().flatten().sum();
        let mut own: Vec<f64> = OF_GROUP[group].iter().map(|share| share[sex]).collect();
        for _ in 0..ROUNDS {
            let counts = counts(group, &workers, &own);
            for ((weight, count), share) in own.iter_mut().zip(counts).zip(&OF_GROUP[group]) {
                *weight *= if count > 0.0 { share[sex] * people / count } else { 1.0 };
            }
        }
        weights.iter_mut().zip(own).for_each(|(weight, own)| weight[sex] = own);
    }
    weights
}

/// How many of these people have each job.
fn counts(group: usize, workers: &WorkersByYear, weights: &[f64]) -> Vec<f64> {
    let mut counts = vec![0.0; weights.len()];
    for (age, levels) in workers.iter().enumerate() {
        let age = super::axis::YOUNGEST + age as u8;
        for (level, brackets) in levels.iter().enumerate() {
            if brackets.iter().all(|people| *people == 0.0) {
                continue;
            }
            let is_open = |job: &usize| JOBS[group][*job].is_open_to(level, age, false);
            let open: Vec<usize> = (0..weights.len()).filter(is_open).collect();
            for (fit, people) in PAY_FIT.iter().zip(brackets).filter(|(_, people)| **people > 0.0) {
                let chance =
                    |job: &usize| weights[*job] * fit[usize::from(JOBS[group][*job].pay) - 1];
                let all: f64 = open.iter().map(chance).sum();
                open.iter().for_each(|job| counts[*job] += people * chance(job) / all);
            }
        }
    }
    counts
}

fn workers(group: usize, sex: usize) -> Box<WorkersByYear> {
    let mut workers = Box::new([[[0.0; BRACKETS]; LEVELS]; YEARS]);
    for (year, age) in years() {
        let class = class_of(age);
        let pay = bracket_chances(Earner { pay_zone: WHOLE, activity: 0, group, sex, class });
        for level in 0..LEVELS {
            let people: f64 = (0..POLAND.len())
                .map(|territory| {
                    POLAND[territory][sex][year]
                        * POLAND_LEVELS[territory][sex][year][level]
                        * GROUP_CHANCES[class][sex][territory % 2][level][group]
                })
                .sum::<f64>()
                * POLAND_ACTIVITY[sex][year][level][0];
            workers[year][level].iter_mut().zip(pay).for_each(|(w, p)| *w += people * p);
        }
    }
    workers
}

/// How many times likelier jobs in a wanted industry are. Chosen by hand.
pub(crate) const INDUSTRY_WEIGHT: f64 = 16.0;

impl Job {
    /// `INDUSTRY_WEIGHT` for a job in one of these industries, otherwise 1.
    pub(crate) fn industry_weight(&self, industries: &[String]) -> f64 {
        let wanted = industries.iter().any(|industry| self.industries.contains(&industry.as_str()));
        if wanted { INDUSTRY_WEIGHT } else { 1.0 }
    }
}

/// How many times as many people a group has when its jobs in these industries are likelier.
pub(crate) fn industry_factor(group: usize, industries: &[String]) -> f64 {
    let jobs = &JOBS[group];
    let all: f64 = jobs.iter().map(|job| job.weight).sum();
    jobs.iter().map(|job| job.weight * job.industry_weight(industries)).sum::<f64>() / all
}

/// The same among the group's women or men.
pub(crate) fn industry_factor_of(group: usize, sex: usize, industries: &[String]) -> f64 {
    let shares = JOBS[group].iter().zip(&OF_GROUP[group]);
    shares.map(|(job, share)| share[sex] * job.industry_weight(industries)).sum()
}

/// A job and who has it, for reports and checks.
#[derive(Debug, Clone)]
pub struct JobShare {
    /// The group's number.
    pub group: usize,
    /// The job's English name, as on a card.
    pub job: &'static str,
    /// Its share among the women and among the men of its group. Modelled.
    pub of_group: [f64; 2],
    /// The share of women in it. Modelled: raked.
    pub women: f64,
    /// The share of women as it was published.
    pub published: f64,
    /// The key of the source in `docs/data-sources.md`.
    pub source: &'static str,
    /// The year from which people could take it up; 0 where it is old. Modelled.
    pub since: u16,
}

/// Every job and who has it, in the order of the groups.
pub fn job_shares() -> Vec<JobShare> {
    let women = women();
    let share = |group: usize, number: usize, job: &Job| {
        let of_group = OF_GROUP[group][number];
        let counts = [of_group[0] * women[group], of_group[1] * (1.0 - women[group])];
        JobShare {
            group,
            job: job.english,
            of_group,
            women: counts[0] / (counts[0] + counts[1]),
            published: job.women,
            source: job.women_source,
            since: job.since,
        }
    };
    let of_group = |(group, jobs): (usize, &'static Vec<Job>)| {
        jobs.iter().enumerate().map(move |(number, job)| (group, number, job))
    };
    JOBS.iter().enumerate().flat_map(of_group).map(|(g, n, job)| share(g, n, job)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_groups_have_a_dozen_jobs_and_every_job_both_forms() {
        for (group, jobs) in JOBS.iter().enumerate() {
            assert!(jobs.len() >= if group == 0 { 6 } else { 12 });
            assert!(jobs.iter().all(|job| job.polish.iter().all(|form| !form.is_empty())));
            assert!(jobs.iter().all(|job| (1..=5).contains(&job.pay)));
        }
    }

    #[test]
    fn each_group_keeps_the_polish_share_of_women_and_polish_jobs_theirs() {
        let women = women();
        for group in 0..GROUPS {
            for sex in 0..2 {
                let all: f64 = OF_GROUP[group].iter().map(|share| share[sex]).sum();
                assert!((all - 1.0).abs() < 1e-9, "{group} {sex} {all}");
            }
            assert!((0.0..1.0).contains(&women[group]));
        }
        for share in job_shares() {
            assert!((0.0..=1.0).contains(&share.women), "{share:?}");
            if share.group != 0 && share.source.starts_with("pl-") {
                assert!((share.women - share.published).abs() < 1e-9, "{share:?}");
            }
        }
    }

    #[test]
    fn people_in_work_have_the_jobs_of_the_table() {
        let mut off = 0.0;
        for group in 0..GROUPS {
            for sex in 0..2 {
                let workers = workers(group, sex);
                let people: f64 = workers.iter().flatten().flatten().sum();
                let weights: Vec<f64> = WEIGHTS[group].iter().map(|w| w[sex]).collect();
                for (count, share) in counts(group, &workers, &weights).iter().zip(&OF_GROUP[group])
                {
                    off += (count - share[sex] * people).abs() / 2.0 / 17.0e6;
                }
            }
        }
        assert!(off < 0.005, "{off}");
    }

    #[test]
    fn people_have_jobs_of_their_time_and_place_and_a_reason_for_low_pay() {
        use crate::{Plan, Population};
        use shared::Seed;
        use shared::persona::card::{Place, WorkingTime};

        let cards = Population::new(&Plan::everyone(), Seed(2)).cards(0..10_000);

        for card in &cards {
            let job = JOBS.iter().flatten().find(|job| card.occupation_en == job.english);
            let region = VOIVODESHIPS.iter().position(|known| *known == card.region);
            if let Some(job) = job {
                assert!(job.is_of_their_time(card.age), "{card:?}");
                assert!(job.suits_place(card.place == Place::Rural, region), "{card:?}");
            }
            let is_full = card.working_time == Some(WorkingTime::FullTime);
            assert!(!is_full || card.income_monthly_net >= 3_260, "{card:?}");
            assert!(
                card.sex == shared::persona::card::Sex::Female
                    || !(60..65).contains(&card.age)
                    || card.occupation_en != "not working",
                "{card:?}"
            );
        }
    }
}
