//! Which jobs the people in work have: what a draw of jobs comes to over everybody.

use super::{Distribution, Earner, Forward, Worker};
use crate::axis::{
    BRACKETS, KINDS, LEVELS, YEARS, ZONES, age, class_of, pay_zone_of, place_of, sex_of,
};
use crate::jobs::{BySex, JOBS, Job, PAY_FIT, has_mines};
use crate::plan::Plan;
use shared::persona::card::{Activity, Country};

const AT_WORK: usize = Activity::Employed as usize;
/// Voivodeships with and without mines, which stand for all others of their sort.
const SORTS: [bool; 2] = [true, false];

/// People of one kind, age, zone and level of education.
#[derive(Clone, Copy)]
struct Cohort {
    kind: usize,
    worker: Worker,
}

/// People of a cohort in one group: their brackets of income, and where they live.
struct InGroup {
    brackets: [f64; BRACKETS],
    /// The part of them in voivodeships with mines, and without.
    mines: [f64; 2],
    group: usize,
}

impl Distribution {
    /// Shares of the people by job and kind; the jobs group by group. `weights` are the plan's.
    pub(crate) fn jobs_at_work(
        &self,
        plan: &Plan,
        forward: &Forward,
        weights: &BySex,
    ) -> Vec<[f64; KINDS]> {
        let mut shares: Vec<Vec<[f64; KINDS]>> =
            JOBS.iter().map(|jobs| vec![[0.0; KINDS]; jobs.len()]).collect();
        for kind in 0..KINDS {
            for year in 0..YEARS {
                let near = self.near_mines(plan, forward, (kind, year));
                for &zone in &self.peopled {
                    for level in 0..LEVELS {
                        let worker = Worker { sex: sex_of(kind), year, zone, level };
                        let cohort = Cohort { kind, worker };
                        for own in self.in_groups(forward, cohort, near[zone]) {
                            add(&mut shares[own.group], cohort, &own, &weights[own.group]);
                        }
                    }
                }
            }
        }
        shares.into_iter().flatten().collect()
    }

    /// By zone, the part of the people of this kind and age in voivodeships with mines.
    fn near_mines(
        &self,
        plan: &Plan,
        forward: &Forward,
        (kind, year): (usize, usize),
    ) -> [f64; ZONES] {
        let (mut near, mut all) = ([0.0; ZONES], [0.0; ZONES]);
        if plan.country == Country::International {
            // as `Job::suits_place` has it: nobody knows where the mines are
            return [1.0; ZONES];
        }
        for (number, stratum) in plan.strata.iter().enumerate() {
            let people = forward.cells[number][kind][year];
            all[self.zone(number)] += people;
            if has_mines(stratum.territory / 2) {
                near[self.zone(number)] += people;
            }
        }
        std::array::from_fn(|zone| if all[zone] > 0.0 { near[zone] / all[zone] } else { 0.0 })
    }

    fn in_groups(&self, forward: &Forward, of: Cohort, near: f64) -> Vec<InGroup> {
        let Worker { sex, year, zone, level } = of.worker;
        let class = class_of(age(year));
        let people = forward.activities[AT_WORK][of.kind][class][zone][level];
        let message = self.group_message[AT_WORK][class][sex][zone][level];
        if people == 0.0 || message == 0.0 {
            return Vec::new();
        }
        let pay_zone = pay_zone_of(zone);
        let groups = self.groups(of.worker, AT_WORK).into_iter().enumerate();
        let groups = groups.filter(|(_, weight)| *weight > 0.0);
        groups
            .map(|(group, weight)| {
                let share = people * weight / message;
                let earner = Earner { pay_zone, activity: AT_WORK, group, sex, class };
                let all = self.bracket_message[AT_WORK][pay_zone][group][sex][class];
                let brackets = self.brackets(earner).map(|bracket| share * bracket / all);
                InGroup { brackets, mines: [near, 1.0 - near], group }
            })
            .collect()
    }
}

/// Adds the people of a cohort in one group to the jobs that they can have, as they are drawn.
fn add(shares: &mut [[f64; KINDS]], of: Cohort, own: &InGroup, weights: &[[f64; 2]]) {
    let jobs = &JOBS[own.group];
    let age = age(of.worker.year);
    let is_rural = place_of(of.worker.zone) == 1;
    for (sort, part) in SORTS.into_iter().zip(own.mines).filter(|(_, part)| *part > 0.0) {
        let is_open =
            |job: &Job| job.is_open_to(of.worker.level, age, false) && job.is_done(is_rural, sort);
        let open: Vec<usize> = (0..jobs.len()).filter(|job| is_open(&jobs[*job])).collect();
        let step = |job: usize| usize::from(jobs[job].pay) - 1;
        let mut by_pay = [0.0; 5];
        open.iter().for_each(|job| by_pay[step(*job)] += weights[*job][of.worker.sex]);
        let mut chances = [0.0; 5];
        for (fit, people) in PAY_FIT.iter().zip(own.brackets) {
            let all: f64 = fit.iter().zip(by_pay).map(|(fit, weight)| fit * weight).sum();
            if all > 0.0 {
                chances.iter_mut().zip(fit).for_each(|(chance, fit)| *chance += people * fit / all);
            }
        }
        for job in open {
            shares[job][of.kind] += part * weights[job][of.worker.sex] * chances[step(job)];
        }
    }
}
