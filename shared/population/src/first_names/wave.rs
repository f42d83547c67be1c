//! When the bearers of a name were born, where births by year are not published.
//!
//! A name's share of the births of a year is a wave with a middle and a width, which rises faster than
//! it falls; what the name keeps outside of it, by the trend of 2000 to 2003; and an older wave
//! whose bearers are nearly all dead. Middle, width and the older wave are those that go best with
//! four figures of the register: bearers who live, bearers who ever were, births of 2000 and how they
//! changed. Modelled: how much each counts was set by hand against names whose time is well known.

use super::{BEFORE, Register, birth};
use crate::axis::{REFERENCE_YEAR, YEARS, age};
use crate::joint::POLAND;

/// Deaths a year: 1 in `1 / LEVEL · e^(GROWTH · age)`, women and men. With these the well-known names
/// have the dead that the register has: Krystyna (1946) 33 %, Elżbieta (1952) 20 %, Grażyna (1957)
/// 13 %, Zbigniew (1953) 34 %, Jarosław (1969) 11 %.
const LEVEL: [f64; 2] = [1.68e-5, 9.6e-5];
const GROWTH: [f64; 2] = [0.100, 0.085];
/// The register began about 1979: who had died by then was never in it.
const BEGAN: u16 = 1979;
/// People in the register of the cohorts older than the oldest adults, women and men: from the first
/// of these years to the last they grow evenly. All of them count as dead.
const DEAD_FROM: u16 = 1894;
const DEAD_TO: u16 = REFERENCE_YEAR - crate::axis::OLDEST as u16 - 1;
const DEAD_COHORTS: [[f64; 2]; 2] = [[30_000.0, 195_000.0], [12_000.0, 165_000.0]];
/// The middle and width of the older wave.
const OLDER: (f64, f64) = (1915.0, 8.0);
/// Widths and parts of all bearers in the older wave that are tried, and the middles: every second year.
const WIDTHS: [f64; 8] = [3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0];
/// How much faster a name comes than it goes.
const RISE: f64 = 0.45;
const OLDER_PARTS: [f64; 8] = [0.0, 0.03, 0.06, 0.12, 0.2, 0.4, 0.6, 0.8];
const MIDDLES: std::ops::Range<u16> = 1926..2000;
/// A name outside of the lists of births had at most about this share of them.
const UNLISTED: f64 = 0.0008;
/// A name that was given in 2000 to fewer than this part of its bearers had passed: its births, and how
/// they changed, say nothing of when it was in use, but it had no more.
const STILL_GIVEN: f64 = 0.004;
/// The usual width of names that were still given in 2000, and of those that had passed.
const USUAL: [f64; 2] = [8.0, 5.7];
/// The middle of the years whose births are known.
const KNOWN: f64 = 2000.5;

/// Who was born when, of one sex: those who live, and those who were ever in the register.
pub(super) struct Cohorts {
    living: Vec<f64>,
    ever: Vec<(f64, f64)>,
    /// All births of 2000 and 2001, and of 2002 and 2003, a year.
    births: [f64; 2],
    tried: Vec<Tried>,
    older: Sums,
}

/// Bearers of a curve of height 1.
#[derive(Clone, Copy)]
struct Sums {
    living: f64,
    ever: f64,
}

/// A wave of height 1.
struct Tried {
    middle: f64,
    width: f64,
    sums: Sums,
    /// Its height at `KNOWN`, and how it changes there in a year.
    height: f64,
    slope: f64,
}

/// When the bearers of a name were born: shares of the births of a year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wave {
    middle: f64,
    width: f64,
    height: f64,
    kept: f64,
    trend: f64,
    older: f64,
}

impl Wave {
    /// The name's share of those born in this year.
    pub(super) fn share(&self, birth: f64) -> f64 {
        self.height * falling_off((birth - self.middle) / self.width)
            + self.kept * ((birth - KNOWN) * self.trend).exp()
            + self.older * falling_off((birth - OLDER.0) / OLDER.1)
    }
}

/// 1 / cosh: a bell whose tails fall by the same part each year, before the middle faster.
fn falling_off(distance: f64) -> f64 {
    1.0 / (if distance < 0.0 { distance / RISE } else { distance }).cosh()
}

/// The part of those ever in the register who live.
fn survival(sex: usize, birth: u16) -> f64 {
    let by = |age: u16| LEVEL[sex] / GROWTH[sex] * (GROWTH[sex] * f64::from(age)).exp();
    (by(BEGAN.saturating_sub(birth)) - by(REFERENCE_YEAR - birth)).exp()
}

impl Cohorts {
    pub(super) fn new(sex: usize) -> Self {
        let people = |year: usize| POLAND.iter().map(|pyramid| pyramid[sex][year]).sum::<f64>();
        let living: Vec<f64> = (0..YEARS).map(people).collect();
        let born = |year: u16| living[usize::from(REFERENCE_YEAR - year) - usize::from(age(0))];
        let [first, last] = DEAD_COHORTS[sex];
        let dead = (DEAD_FROM..=DEAD_TO).map(|year| {
            let part = f64::from(year - DEAD_FROM) / f64::from(DEAD_TO - DEAD_FROM);
            (f64::from(year), first + (last - first) * part)
        });
        let known = (BEFORE..YEARS).map(|year| {
            let birth = REFERENCE_YEAR - u16::from(age(year));
            (f64::from(birth), living[year] / survival(sex, birth))
        });
        let ever = dead.chain(known).collect();
        let births = [2000, 2002].map(|year| f64::midpoint(born(year), born(year + 1)));
        let older = Sums { living: 0.0, ever: 0.0 };
        let mut cohorts = Self { living, ever, births, tried: Vec::new(), older };
        cohorts.older = cohorts.sums(|birth| falling_off((birth - OLDER.0) / OLDER.1));
        cohorts.tried = MIDDLES.step_by(2).flat_map(|middle| cohorts.tried_at(middle)).collect();
        cohorts
    }

    fn tried_at(&self, middle: u16) -> [Tried; WIDTHS.len()] {
        let middle = f64::from(middle);
        WIDTHS.map(|width| {
            let distance = (KNOWN - middle) / width;
            let height = falling_off(distance);
            Tried {
                middle,
                width,
                sums: self.sums(|birth| falling_off((birth - middle) / width)),
                height,
                slope: -height * distance.tanh() / width,
            }
        })
    }

    fn sums(&self, share: impl Fn(f64) -> f64) -> Sums {
        let living = (BEFORE..YEARS).map(|year| share(birth(year)) * self.living[year]).sum();
        let ever = self.ever.iter().map(|(birth, people)| share(*birth) * people).sum();
        Sums { living, ever }
    }

    /// The wave that goes best with what the register says of a name.
    pub(super) fn wave(&self, name: &Register) -> Wave {
        let seen = Seen::new(name, self.births);
        let kept = self.sums(|birth| ((birth - KNOWN) * seen.kept_trend()).exp());
        let mut best = (f64::INFINITY, Wave::none());
        for part in OLDER_PARTS {
            for tried in &self.tried {
                let found = self.fit(&seen, (part, kept), tried);
                best = match found {
                    Some(found) if found.0 < best.0 => found,
                    _ => best,
                };
            }
        }
        best.1
    }

    /// The wave of this middle, width and older part with as many bearers as live, and how badly it
    /// goes with the rest.
    fn fit(&self, seen: &Seen, (part, kept): (f64, Sums), tried: &Tried) -> Option<(f64, Wave)> {
        let older = part * seen.ever / self.older.ever;
        let left = seen.living - older * self.older.living;
        if left <= 0.0 {
            return None;
        }
        let mut height = left / tried.sums.living;
        let mut own = 0.0;
        if seen.is_given && height * tried.height < seen.share {
            // the wave has passed, or not come: what is left of the births is what the name keeps
            let rest = 1.0 - kept.living * tried.height / tried.sums.living;
            own = (seen.share - height * tried.height) / rest;
            if rest <= 0.0 {
                return None;
            }
            own = own.min(0.98 * left / kept.living);
            height = (left - own * kept.living) / tried.sums.living;
        }
        let ever = height * tried.sums.ever + own * kept.ever + part * seen.ever;
        let fit = WaveFit {
            at_known: height * tried.height + own,
            slope: height * tried.slope + own * seen.kept_trend(),
            kept: own,
            kept_part: own * kept.living / seen.living,
            survivors: seen.living / ever,
            older_part: part,
        };
        let wave = Wave {
            middle: tried.middle,
            width: tried.width,
            height,
            kept: own,
            trend: seen.kept_trend(),
            older,
        };
        Some((fit.misses(seen, tried), wave))
    }
}

impl Wave {
    fn none() -> Self {
        Self { middle: 1960.0, width: 8.0, height: 0.0, kept: 0.0, trend: 0.0, older: 0.0 }
    }
}

/// What the register says of a name.
struct Seen {
    living: f64,
    ever: f64,
    /// Its share of the births of 2000 and 2001; the most that it can have been where it had passed.
    share: f64,
    is_given: bool,
    /// How that share changed in a year, as a logarithm.
    trend: f64,
    /// Bearers have come from abroad since: how many have died is unknown.
    have_come: bool,
}

impl Seen {
    fn new(name: &Register, births: [f64; 2]) -> Self {
        // a year, in logarithms; chosen by hand: more is the noise of a rare name
        const STEEPEST: f64 = 0.3;
        let mean = |from: usize| f64::midpoint(name.births[from], name.births[from + 1]);
        let shares = [mean(0) / births[0], mean(2) / births[1]];
        let is_given =
            name.births.iter().all(|births| *births > 0.0) && mean(0) > STILL_GIVEN * name.older();
        let trend = if is_given { (shares[1] / shares[0]).ln() / 2.0 } else { 0.0 };
        Self {
            living: name.older(),
            ever: name.ever(),
            share: if is_given { shares[0] } else { shares[0].max(UNLISTED) },
            is_given,
            trend: trend.clamp(-STEEPEST, STEEPEST),
            have_come: name.have_come(),
        }
    }

    /// How what a name keeps outside of its wave changes: it rises if the name does.
    fn kept_trend(&self) -> f64 {
        self.trend.max(0.015)
    }
}

/// A wave's figures beside those of the register.
struct WaveFit {
    at_known: f64,
    slope: f64,
    kept: f64,
    kept_part: f64,
    survivors: f64,
    older_part: f64,
}

impl WaveFit {
    /// How far the figures are off, each in its own unit, and how unusual the wave is.
    fn misses(&self, seen: &Seen, tried: &Tried) -> f64 {
        let usual = USUAL[usize::from(!seen.is_given)];
        let mut misses = ((tried.width / usual).ln() / 0.27).powi(2)
            + self.older_part / 0.013
            + self.kept_part / 0.155;
        if seen.is_given || self.at_known > seen.share {
            misses += ((self.at_known / seen.share).ln() / 0.34).powi(2);
        }
        if seen.is_given {
            // a name that keeps births outside of its wave may lose or gain them as it likes
            let reach = 0.15 * (1.0 + 3.0 * self.kept / self.at_known);
            let slope = (self.slope / self.at_known).clamp(-0.3, 0.3);
            misses += ((slope - seen.trend) / reach).powi(2);
        }
        let survivors = seen.living / seen.ever;
        misses
            + if seen.have_come {
                ((tried.middle - 1960.0) / 30.0).powi(2)
            } else {
                ((self.survivors - survivors) / (0.004 + 0.057 * (1.0 - survivors))).powi(2)
            }
    }
}
