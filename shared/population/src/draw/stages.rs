//! What each attribute is balanced over when it is allocated: alone, and with others.
//!
//! A margin's weight says how much it counts beside the others of its stage; its phase, how far from zero its
//! first debts lie. Both were chosen by hand, so that `examples/population-bars` passes: what a report shows
//! alone weighs most, a pair less, and least what has so many rows that few people share one.

use super::Segments;
use crate::allocate::Stage;
use crate::axis::{ACTIVITIES, BRACKETS, GROUPS, KINDS, LEVELS, YEARS};
use crate::distribution::{Distribution, Worker};
use crate::joint::VOIVODESHIPS;
use shared::Seed;

/// No group has more jobs than this.
pub(super) const MOST_JOBS: usize = 64;
/// How much rare options are held back where there are many: see [`Stage::new`]. Chosen by hand.
const RARITY: f64 = 0.05;

/// Somebody of whom age and sex are drawn.
#[derive(Clone, Copy)]
pub(super) struct Segment {
    /// Which run of years.
    pub(super) run: usize,
    pub(super) kind: usize,
}

/// Somebody whose home is drawn too.
pub(super) struct Resident {
    pub(super) segment: Segment,
    pub(super) place: usize,
    pub(super) region: usize,
}

/// Somebody before their work is drawn.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) segment: Segment,
    pub(super) worker: Worker,
}

/// Somebody who works, or has worked.
pub(super) struct Employee {
    pub(super) person: Person,
    /// 1 for those who have retired.
    pub(super) past: usize,
}

/// Somebody before their income is drawn.
pub(super) struct Recipient {
    pub(super) kind: usize,
    pub(super) activity: usize,
    pub(super) group: usize,
}

/// Somebody before their job is drawn.
pub(super) struct Applicant {
    /// 1 for those who have retired.
    pub(super) past: usize,
    pub(super) group: usize,
    pub(super) sex: usize,
}

/// Age and sex: the pair in the report's groups weighs most, then each alone.
pub(super) fn segment(seed: Seed, segments: &Segments) -> Stage<()> {
    let runs = segments.ends.len();
    let options = runs * KINDS;
    let groups = segments.groups.iter().map(|group| usize::from(*group) + 1).max().unwrap_or(1);
    let group = |option: usize| segments.groups[option / KINDS];
    let by = |column: &dyn Fn(usize) -> u16| (0..options).map(column).collect::<Vec<u16>>();
    Stage::new(seed.child("segment", 0), 0.0)
        .alone(0.5, options, 0.2)
        .grouped(0.8, groups * KINDS, by(&|o| group(o) * KINDS as u16 + (o % KINDS) as u16), 0.1)
        .grouped(1.0, groups, by(&group), 0.05)
        .grouped(1.0, KINDS, by(&|o| (o % KINDS) as u16), 0.05)
        .grouped(0.4, runs, by(&|o| (o / KINDS) as u16), 0.1)
}

/// Places: each stratum, voivodeship and class of place alone, then within age and sex.
pub(super) fn stratum(
    seed: Seed,
    distribution: &Distribution,
    regions: &[usize],
    runs: usize,
) -> Stage<Segment> {
    let strata = distribution.strata();
    let columns = regions.iter().max().map_or(1, |last| last + 1);
    let region_of: Vec<u16> = regions.iter().map(|region| *region as u16).collect();
    let place_of: Vec<u16> =
        (0..strata).map(|stratum| distribution.place(stratum) as u16).collect();
    // The name is of before strata were called so: another would draw other people.
    Stage::new(seed.child("site", 0), 0.0)
        .alone(1.0, strata, 0.3)
        .grouped(1.3, columns, region_of, 0.2)
        .grouped(0.8, 2, place_of, 0.1)
        .with(0.3, [runs, KINDS], |s: &Segment| [s.run, s.kind], strata, 0.5)
        .with(0.3, [runs], |s: &Segment| [s.run], strata, 0.4)
        .with(0.3, [KINDS], |s: &Segment| [s.kind], strata, 0.4)
}

/// The year of birth, within a run of years.
pub(super) fn year(seed: Seed) -> Stage<Segment> {
    Stage::new(seed.child("year", 0), 0.0).alone(1.0, YEARS, 0.5).with(
        0.6,
        [KINDS],
        |s: &Segment| [s.kind],
        YEARS,
        0.5,
    )
}

/// Education.
pub(super) fn level(seed: Seed, runs: usize) -> Stage<Resident> {
    Stage::new(seed.child("level", 0), RARITY)
        .alone(1.0, LEVELS, 0.1)
        .with(0.7, [runs], |r: &Resident| [r.segment.run], LEVELS, 0.3)
        .with(0.7, [KINDS], |r: &Resident| [r.segment.kind], LEVELS, 0.3)
        .with(0.4, [2], |r: &Resident| [r.place], LEVELS, 0.3)
        .with(0.3, [VOIVODESHIPS.len()], |r: &Resident| [r.region], LEVELS, 0.3)
        .with(0.5, [runs, KINDS], |r: &Resident| [r.segment.run, r.segment.kind], LEVELS, 0.3)
}

/// Whether somebody works, learns or rests.
pub(super) fn activity(seed: Seed, runs: usize) -> Stage<Person> {
    Stage::new(seed.child("activity", 0), RARITY)
        .alone(1.0, ACTIVITIES, 0.1)
        .with(0.7, [runs, KINDS], |p: &Person| [p.segment.run, p.segment.kind], ACTIVITIES, 0.3)
        .with(0.5, [LEVELS], |p: &Person| [p.worker.level], ACTIVITIES, 0.3)
}

/// The group of occupations.
pub(super) fn group(seed: Seed, runs: usize) -> Stage<Employee> {
    Stage::new(seed.child("group", 0), RARITY)
        .with(1.0, [2], |e: &Employee| [e.past], GROUPS, 0.1)
        .with(0.7, [2, KINDS], |e: &Employee| [e.past, e.person.segment.kind], GROUPS, 0.3)
        .with(0.5, [2, LEVELS], |e: &Employee| [e.past, e.person.worker.level], GROUPS, 0.3)
        .with(0.3, [2, runs], |e: &Employee| [e.past, e.person.segment.run], GROUPS, 0.3)
}

/// The bracket of income.
pub(super) fn bracket(seed: Seed) -> Stage<Recipient> {
    Stage::new(seed.child("bracket", 0), RARITY)
        .alone(1.0, BRACKETS, 0.1)
        .with(0.6, [ACTIVITIES], |r: &Recipient| [r.activity], BRACKETS, 0.3)
        .with(0.5, [KINDS], |r: &Recipient| [r.kind], BRACKETS, 0.3)
        .with(0.4, [GROUPS + 1], |r: &Recipient| [r.group], BRACKETS, 0.3)
}

/// The job within a group.
pub(super) fn job(seed: Seed) -> Stage<Applicant> {
    Stage::new(seed.child("jobs", 0), RARITY)
        .with(1.0, [2, GROUPS, 2], |a: &Applicant| [a.past, a.group, a.sex], MOST_JOBS, 0.4)
        .with(0.6, [2, GROUPS], |a: &Applicant| [a.past, a.group], MOST_JOBS, 0.3)
}
