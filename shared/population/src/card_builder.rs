//! From the allocated numbers to a card: job, income, personality, values and interests.

use super::activity::{EARLIEST_RETIREMENT, RETIREMENT_AGE};
use super::axis::{
    ACTIVITY, EDUCATION, GENDER, GROUP, NO_GROUP, age, class_of, gender_of, pay_zone_of, sex,
    sex_of,
};
use super::draw::Allocation;
use super::income::{Currency, Earner};
use super::jobs::JOBS;
use super::personality::{Personality, big_five};
use super::plan::Plan;
use super::preferences::Palette;
use shared::Seed;
use shared::persona::card::{Activity, Card, Country, Education, Text, WorkingTime};

/// The group of those who work on their own account.
const FARMERS: usize = 6;

/// What building cards needs, worked out once a population.
pub(crate) struct CardBuilder {
    personality: Personality,
    values: Palette,
    interests: Palette,
    towns: Vec<Vec<Text>>,
}

impl CardBuilder {
    pub(crate) fn new(plan: &Plan, towns: Vec<Vec<Text>>) -> Self {
        let (values, interests) = plan.preferences.palettes();
        Self {
            personality: Personality::new(plan.country, plan.preferences.means),
            values,
            interests,
            towns,
        }
    }

    /// The card of a person. What is not allocated comes from the person's own seed, so no one
    /// else's card depends on it.
    pub(crate) fn card(&self, plan: &Plan, seed: Seed, index: u32, person: &Allocation) -> Card {
        let mut rng = seed.child("person", index.into()).rng();
        let (sex_number, age) = (sex_of(person.kind), age(person.year));
        let stratum = &plan.strata[person.stratum];
        let place = stratum.place(plan.country);
        let traits = self.personality.traits(sex_number, age, &mut rng);
        let hofstede = self.personality.dimensions(&mut rng);
        let values = self.values.draw(sex_number, person.year, &traits, &mut rng);
        let interests = self.interests.draw(sex_number, person.year, &traits, &mut rng);
        let [occupation, occupation_en] = occupation(plan, person);
        Card {
            index,
            country: plan.country,
            sex: sex(sex_number),
            gender: GENDER[gender_of(person.kind)],
            age,
            region: Text::Borrowed(stratum.region(plan.country)),
            place,
            town: self.towns[person.stratum].get(person.town).cloned().unwrap_or_default(),
            first_name: Text::Borrowed(person.first_name),
            surname: Text::Borrowed(person.surname),
            education: EDUCATION[person.level],
            activity: ACTIVITY[person.activity],
            occupation_group: GROUP.get(person.group).copied(),
            occupation,
            occupation_en,
            working_time: working_time(person),
            income_monthly_net: income(plan, person),
            big_five: big_five(&traits),
            hofstede,
            values,
            interests,
        }
    }
}

/// In the language of the country, and in English.
fn occupation(plan: &Plan, person: &Allocation) -> [Text; 2] {
    let (polish, english) = if person.group == NO_GROUP {
        without_occupation(person)
    } else {
        let job = &JOBS[person.group][person.job];
        (job.polish[sex_of(person.kind)], job.english)
    };
    match plan.country {
        Country::Poland => [Text::Borrowed(polish), Text::Borrowed(english)],
        Country::International => [Text::Borrowed(english), Text::Borrowed(english)],
    }
}

/// Words for those who never had an occupation of their own to name.
fn without_occupation(person: &Allocation) -> (&'static str, &'static str) {
    let woman = sex_of(person.kind) == 0;
    let age = age(person.year);
    let pick = |feminine, masculine| if woman { feminine } else { masculine };
    match ACTIVITY[person.activity] {
        Activity::Student => match EDUCATION[person.level] {
            Education::Primary | Education::LowerSecondary | Education::BasicVocational => {
                // technical schools, the longest, end at 20
                if age > 20 {
                    let polish =
                        pick("słuchaczka szkoły dla dorosłych", "słuchacz szkoły dla dorosłych");
                    (polish, "student at a school for adults")
                } else {
                    (pick("uczennica", "uczeń"), "secondary school student")
                }
            }
            // a master's studies end at 24: see `activity`
            Education::Master if age >= 24 => {
                (pick("doktorantka", "doktorant"), "doctoral student")
            }
            _ => (pick("studentka", "student"), "university student"),
        },
        // nobody younger is called by what keeps them from work; chosen by hand
        _ if !(28..RETIREMENT_AGE[usize::from(!woman)]).contains(&age) => {
            (pick("osoba niepracująca", "osoba niepracująca"), "not working")
        }
        // two in five of those whom the law lets; chosen by hand
        _ if age >= EARLIEST_RETIREMENT[usize::from(!woman)] && person.job_luck > 0.6 => {
            ("osoba na świadczeniu przedemerytalnym", "on a pre-retirement benefit")
        }
        _ => {
            // who cares and who cannot work is not known by age and sex: by the person's luck, and in shares chosen by
            // hand, because more women care for a home
            if person.job_luck < if woman { 0.65 } else { 0.25 } {
                ("osoba zajmująca się domem", "caring at home")
            } else {
                (pick("rencistka", "rencista"), "on a disability pension")
            }
        }
    }
}

/// Those in work who earn less than the minimum wage work part of the time; farmers' hours are not
/// known.
fn working_time(person: &Allocation) -> Option<WorkingTime> {
    let is_employee = ACTIVITY[person.activity] == Activity::Employed && person.group != FARMERS;
    is_employee.then_some(match person.bracket {
        0 => WorkingTime::PartTime,
        _ => WorkingTime::FullTime,
    })
}

fn income(plan: &Plan, person: &Allocation) -> u32 {
    let currency = match plan.country {
        Country::Poland => Currency::ZLOTY,
        Country::International => Currency::DOLLAR,
    };
    let earner = Earner {
        pay_zone: pay_zone_of(plan.strata[person.stratum].zone(plan.country)),
        activity: person.activity,
        group: person.group,
        sex: sex_of(person.kind),
        class: class_of(age(person.year)),
    };
    currency.income(earner, person.bracket, person.income_luck)
}
