#![doc = include_str!("../README.md")]

pub mod axis;
pub mod fidelity;
pub mod options;
pub mod plan;
pub mod target;

mod activity;
mod ages;
mod allocate;
mod audience;
mod card_builder;
mod categories;
mod choice;
mod contradiction;
mod curve;
mod distribution;
mod draw;
mod education;
mod expected;
mod first_names;
mod geography;
mod hourly_earnings;
mod income;
mod international;
mod jobs;
mod joint;
mod label_parser;
mod low_discrepancy;
mod market;
mod names;
mod occupation;
mod pay_zone;
mod personality;
mod preferences;
mod rake;
mod stratum;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use activity::{EARLIEST_RETIREMENT, OLDEST_STUDENT, RETIREMENT_AGE};
pub use contradiction::contradictions;
pub use first_names::{NameFit, name_fit};
pub use jobs::{JobShare, job_shares};
pub use market::market;
pub use options::AdvancedOptions;
pub use plan::Plan;
pub use stratum::is_region;
pub use target::{TargetDemographics, Weights};

use shared::Seed;
use shared::persona::Card;

use crate::fidelity::Expected;

/// Counts changes after which the same plan and seed give other people. Stored with every
/// population.
pub const ENGINE_VERSION: u32 = 4;

/// The people of a plan and a seed.
pub struct Population {
    plan: Plan,
    seed: Seed,
    distribution: distribution::Distribution,
    cumulatives: Vec<Option<low_discrepancy::Cumulative>>,
    jobs: jobs::BySex,
    builder: card_builder::CardBuilder,
    categories: expected::Categories,
}

impl Population {
    /// Prepares the tables of a plan; people are drawn by `cards`.
    pub fn new(plan: &Plan, seed: Seed) -> Self {
        let (towns, cumulatives) = draw::town_cumulatives(plan);
        Self {
            distribution: distribution::Distribution::new(plan),
            jobs: draw::job_weights(plan),
            builder: card_builder::CardBuilder::new(plan, towns),
            categories: expected::Categories::new(plan),
            plan: plan.clone(),
            seed,
            cumulatives,
        }
    }

    /// The cards from `range.start` to before `range.end`. People before the range are allocated
    /// again, which is quick, so that every range belongs to the same population.
    pub fn cards(&self, range: Range<u32>) -> Vec<Card> {
        let mut draw = draw::Draw::new(
            &self.plan,
            &self.distribution,
            (&self.cumulatives, &self.jobs),
            self.seed,
        );
        let mut cards = Vec::with_capacity(range.len());
        for index in 0..range.end {
            let person = draw.person();
            if index >= range.start {
                cards.push(self.builder.card(&self.plan, self.seed, index, &person));
            }
        }
        cards
    }

    /// The shares that the people are drawn to fit.
    pub fn expected(&self) -> Expected {
        expected::expected(&self.plan, &self.distribution)
    }

    /// The card's label in every attribute of `expected().attributes`, and of `in_pairs_only` after
    /// them, in order; `None` where the attribute does not apply (occupation group and job of people
    /// not in work) or no label fits.
    pub fn categories(&self, card: &Card) -> Vec<Option<u16>> {
        self.categories.of(&self.plan, card)
    }
}
