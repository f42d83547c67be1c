//! Jobs, which are looked at with gender only: each by itself, where nothing but a great distance shows
//! among so many, and in ten classes by the women that they have in the table, where little shows.

use std::sync::LazyLock;

use super::{ExpectedAttribute, ExpectedPair, GENDER_AT, Shape, Table, attribute, normalise};
use crate::axis::KINDS;
use crate::draw::job_weights;
use crate::fidelity::Provenance;
use crate::jobs::{JOBS, job_shares};
use shared::persona::card::{Activity, Card};

const SOURCE: &str = "model: jobs and their weights are ours; women in each job as published, most in the \
    United States, raked to the Polish women in each occupation group (Eurostat lfsa_egised 2023)";

/// How many classes of jobs there are, each of a tenth.
const CLASSES: usize = 10;

/// The class of each job: tenths of women in it, in the table.
static CLASS_OF: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let class = |women: f64| (women * CLASSES as f64).min(CLASSES as f64 - 1.0) as u16;
    job_shares().iter().map(|job| class(job.women)).collect()
});

/// Shares of everybody by job and kind.
pub(super) type Jobs = Vec<[f64; KINDS]>;

/// The number of the job of someone in work, in the order of the groups.
pub(super) fn number(card: &Card) -> Option<u16> {
    let group = card.occupation_group.filter(|_| card.activity == Activity::Employed)? as usize;
    let before: usize = JOBS[..group].iter().map(Vec::len).sum();
    let own = JOBS[group].iter().position(|job| job.english == card.occupation_en)?;
    Some((before + own) as u16)
}

/// The number of the job's class.
pub(super) fn class(job: u16) -> u16 {
    CLASS_OF[usize::from(job)]
}

impl Shape<'_> {
    /// What the people in work do.
    pub(super) fn jobs(&self) -> Jobs {
        self.distribution.jobs_at_work(self.plan, self.forward, &job_weights(self.plan))
    }

    /// Jobs among people in work, and their classes.
    pub(super) fn job_attributes(&self, jobs: &Jobs) -> Vec<ExpectedAttribute> {
        let job = JOBS.iter().flatten().map(|job| job.english.to_owned()).collect();
        let tenths = (0..CLASSES).map(|class| format!("{}0%", class)).collect();
        let classes = classes(jobs);
        [("job", job, jobs), ("women_in_job", tenths, &classes)]
            .map(|(name, labels, people)| {
                let mut shares: Vec<f64> = people.iter().map(|kinds| kinds.iter().sum()).collect();
                normalise(&mut shares);
                let (provenance, source) = self.origin(None, Provenance::Modelled, SOURCE);
                attribute(name, labels, shares, provenance, source)
            })
            .into()
    }

    /// Gender × job among people in work, and gender × class.
    pub(super) fn job_pairs(
        &self,
        attributes: &[ExpectedAttribute],
        jobs: &Jobs,
    ) -> [ExpectedPair; 2] {
        let genders = attributes[GENDER_AT].labels.len();
        let first = attributes.len();
        [(first, jobs), (first + 1, &classes(jobs))].map(|(index, people)| {
            let mut table = Table {
                attributes: [GENDER_AT, index],
                columns: people.len(),
                shares: vec![0.0; genders * people.len()],
            };
            for (number, kinds) in people.iter().enumerate() {
                for (kind, share) in kinds.iter().enumerate() {
                    let gender = self.categories.genders[kind].map(usize::from);
                    table.add(gender, Some(number), *share);
                }
            }
            table.pair()
        })
    }
}

/// The same by class.
fn classes(jobs: &Jobs) -> Jobs {
    let mut classes = vec![[0.0; KINDS]; CLASSES];
    for (own, class) in jobs.iter().zip(CLASS_OF.iter()) {
        let class = &mut classes[usize::from(*class)];
        class.iter_mut().zip(own).for_each(|(sum, share)| *sum += share);
    }
    classes
}
