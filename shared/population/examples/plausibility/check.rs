//! What a reader with sense asks of 20,000 people: rules that hardly anybody may break, and figures
//! that are published. Nothing here is taken from the engine: where it has a rule of its own, this
//! one is written down again, or stricter.

#[path = "names.rs"]
mod names;

use population::axis::REFERENCE_YEAR;
use population::{JobShare, Plan, Population, job_shares};
use shared::Seed;
use shared::persona::Card;
use shared::persona::card::{Activity, Education, OccupationGroup, Place, Sex, WorkingTime};

/// How many people are looked at.
pub(crate) const PEOPLE: u32 = 20_000;
/// The largest share of people who may break a rule.
pub(crate) const LIMIT: f64 = 0.01;
/// Standard deviations that chance adds at most in 95 of 100 samples, one side of a normal curve.
const CHANCE: f64 = 1.645;
/// How far mean pay may be from the published, in points. Of 20,000 people about 10,750 are employees
/// (5,000 women, 2,800 of 45 to 54) whose pay has a standard deviation of half its mean: chance is 0.9
/// points for women against men, 0.8 for an age against all, so 1.7 in 95 of 100 samples. The rest is
/// for pay that is net and a month here, and gross and an hour in the table.
const PAY_REACH: f64 = 3.0;
/// The most that a name which came late may have of men born in the early sixties, in percent: Łukasz
/// had not come then, and among boys of 2019, when it had gone, 562 of 189,419 had it. Of the 670 men of
/// 60 to 64 in 20,000 people that is two.
const LATE_NAME: f64 = 0.3;
/// The minimum wage of July 2024, net; amounts are whole tens.
const MINIMUM: u32 = 3_260;

/// A rule: how many people are concerned, how many would be by the published figure, and how many of
/// them break it.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) people: usize,
    pub(crate) published: f64,
    pub(crate) breaks: f64,
    pub(crate) source: &'static str,
}

/// A figure in percent, what is published, and how far apart they may be.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) here: f64,
    pub(crate) published: f64,
    pub(crate) reach: f64,
    pub(crate) source: &'static str,
}

impl Figure {
    /// Whether it is near enough.
    pub(crate) fn passes(&self) -> bool {
        (self.here - self.published).abs() <= self.reach
    }
}

/// The people: of Poland, no target.
pub(crate) fn people() -> Vec<Card> {
    Population::new(&Plan::everyone(), Seed(2)).cards(0..PEOPLE)
}

/// The share of people who break a rule, those who break two counted twice.
pub(crate) fn share(rules: &[Rule]) -> f64 {
    rules.iter().map(|rule| rule.breaks).sum::<f64>() / f64::from(PEOPLE)
}

/// Every rule over these people.
pub(crate) fn rules(cards: &[Card]) -> Vec<Rule> {
    let jobs = job_shares();
    let mut rules = vec![
        of_the_other_sex(cards, &jobs, Sex::Female),
        of_the_other_sex(cards, &jobs, Sex::Male),
    ];
    let rule = |(name, source, breaks): Sense| {
        let people = cards.iter().filter(|card| breaks(card)).count();
        Rule { name, people, published: 0.0, breaks: people as f64, source }
    };
    rules.extend(WORK.map(rule));
    rules.extend(SCHOOLS.map(rule));
    rules.push(retired_early(cards));
    rules
}

/// People in jobs of which their sex has less than half: all of them beside the published share, and
/// those beyond it. Jobs with too many and with too few are added up, and what chance adds is taken off
/// the sum, once: taken off each of 188 jobs it comes to 850 people, four times the whole limit. A share
/// that is not Polish is first moved, by one factor on the odds for the whole occupation group, until
/// the group has the women of the Polish survey: they must have some of its jobs.
fn of_the_other_sex(cards: &[Card], jobs: &[JobShare], sex: Sex) -> Rule {
    let counts: Vec<[f64; 2]> = jobs.iter().map(|job| women_and_men(cards, job)).collect();
    let (mut people, mut published) = (0.0, 0.0);
    let (mut beyond, mut variance) = (0.0_f64, 0.0_f64);
    for group in 0..10 {
        let here: Vec<usize> = (0..jobs.len()).filter(|job| jobs[*job].group == group).collect();
        let all = |job: usize| counts[job][0] + counts[job][1];
        let odds =
            odds(group, &here.iter().map(|job| (all(*job), &jobs[*job])).collect::<Vec<_>>());
        for job in here {
            let own = |women: f64| if sex == Sex::Female { women } else { 1.0 - women };
            if own(jobs[job].published) >= 0.5 {
                continue;
            }
            let share = own(lifted(&jobs[job], odds));
            let (n, seen) = (all(job), counts[job][usize::from(sex == Sex::Male)]);
            people += seen;
            published += n * own(jobs[job].published);
            beyond += seen - n * share;
            variance += n * share * (1.0 - share);
        }
    }
    Rule {
        name: match sex {
            Sex::Female => "a woman in a job of men",
            Sex::Male => "a man in a job of women",
        },
        people: people as usize,
        published,
        breaks: f64::max(beyond - CHANCE * variance.sqrt(), 0.0),
        source: "occupations-women.csv as published; breaks: lifted to the group",
    }
}

fn women_and_men(cards: &[Card], job: &JobShare) -> [f64; 2] {
    let has = |card: &&Card| is_at_work(card) && card.occupation_en == job.job;
    let all = cards.iter().filter(has).count();
    let women = cards.iter().filter(has).filter(|card| card.sex == Sex::Female).count();
    [women as f64, (all - women) as f64]
}

/// A job's published share of women with its odds moved, if it is not Polish.
fn lifted(job: &JobShare, by: f64) -> f64 {
    if job.source.starts_with("pl-") {
        return job.published;
    }
    let odds = by * job.published / (1.0 - job.published).max(1e-3);
    odds / (1.0 + odds)
}

/// The factor on the odds with which people in these jobs are women as often as the survey has it, by
/// halving.
fn odds(group: usize, people: &[(f64, &JobShare)]) -> f64 {
    let wanted = women_of(group) * people.iter().map(|(n, _)| n).sum::<f64>();
    let (mut low, mut high) = (0.02_f64, 50.0_f64);
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        let women: f64 = people.iter().map(|(n, job)| n * lifted(job, middle)).sum();
        if women < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The share of women in an occupation group: Eurostat lfsa_egised 2023.
fn women_of(group: usize) -> f64 {
    let count = |sex: &str| -> f64 {
        include_str!("../../../data/poland-occupation-groups-2023.csv")
            .lines()
            .map(|line| line.split(';').collect::<Vec<_>>())
            .filter(|row| row[0] == sex && row[2] == group.to_string())
            .map(|row| row[3].parse::<f64>().expect("a number of thousands"))
            .sum()
    };
    count("F") / (count("F") + count("M"))
}

/// A rule by name and source, and who breaks it.
type Sense = (&'static str, &'static str, fn(&Card) -> bool);

/// Work, pay and names.
const WORK: [Sense; 9] = [
    ("a new job, begun past 35", "rule of ours", |card| {
        let new = NEW_JOBS.iter().find(|job| job.0 == card.occupation_en);
        card.occupation_group.is_some() && new.is_some_and(|job| job.1 > born(card) + 35)
    }),
    ("a name out of its time", "rule of ours", |card| names::is_out_of_time(card, born(card))),
    ("an employee below the minimum wage, full time", "minimum wage of July 2024", |card| {
        card.working_time == Some(WorkingTime::FullTime) && card.income_monthly_net < MINIMUM
    }),
    ("a manual worker above 9,000 net", "rule of ours: no table of pay by job", |card| {
        is_manual(card) && is_at_work(card) && card.income_monthly_net > 9_000
    }),
    ("in uniform or a miner, of 56 and over", "rule of ours", |card| {
        let serves = ["police officer", "firefighter", "miner"].contains(&&*card.occupation_en)
            || card.occupation_group == Some(OccupationGroup::ArmedForces);
        is_at_work(card) && serves && card.age >= 56
    }),
    ("a man of 60 to 64 out of work without a reason", "law on pensions", |card| {
        card.sex == Sex::Male && (60..65).contains(&card.age) && card.occupation_en == "not working"
    }),
    ("a miner where there are no mines", "State Mining Authority", |card| {
        let mines =
            ["śląskie", "małopolskie", "dolnośląskie", "lubelskie", "łódzkie", "wielkopolskie"];
        card.occupation_en == "miner" && !mines.contains(&&*card.region)
    }),
    ("an orchard worker in town", "rule of ours", |card| {
        card.occupation_en == "seasonal orchard worker" && card.place == Place::Urban
    }),
    ("a pension above 8,000 after manual work", "rule of ours", |card| {
        is_manual(card) && card.activity == Activity::Retired && card.income_monthly_net > 8_000
    }),
];

/// Schools: what the law does not let be.
const SCHOOLS: [Sense; 2] = [
    ("a technikum finished before 20", "law on schools", |card| {
        card.education == Education::TechnicalSecondary && card.age < 20
    }),
    ("a pupil of 21 and over", "law on schools", |card| {
        card.occupation_en == "secondary school student" && card.age > 20
    }),
];

/// Old-age pensions of miners (ZUS, 2024), of soldiers (Ministry of National Defence, March 2025), of
/// policemen, firefighters, border guards and others (Ministry of the Interior, March 2025), at any age.
const PENSIONS_OF_SERVICE: f64 = 183_000.0 + 113_800.0 + 177_400.0;
/// Adults of Poland: GUS, 31 December 2024, without those of 16 and 17 in the youngest group.
const ADULTS: f64 = 30.8e6;

/// People on a pension before 55 (women) and 60 (men), where teachers' benefits and bridging pensions
/// begin: only miners and people in uniform have one. There may be as many as if all of theirs were paid
/// to people of these ages, which is more than there are, since no ages are published.
fn retired_early(cards: &[Card]) -> Rule {
    let is_early = |card: &&Card| {
        let earliest = if card.sex == Sex::Female { 55 } else { 60 };
        card.activity == Activity::Retired && card.age < earliest
    };
    let people = cards.iter().filter(is_early).count();
    let published = PENSIONS_OF_SERVICE / ADULTS * cards.len() as f64;
    Rule {
        name: "retired before 55 (women) or 60 (men)",
        people,
        published,
        breaks: f64::max(people as f64 - published, 0.0),
        source: "ZUS 2024, ministries 2025: pensions of miners and in uniform, all ages",
    }
}

/// Jobs that a demographer found among the old, and when the first of them were taken up.
const NEW_JOBS: [(&str, u16); 12] = [
    ("software developer", 1975),
    ("systems administrator", 1988),
    ("software tester", 1995),
    ("data analyst", 1998),
    ("marketing specialist", 1990),
    ("marketing manager", 1990),
    ("barista", 1998),
    ("parcel sorter", 1996),
    ("call centre consultant", 1996),
    ("event organiser", 1993),
    ("personal trainer", 1996),
    ("solar panel installer", 2008),
];

fn born(card: &Card) -> u16 {
    REFERENCE_YEAR - u16::from(card.age)
}

fn is_at_work(card: &Card) -> bool {
    card.activity == Activity::Employed
}

fn is_employee(card: &Card) -> bool {
    card.working_time.is_some()
}

fn is_manual(card: &Card) -> bool {
    use OccupationGroup::{CraftAndTrades, Elementary, MachineOperators};
    card.occupation_group
        .is_some_and(|group| [CraftAndTrades, MachineOperators, Elementary].contains(&group))
}

/// The percentage of those meant who have something.
fn percent(cards: &[Card], of: impl Fn(&Card) -> bool, has: impl Fn(&Card) -> bool) -> f64 {
    let all = cards.iter().filter(|card| of(card)).count();
    let some = cards.iter().filter(|card| of(card) && has(card)).count();
    100.0 * some as f64 / all.max(1) as f64
}

/// The mean pay of those meant over that of all employees, in percent.
fn pay(cards: &[Card], of: impl Fn(&Card) -> bool) -> f64 {
    100.0 * mean_pay(cards, of) / mean_pay(cards, is_employee)
}

fn mean_pay(cards: &[Card], of: impl Fn(&Card) -> bool) -> f64 {
    let pay = cards.iter().filter(|card| of(card)).map(|card| f64::from(card.income_monthly_net));
    let (sum, n) = pay.fold((0.0, 0.0), |(sum, n), one| (sum + one, n + 1.0));
    sum / f64::max(n, 1.0)
}

/// Every figure, held against what is published.
pub(crate) fn figures(cards: &[Card]) -> Vec<Figure> {
    let figure =
        |name, here, published, reach, source| Figure { name, here, published, reach, source };
    let mut figures = vec![
        figure(
            "pay of women to men",
            100.0 * mean_pay(cards, |card| is_employee(card) && card.sex == Sex::Female)
                / mean_pay(cards, |card| is_employee(card) && card.sex == Sex::Male),
            89.2,
            PAY_REACH,
            "GUS, structure of earnings 2022: an hour, gross",
        ),
        figure(
            "pay at 45-54 to all",
            pay(cards, |card| is_employee(card) && (45..55).contains(&card.age)),
            105.1,
            PAY_REACH,
            "GUS, structure of earnings 2022: an hour, gross",
        ),
        figure(
            "employees at the minimum wage",
            percent(cards, is_employee, |card| {
                card.working_time == Some(WorkingTime::FullTime)
                    && card.income_monthly_net <= MINIMUM
            }),
            11.8,
            3.0,
            "GUS, December 2022 (gazetaprawna.pl, 2024)",
        ),
        figure(
            "lecturers and assistants among people in work",
            percent(cards, is_at_work, |card| {
                ["university lecturer", "university assistant"].contains(&&*card.occupation_en)
            }),
            0.58,
            0.15,
            "OPI PIB 2021 (tokfm.pl, 2022): 100,000, of 17.3 million",
        ),
        figure(
            "men of 60-64 named Łukasz: none or hardly any",
            percent(
                cards,
                |card| card.sex == Sex::Male && (60..65).contains(&card.age),
                |card| card.first_name == "Łukasz",
            ),
            0.0,
            LATE_NAME,
            "births of 2019 as a cap: 562 of 189,419 boys",
        ),
    ];
    figures.extend(steps(cards));
    figures.extend(zones(cards));
    figures
}

/// What must not jump where the survey's bands meet: one side is held against the other.
fn steps(cards: &[Card]) -> Vec<Figure> {
    let at = |from: u8, has: fn(&Card) -> bool| {
        percent(cards, |card| (from..from + 2).contains(&card.age), has)
    };
    let tertiary: fn(&Card) -> bool = |card| card.education >= Education::Bachelor;
    let primary: fn(&Card) -> bool = |card| card.education == Education::Primary;
    let step = |name, low, high, has| Figure {
        name,
        here: at(high, has),
        published: at(low, has),
        // two years of a slope of 2 points, and chance among 650 people; a step was 14 to 21
        reach: 9.0,
        source: "no step where bands meet: the two years before",
    };
    vec![
        step("tertiary at 35-36, after 33-34", 33, 35, tertiary),
        step("tertiary at 45-46, after 43-44", 43, 45, tertiary),
        step("primary at 65-66, after 63-64", 63, 65, primary),
        step("primary at 75-76, after 73-74", 73, 75, primary),
    ]
}

/// Pay of three voivodeships, each of another zone: against the published wage over the mean of the
/// published wages of these people's voivodeships, since people live elsewhere than they work.
fn zones(cards: &[Card]) -> Vec<Figure> {
    let wages: Vec<(&str, f64)> = include_str!("../../../data/poland-wages-2024.csv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(';'))
        .map(|(region, wage)| (region, wage.parse().expect("a wage is a number")))
        .collect();
    let wage = |region: &str| wages.iter().find(|(known, _)| *known == region).map(|w| w.1);
    let published: Vec<f64> = cards
        .iter()
        .filter(|card| is_employee(card))
        .filter_map(|card| wage(&card.region))
        .collect();
    let mean = published.iter().sum::<f64>() / published.len().max(1) as f64;
    let here = |name, region: &'static str| Figure {
        name,
        here: pay(cards, |card| is_employee(card) && card.region == region),
        published: 100.0 * wage(region).expect("a voivodeship of the table") / mean,
        reach: 7.0,
        source: "GUS 2024, gross, of the mean where these people live",
    };
    vec![
        here("pay in mazowieckie to all", "mazowieckie"),
        here("pay in śląskie to all", "śląskie"),
        here("pay in podkarpackie to all", "podkarpackie"),
    ]
}
