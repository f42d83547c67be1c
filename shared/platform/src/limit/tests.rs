use std::net::TcpListener;

use chrono::{DateTime, Duration, Utc};
use futures::future::join_all;
use shared::Seed;
use shared::account::Plan;
use uuid::Uuid;

use super::window::Window;
use super::*;
use crate::Ids;

const HOUR: Rate = Rate { limit: 7, window: std::time::Duration::from_secs(3_600) };

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_268_800, 0).unwrap()
}

fn redis() -> Option<Cache> {
    let env = Env::from_process();
    let cache = Cache::connect(&env);
    if cache.is_none() {
        assert!(env.raw("CI").is_none(), "REDIS_URL must be set in CI");
        eprintln!("left out: REDIS_URL is not set");
    }
    cache
}

/// A Redis that refuses every connection.
fn gone() -> Cache {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Cache::connect(&Env::from([("REDIS_URL", &format!("redis://127.0.0.1:{port}"))])).unwrap()
}

/// Two instances of one function with keys of this test's own, and their clock.
fn two_instances() -> Option<([Limiter; 2], Clock)> {
    let clock = Clock::manual(noon());
    let prefix = format!("test:{}:limit:", Ids::system().next::<Uuid>());
    let instance = || Some(Limiter::new(Some(&redis()?), clock.clone()).under(&prefix));
    Some(([instance()?, instance()?], clock))
}

fn caller(plan: Plan) -> Caller {
    let ids = Ids::system();
    Caller {
        account_id: ids.next(),
        session_id: ids.next(),
        signed_in_at: noon(),
        plan,
        is_system_admin: false,
    }
}

fn address(text: &str) -> ClientAddress {
    text.parse::<std::net::IpAddr>().unwrap().into()
}

fn retry_after<T: std::fmt::Debug>(result: Result<T>) -> i64 {
    match result.unwrap_err() {
        Error::Domain(shared::Error::LimitReached { retry_after }) => {
            retry_after.as_secs().cast_signed()
        }
        other => panic!("{other:?}"),
    }
}

async fn passing<C: Class>(limiter: &Limiter, caller: &Caller, requests: usize) -> usize {
    let answers = join_all((0..requests).map(|_| limiter.pass::<C>(caller))).await;
    answers.iter().filter(|answer| answer.is_ok()).count()
}

#[test]
fn no_window_wherever_it_begins_sees_more_than_its_limit() {
    use rand::Rng as _;
    let mut chance = Seed(11).child("arrivals", 0).rng();
    let mut window = Window::default();
    let (mut now, mut admitted) = (0, Vec::<i64>::new());
    for _ in 0..20_000 {
        now += i64::from(chance.next_u32() % 600_000);
        if window.take(HOUR, now).is_within {
            admitted.push(now);
        }
    }

    let densest = admitted.windows(8).map(|eight| eight[7] - eight[0]).min().unwrap();
    assert!(densest >= HOUR.window_ms(), "8 requests within {densest} ms");
    assert!(admitted.len() > 7 * 20_000 / 12 * 9 / 10, "and uses most of it: {}", admitted.len());
}

#[test]
fn what_was_counted_before_a_clock_was_put_back_is_forgotten_in_time() {
    let mut window = Window::default();
    for _ in 0..7 {
        window.take(HOUR, 10 * HOUR.window_ms());
    }

    assert!(!window.take(HOUR, 0).is_within);
    assert!(window.take(HOUR, HOUR.window_ms()).is_within);
}

#[tokio::test]
async fn redis_and_a_process_alone_count_alike() {
    use rand::Rng as _;
    let Some(cache) = redis() else { return };
    let (redis, mut window) = (Counter::new(&cache), Window::default());
    let key = format!("test:{}", Ids::system().next::<Uuid>());
    let mut chance = Seed(12).child("arrivals", 0).rng();
    let mut now = noon().timestamp_millis();
    for step in 0..400 {
        now += i64::from(chance.next_u32() % 600_000);
        let limit = if step % 50 < 40 { 7 } else { 3 };
        let rate = Rate { limit, ..HOUR };

        assert_eq!(redis.take(&key, rate, now).await.unwrap(), window.take(rate, now), "{step}");
        if chance.next_u32().is_multiple_of(3) {
            redis.give_back(&key, rate, now).await.unwrap();
            window.give_back(rate, now);
        }
    }
}

#[tokio::test]
async fn of_fifty_requests_at_once_with_ten_left_ten_pass() {
    let Some(([one, two], _)) = two_instances() else { return };
    let ana = caller(Plan::Free);
    assert_eq!(passing::<Change>(&one, &ana, 90).await, 90);

    let (one, two) =
        tokio::join!(passing::<Change>(&one, &ana, 25), passing::<Heavy>(&two, &ana, 25));

    assert_eq!(one + two, 10, "two instances share one count, and so do change and heavy");
}

#[tokio::test]
async fn a_refusal_says_when_to_come_back_and_then_it_works() {
    let Some(([one, two], clock)) = two_instances() else { return };
    let ana = caller(Plan::Pro);
    assert_eq!(passing::<Generate>(&one, &ana, 4).await, 4);
    clock.advance(Duration::minutes(20));
    assert_eq!(passing::<Generate>(&two, &ana, 6).await, 6);

    let wait = retry_after(one.pass::<Generate>(&ana).await);

    assert_eq!(wait, 2_400);
    clock.advance(Duration::seconds(wait - 1));
    assert_eq!(retry_after(two.pass::<Generate>(&ana).await), 1);
    clock.advance(Duration::seconds(1));
    assert_eq!(passing::<Generate>(&two, &ana, 9).await, 4, "the first four are forgotten");
}

#[tokio::test]
async fn plans_and_persons_have_counts_of_their_own() {
    let Some(([limiter, _], _)) = two_instances() else { return };
    let (ana, jan, pro) = (caller(Plan::Free), caller(Plan::Free), caller(Plan::Pro));

    assert_eq!(passing::<Change>(&limiter, &ana, 120).await, 100);
    assert_eq!(passing::<Change>(&limiter, &jan, 1).await, 1);
    assert_eq!(passing::<Poll>(&limiter, &ana, 1).await, 1);
    assert_eq!(passing::<Change>(&limiter, &pro, 1_020).await, 1_000);
}

#[tokio::test]
async fn four_lists_read_every_two_seconds_for_an_hour_are_never_refused() {
    let Some(([limiter, _], clock)) = two_instances() else { return };
    let ana = caller(Plan::Free);
    for tick in 0..1_800 {
        assert_eq!(passing::<Poll>(&limiter, &ana, 4).await, 4, "at {} s", tick * 2);
        clock.advance(Duration::seconds(2));
    }
}

/// An attempt whose password is wrong, from an address that the account does not know.
async fn wrong(limiter: &Limiter, email: &str, from: ClientAddress) -> Result<()> {
    limiter.sign_in(email, from, async { Ok(false) }).await.map(drop)
}

/// The same from one that it knows.
async fn wrong_at_home(limiter: &Limiter, email: &str, from: ClientAddress) -> Result<()> {
    limiter.sign_in(email, from, async { Ok(true) }).await.map(drop)
}

async fn right(limiter: &Limiter, email: &str, from: ClientAddress) {
    let attempt = limiter.sign_in(email, from, async { Ok(false) }).await;
    attempt.unwrap_or_else(|error| panic!("{error:?}")).was_right().await;
}

#[tokio::test]
async fn one_address_keeps_nobody_out_of_an_account_elsewhere() {
    let Some(([one, two], _)) = two_instances() else { return };
    let (bad, home) = (address("203.0.113.1"), address("198.51.100.1"));
    for limiter in [&one, &two, &one, &two, &one] {
        wrong(limiter, "ana@example.com", bad).await.unwrap();
    }

    let wait = retry_after(wrong(&two, " ANA@example.com", bad).await);

    assert_eq!(wait, 60);
    wrong(&two, "jan@example.com", bad).await.expect("another account");
    right(&two, "ana@example.com", home).await;
}

#[tokio::test]
async fn one_address_is_at_most_ten_of_an_accounts_fifty_however_long_it_tries() {
    let Some(([one, two], clock)) = two_instances() else { return };
    let (bad, home) = (address("203.0.113.1"), address("198.51.100.1"));
    let mut wrongs = 0;
    for minute in 0..15 {
        for _ in 0..5 {
            wrongs += usize::from(wrong(&one, "ana@example.com", bad).await.is_ok());
        }
        if minute == 2 {
            // the first five are forgotten an hour after the last of them
            assert_eq!(retry_after(wrong(&two, "ana@example.com", bad).await), 3_600 - 120);
        }
        clock.advance(Duration::minutes(1));
    }

    assert_eq!(wrongs, 10);
    right(&two, "ana@example.com", home).await;
    for host in 2..42 {
        wrong(&two, "ana@example.com", address(&format!("203.0.113.{host}"))).await.unwrap();
    }
    let full = wrong(&two, "ana@example.com", address("203.0.113.99")).await;
    assert_eq!(retry_after(full), 3_600 - 15 * 60, "what was refused did not count");
}

#[tokio::test]
async fn right_passwords_do_not_count_however_often_they_come() {
    let Some(([one, two], clock)) = two_instances() else { return };
    for turn in 0..120 {
        let limiter = if turn % 2 == 0 { &one } else { &two };
        right(limiter, "ana@example.com", address("203.0.113.1")).await;
        clock.advance(Duration::seconds(3));
    }
    for _ in 0..5 {
        wrong(&one, "ana@example.com", address("203.0.113.1")).await.unwrap();
    }
}

#[tokio::test]
async fn many_at_once_are_no_way_round_the_count_of_wrong_passwords() {
    let Some(([one, two], _)) = two_instances() else { return };
    let from = address("203.0.113.1");

    let answers = join_all((0..20).map(|turn| {
        let limiter = if turn % 2 == 0 { &one } else { &two };
        limiter.sign_in("ana@example.com", from, async { Ok(false) })
    }));

    let passed = answers.await.into_iter().filter(Result::is_ok).count();
    assert_eq!(passed, 5, "before a single one of them has been checked");
}

#[tokio::test]
async fn many_addresses_together_guess_fifty_times_an_hour_and_those_at_home_go_on_slowly() {
    let Some(([limiter, _], clock)) = two_instances() else { return };
    let ana = "ana@example.com";
    for host in 0..50 {
        wrong(&limiter, ana, address(&format!("203.0.113.{host}"))).await.unwrap();
    }
    let (strange, home) = (address("198.51.100.1"), address("198.51.100.2"));

    assert_eq!(retry_after(wrong(&limiter, ana, strange).await), 3_600);
    for turn in 0..10 {
        wrong_at_home(&limiter, ana, home).await.unwrap_or_else(|_| panic!("{turn}"));
        clock.advance(Duration::seconds(12));
    }
    // the first five were in one sixtieth of the hour, and are forgotten with the last of them
    assert_eq!(retry_after(wrong_at_home(&limiter, ana, home).await), 3_600 - 120 + 48);

    clock.advance(Duration::seconds(3_600 - 120));
    wrong(&limiter, ana, strange).await.expect("the fifty are forgotten");
}

#[tokio::test]
async fn a_decomposed_address_shares_the_count_of_the_composed_one() {
    let limiter = Limiter::new(None, Clock::manual(noon()));
    let from = address("203.0.113.1");
    for _ in 0..5 {
        wrong(&limiter, "zoé@example.com", from).await.unwrap();
    }

    wrong(&limiter, "zoe\u{301}@example.com", from).await.unwrap_err();
}

#[tokio::test]
async fn one_address_that_tries_many_accounts_is_limited_and_no_other() {
    let Some(([limiter, _], _)) = two_instances() else { return };
    let (bad, good) = (address("203.0.113.1"), address("203.0.113.2"));
    for account in 0..30 {
        wrong(&limiter, &format!("{account}@example.com"), bad).await.unwrap();
    }

    for _ in 0..10 {
        assert_eq!(retry_after(wrong(&limiter, "ana@example.com", bad).await), 60);
    }
    wrong(&limiter, "ana@example.com", good).await.expect("refusals do not count against accounts");
}

#[tokio::test]
async fn every_limit_and_what_becomes_of_it_without_redis_is_as_the_table_says() {
    use WithoutRedis::{CountAlone, Pass};
    let classes = [
        Rule::of::<Change>(Plan::Free),
        Rule::of::<Change>(Plan::Pro),
        Rule::of::<Change>(Plan::Enterprise),
        Rule::of::<Heavy>(Plan::Free),
        Rule::of::<Heavy>(Plan::Pro),
        Rule::of::<Poll>(Plan::Free),
        Rule::of::<Poll>(Plan::Pro),
        Rule::of::<Generate>(Plan::Pro),
        Rule::of::<Preview>(Plan::Pro),
        Rule::of::<Upload>(Plan::Pro),
    ];
    let table = [
        ("change", 100, 3_600, Pass),
        ("change", 1_000, 3_600, Pass),
        ("change", 1_000, 3_600, Pass),
        ("change", 100, 3_600, Pass),
        ("change", 1_000, 3_600, Pass),
        ("poll", 600, 60, Pass),
        ("poll", 600, 60, Pass),
        ("generate", 10, 3_600, CountAlone),
        ("preview", 60, 60, CountAlone),
        ("upload", 20, 3_600, CountAlone),
        ("login", 5, 60, CountAlone),
        ("login-here", 10, 3_600, CountAlone),
        ("login-account", 50, 3_600, CountAlone),
        ("login-address", 30, 60, CountAlone),
        ("register", 3, 60, CountAlone),
        ("register-address", 30, 60, CountAlone),
        ("refresh-address", 30, 60, CountAlone),
        ("proof-address", 30, 60, CountAlone),
        ("letter", 5, 3_600, CountAlone),
        ("letter-address", 30, 60, CountAlone),
        ("link-address", 30, 60, CountAlone),
        ("picture-address", 600, 60, CountAlone),
        ("socket-address", 600, 60, CountAlone),
    ];
    let rules: Vec<Rule> = classes.into_iter().chain(sign_in::RULES).collect();
    let as_said = rules
        .iter()
        .map(|rule| (rule.bucket, rule.rate.limit, rule.rate.window.as_secs(), rule.without_redis));
    assert_eq!(as_said.collect::<Vec<_>>(), table);

    let clock = Clock::manual(noon());
    for limiter in [Limiter::new(Some(&gone()), clock.clone()), Limiter::new(None, clock.clone())] {
        for rule in &rules {
            let (who, asked) = (Ids::system().next::<Uuid>(), rule.rate.limit as usize + 5);
            let answers = join_all((0..asked).map(|_| limiter.take(rule, who))).await;

            let passed = answers.iter().filter(|answer| answer.is_ok()).count();
            let expected = if rule.without_redis == Pass { asked } else { asked - 5 };
            assert_eq!(passed, expected, "{}", rule.bucket);
        }
    }
}

#[tokio::test]
async fn without_redis_signing_in_is_counted_alone_at_the_same_rate() {
    let clock = Clock::manual(noon());
    let limiter = Limiter::new(Some(&gone()), clock.clone());
    let from = address("203.0.113.1");
    for _ in 0..5 {
        wrong(&limiter, "ana@example.com", from).await.unwrap();
    }
    for _ in 0..3 {
        limiter.register("ana@example.com", from).await.unwrap();
    }

    assert_eq!(retry_after(wrong(&limiter, "ana@example.com", from).await), 60);
    assert_eq!(retry_after(limiter.register("ana@example.com", from).await), 60);
    clock.advance(Duration::minutes(1));
    wrong(&limiter, "ana@example.com", from).await.unwrap();
}

#[tokio::test]
async fn without_redis_right_passwords_do_not_count_either() {
    let limiter = Limiter::new(Some(&gone()), Clock::manual(noon()));
    for _ in 0..20 {
        right(&limiter, "ana@example.com", address("203.0.113.1")).await;
    }
}

#[tokio::test]
async fn a_person_has_eight_streams_over_all_instances_and_one_that_ends_makes_room() {
    let Some(([one, two], clock)) = two_instances() else { return };
    let (ana, jan) = (Ids::system().next(), Ids::system().next());
    let mut places = Vec::new();
    for limiter in [&one, &two, &one, &two, &one, &two, &one, &two] {
        places.push(limiter.stream(ana).await.expect("there are fewer than eight"));
    }

    assert!(one.stream(ana).await.is_err() && two.stream(ana).await.is_err());
    assert!(one.stream(jan).await.is_ok(), "another person has places of their own");

    clock.advance(Duration::seconds(30));
    for place in &places[1..] {
        place.keep().await;
    }
    clock.advance(Duration::seconds(30));
    assert!(two.stream(ana).await.is_ok(), "the process of the first one has died");
}

#[tokio::test]
async fn without_redis_a_process_counts_the_streams_of_a_person_alone() {
    let limiter = Limiter::new(Some(&gone()), Clock::manual(noon()));
    let ana = Ids::system().next();
    let mut places = Vec::new();
    for _ in 0..8 {
        places.push(limiter.stream(ana).await.expect("there are fewer than eight"));
    }

    assert_eq!(limiter.stream(ana).await.err(), Some(Full::Person));
    places.pop();
    assert!(limiter.stream(ana).await.is_ok());
}

#[tokio::test]
async fn a_process_carries_so_many_streams_however_many_people_open_them() {
    let limiter = Limiter::new(None, Clock::manual(noon()));
    let mut places = Vec::new();
    for _ in 0..MOST_IN_PROCESS {
        places.push(limiter.stream(Ids::system().next()).await.expect("there is room"));
    }

    assert_eq!(limiter.stream(Ids::system().next()).await.err(), Some(Full::Process));
    places.pop();
    assert!(limiter.stream(Ids::system().next()).await.is_ok());
}

#[tokio::test]
async fn a_factor_widens_every_limit() {
    let limiter = Limiter::new(None, Clock::manual(noon())).times(3);

    assert_eq!(passing::<Generate>(&limiter, &caller(Plan::Free), 40).await, 30);
}
