use std::time::Duration;

use platform::cache::Cache;
use platform::secret::random_token;

use crate::lock::{Asked, ask, ask_for};

/// The Redis of the tests, and a name that no other test has.
fn redis() -> (Cache, String) {
    let cache = Cache::connect_patiently(&platform::Env::from_process());
    (cache.expect("the tests run with Redis"), format!("test:{}", random_token()))
}

#[tokio::test]
async fn a_lock_is_one_holders_until_it_is_released() {
    let (cache, name) = redis();

    let Asked::Held(first) = ask(Some(&cache), &name).await else { panic!("nobody has it") };
    assert!(matches!(ask(Some(&cache), &name).await, Asked::Busy));
    first.release().await;

    assert!(matches!(ask(Some(&cache), &name).await, Asked::Held(_)));
}

#[tokio::test]
async fn a_lock_that_is_held_is_renewed_and_one_that_is_dropped_runs_out() {
    const LIFE: Duration = Duration::from_secs(3);
    let (cache, name) = redis();
    let Asked::Held(held) = ask_for(Some(&cache), &name, LIFE).await else {
        panic!("nobody has it")
    };
    let (key, mut connection) = (format!("sight:lock:{name}"), cache.connection());
    let mut left = async |command: &str| {
        let asked = redis::cmd(command).arg(&key).to_owned();
        asked.query_async::<i64>(&mut connection).await.unwrap()
    };
    // what only a renewal brings down
    let mut far = cache.connection();
    redis::cmd("PEXPIRE").arg(&key).arg(60_000).query_async::<i64>(&mut far).await.unwrap();

    tokio::time::timeout(Duration::from_secs(20), async {
        while left("PTTL").await > 3_000 {
            tokio::time::sleep(LIFE / 30).await;
        }
    })
    .await
    .expect("it is renewed");
    assert_eq!(left("EXISTS").await, 1);
    drop(held);

    tokio::time::timeout(Duration::from_secs(20), async {
        while left("EXISTS").await == 1 {
            tokio::time::sleep(LIFE / 30).await;
        }
    })
    .await
    .expect("it runs out");
}

#[tokio::test]
async fn whoever_was_away_too_long_takes_nobody_elses_lock_away() {
    let (cache, name) = redis();
    let Asked::Held(late) = ask(Some(&cache), &name).await else { panic!("nobody has it") };
    let (key, mut connection) = (format!("sight:lock:{name}"), cache.connection());
    // It has run out, and another has it by now.
    let taken = redis::cmd("SET").arg(&key).arg("another").arg("PX").arg(60_000).to_owned();
    taken.query_async::<()>(&mut connection).await.unwrap();

    late.release().await;

    let holder = redis::cmd("GET").arg(&key).to_owned();
    assert_eq!(holder.query_async::<String>(&mut connection).await.unwrap(), "another");
    assert!(matches!(ask(Some(&cache), &name).await, Asked::Busy));
}

#[tokio::test]
async fn without_redis_nobody_is_kept_waiting() {
    assert!(matches!(ask(None, "x").await, Asked::Away));
}
