//! Persons who cannot be: rules over a card, also for cards read back from storage.

use super::activity::{OLDEST_STUDENT, OLDEST_WORKER, may_be_retired};
use super::education::is_possible;
use super::income::most;
use super::jobs::JOBS;
use super::names::{has_the_wrong_form, is_of_the_other_sex};
use super::stratum::lies_in;
use shared::persona::card::{Activity, Card, Country, Education, Place};

/// The least that anyone in work or on a pension has, zloty net a month.
const LEAST_EARNED: u32 = 500;

/// What is impossible about a person; empty when nothing is.
pub fn contradictions(card: &Card) -> Vec<&'static str> {
    let rules: [(&'static str, bool); 14] = [
        (
            "an age at which this education cannot be finished",
            !is_possible(card.education, card.age),
        ),
        ("retired before the earliest pension", retired_too_early(card)),
        (
            "a student above the age of studies",
            is(card, Activity::Student) && card.age > OLDEST_STUDENT,
        ),
        (
            "a student with a doctorate",
            is(card, Activity::Student) && card.education == Education::Doctorate,
        ),
        ("in work above the age of work", is(card, Activity::Employed) && card.age > OLDEST_WORKER),
        (
            "in work without an occupation group",
            is(card, Activity::Employed) && card.occupation_group.is_none(),
        ),
        (
            "a student with an occupation group",
            is(card, Activity::Student) && card.occupation_group.is_some(),
        ),
        ("an occupation without the education or age for it", job_is_out_of_reach(card)),
        ("an occupation in the form of the other sex", job_has_the_wrong_form(card)),
        ("an income above what the activity gives", income_is_too_high(card)),
        ("work or a pension without income", income_is_too_low(card)),
        (
            "a first name of the other sex",
            is_polish(card) && is_of_the_other_sex(&card.first_name, card.sex),
        ),
        (
            "a surname in the form of the other sex",
            is_polish(card) && has_the_wrong_form(&card.surname, card.sex),
        ),
        ("a town that does not go with region and place", town_is_wrong(card)),
    ];
    rules.into_iter().filter(|(_, broken)| *broken).map(|(rule, _)| rule).collect()
}

fn is(card: &Card, activity: Activity) -> bool {
    card.activity == activity
}

fn is_polish(card: &Card) -> bool {
    card.country == Country::Poland
}

fn retired_too_early(card: &Card) -> bool {
    is(card, Activity::Retired) && !may_be_retired(card.sex, card.age)
}

/// Known jobs only: an occupation that the tables do not have cannot be judged.
fn job_is_out_of_reach(card: &Card) -> bool {
    let Some(group) = card.occupation_group else {
        return false;
    };
    let mut known =
        JOBS[group as usize].iter().filter(|job| job.english == card.occupation_en).peekable();
    known.peek().is_some() && !known.any(|job| job.suits(card.education as usize, card.age))
}

fn job_has_the_wrong_form(card: &Card) -> bool {
    let sex = super::axis::sex_index(card.sex);
    is_polish(card)
        && JOBS
            .iter()
            .flatten()
            .any(|job| job.polish[1 - sex] == card.occupation && job.polish[sex] != card.occupation)
}

fn income_is_too_high(card: &Card) -> bool {
    is_polish(card) && card.income_monthly_net >= most(card.activity)
}

fn income_is_too_low(card: &Card) -> bool {
    let earns = matches!(card.activity, Activity::Employed | Activity::Retired);
    is_polish(card) && earns && card.income_monthly_net < LEAST_EARNED
}

fn town_is_wrong(card: &Card) -> bool {
    match card.place {
        Place::Rural => !card.town.is_empty(),
        Place::Urban => {
            card.town.is_empty() || (is_polish(card) && !lies_in(&card.town, &card.region))
        }
    }
}
