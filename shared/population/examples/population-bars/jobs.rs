//! Women and men by job, held against the table.

use population::{JobShare, Plan, Population, job_shares};
use shared::Seed;
use shared::persona::Card;
use shared::persona::card::{Activity, Sex};

/// Jobs that a reader notices first.
pub(crate) const NAMED: [&str; 8] = [
    "software developer",
    "construction labourer",
    "security guard",
    "nurse",
    "bricklayer",
    "lorry driver",
    "nursery school teacher",
    "primary school teacher",
];

/// How far the share of women in a named job may be off.
pub(crate) const REACH: f64 = 0.10;

/// A job with the share of women among the people of a sample.
pub(crate) struct Seen {
    pub(crate) job: JobShare,
    pub(crate) people: usize,
    pub(crate) women: f64,
}

impl Seen {
    pub(crate) fn passes(&self) -> bool {
        (self.women - self.job.women).abs() <= REACH
    }
}

/// The named jobs among 20,000 people.
pub(crate) fn named(plan: &Plan) -> Vec<Seen> {
    let cards = Population::new(plan, Seed(2)).cards(0..20_000);
    let jobs = job_shares().into_iter().filter(|job| NAMED.contains(&job.job));
    jobs.map(|job| {
        let has =
            |card: &&Card| card.activity == Activity::Employed && card.occupation_en == job.job;
        let people = cards.iter().filter(has).count();
        let women = cards.iter().filter(has).filter(|card| card.sex == Sex::Female).count();
        Seen { job, people, women: women as f64 / people.max(1) as f64 }
    })
    .collect()
}

/// The number of the job of someone in work.
pub(super) fn number(card: &Card) -> Option<usize> {
    let group = card.occupation_group.filter(|_| card.activity == Activity::Employed)? as usize;
    JOBS.with(|jobs| jobs.iter().position(|j| j.group == group && card.occupation_en == j.job))
}

/// Shares of job × sex, from those of sex × group.
pub(super) fn shares(groups: &[f64]) -> Vec<f64> {
    let columns = groups.len() / 2;
    JOBS.with(|jobs| {
        let both = jobs.iter().flat_map(|job| [0, 1].map(|sex| (job, sex)));
        both.map(|(job, sex)| groups[sex * columns + job.group] * job.of_group[sex]).collect()
    })
}

thread_local! {
    static JOBS: Vec<JobShare> = job_shares();
}
