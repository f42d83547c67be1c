//! What a run of needs survives, and what it may take.

use platform::runs::{self as engine, Claim};
use shared::id::RunId;
use testkit::{Behaviour, Scripted};

use super::needs::{says, together};
use super::*;

const TOPIC: &str = "persona-insights";
/// What one segment may take, asked and answered: forty Polish answers of 240 characters are most of it. 6,200 are
/// asked, and 1,800 may be answered.
const MOST_TOKENS: i64 = 8_200;

/// A run over all segments of so many people, and the payloads of its messages.
async fn started(app: &TestApp, ana: &User, project: ProjectId) -> (RunId, Vec<Value>) {
    let all = format!("/api/v1/projects/{project}/needs");
    let started = app.post(ana, &all, json!({})).await.expect(202);
    let messages = app.parts.publisher.take();
    let payloads = messages.iter().map(|message| serde_json::from_str(&message.json).unwrap());
    (RunId(started["run_id"].as_str().unwrap().parse().unwrap()), payloads.collect())
}

/// Status of the run; done, failed and size of its shards.
async fn standing(app: &TestApp, run: RunId) -> (String, i64, i64, i64) {
    sqlx::query_as(
        "select r.status, sum(s.done), sum(s.failed), sum(s.size) from runs r \
         join run_shards s on s.run_id = r.id where r.id = $1 group by r.status",
    )
    .bind(run.0)
    .fetch_one(&app.parts.pool)
    .await
    .unwrap()
}

async fn drafted(app: &TestApp) -> Vec<(String, i32)> {
    sqlx::query_as("select segment_id, version from segment_needs order by segment_id")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn every_message_five_times_and_shuffled_drafts_and_pays_once() {
    let (app, ana, project, _) = study(60).await;
    let (run, payloads) = started(&app, &ana, project).await;
    assert!(payloads.len() > 1, "more than one shard");

    app.push_shuffled(TOPIC, &payloads).await;

    let (status, done, failed, size) = standing(&app, run).await;
    assert_eq!((status.as_str(), done, failed), ("succeeded", size, 0));
    assert_eq!(calls(&app, "persona_needs").await, size);
    assert!(drafted(&app).await.iter().all(|(_, version)| *version == 1));
}

#[tokio::test]
async fn a_worker_that_dies_with_some_segments_drafted_is_continued_with_the_others() {
    let (app, ana, project, _) = study(60).await;
    let (run, payloads) = started(&app, &ana, project).await;
    for payload in &payloads {
        app.push(TOPIC, payload).await.expect(204);
    }
    let whole = drafted(&app).await;
    let paid = calls(&app, "persona_needs").await;
    // Two of the first shard are lost with its worker; what was stored was counted with it.
    sqlx::query(
        "with gone as (delete from segment_needs where segment_id in \
           (select i->>'segment_id' from run_shards, jsonb_array_elements(input) i \
            where run_id = $1 and shard = 0 order by 1 limit 2) returning 1), \
         run as (update runs set status = 'running', finished_at = null, concluding_until = null where id = $1) \
         update run_shards set state = 'running', done = size - 2, attempts = 1, \
         lease_token = gen_random_uuid(), lease_until = $2 where run_id = $1 and shard = 0",
    )
    .bind(run.0)
    .bind(app.parts.clock.now() + engine::LEASE)
    .execute(&app.parts.pool)
    .await
    .unwrap();

    app.push(TOPIC, &payloads[0]).await.expect(204);
    assert_eq!(drafted(&app).await.len(), whole.len() - 2, "the dead worker's lease is alive");
    app.parts.clock.advance(engine::LEASE);
    app.push(TOPIC, &payloads[0]).await.expect(204);

    assert_eq!(drafted(&app).await, whole);
    let (status, done, failed, size) = standing(&app, run).await;
    assert_eq!((status.as_str(), done, failed), ("succeeded", size, 0));
    assert_eq!(calls(&app, "persona_needs").await, paid + 2, "the others are not paid again");
}

#[tokio::test]
async fn a_cancelled_run_keeps_what_is_drafted_and_asks_for_no_more() {
    let (app, ana, project, _) = study(60).await;
    let (run, payloads) = started(&app, &ana, project).await;
    app.push(TOPIC, &payloads[0]).await.expect(204);
    let (first, paid) = (drafted(&app).await, calls(&app, "persona_needs").await);
    let mut transaction = app.parts.pool.begin().await.unwrap();
    engine::cancel(&mut transaction, run, app.parts.clock.now()).await.unwrap();
    transaction.commit().await.unwrap();

    for payload in &payloads[1..] {
        app.push(TOPIC, payload).await.expect(204);
    }

    assert_eq!(standing(&app, run).await.0, "cancelled");
    assert_eq!((drafted(&app).await, calls(&app, "persona_needs").await), (first, paid));
}

#[tokio::test]
async fn a_shard_that_never_progresses_is_given_up_and_told() {
    let (app, ana, _, ids) = study(1).await;
    let path = format!("{}/needs", one(ids[0]));
    let begun = app.post(&ana, &path, json!({})).await.expect(202);
    let run = RunId(begun["run_id"].as_str().unwrap().parse().unwrap());
    let message = app.parts.publisher.take().remove(0);
    for _ in 0..engine::MAX_ATTEMPTS {
        let (parts, now) = (&app.parts, app.parts.clock.now());
        let claim = engine::claim(&parts.pool, &parts.ids, run, 0, now).await;
        assert!(matches!(claim.unwrap(), Claim::Granted(_)));
        parts.clock.advance(engine::LEASE);
    }

    app.push(TOPIC, &serde_json::from_str(&message.json).unwrap()).await.expect(204);

    assert_eq!(standing(&app, run).await, ("failed".to_owned(), 0, 1, 1));
    assert_eq!(calls(&app, "persona_needs").await, 0);
}

#[tokio::test]
async fn a_model_that_is_away_puts_the_segments_off_and_they_are_drafted_when_it_is_back() {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let draft = offline::insight::needs(
        &[Segment::parse("seg_mid_career_urban").unwrap()],
        &[],
        shared::Language::Polish,
        Seed(1),
    );
    let server = Scripted::start([]).await;
    server.otherwise(move |_| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 4 {
        true => Behaviour::Status(503),
        false => Behaviour::Answer(json!(draft)),
    });
    let (app, ana, _, ids) = study_with(&server.config(), 1).await;
    together(&app).await;
    let begun = app.post(&ana, &format!("{}/needs", one(ids[0])), json!({})).await.expect(202);
    let run = RunId(begun["run_id"].as_str().unwrap().parse().unwrap());

    app.deliver_all().await;
    let away = standing(&app, run).await;
    while app.deliver_put_off().await > 0 {}

    assert_eq!(away, ("running".to_owned(), 0, 0, 1));
    assert_eq!(standing(&app, run).await, ("succeeded".to_owned(), 1, 0, 1));
}

/// The longest study and forty answers of the longest kind, in both languages.
#[tokio::test]
async fn a_segment_takes_no_more_tokens_than_were_set_aside_for_it() {
    let (app, ana, project, ids) = study(40).await;
    together(&app).await;
    let long = |text: &str, most: usize| text.repeat(100).chars().take(most).collect::<String>();
    sqlx::query(
        "update projects set description = $1, target_audience = $1, research_objectives = $1",
    )
    .bind(long("Świeża żywność z gospodarstw, dowożona w środę. ", 1_000))
    .execute(&app.parts.pool)
    .await
    .unwrap();
    for id in &ids {
        says(
            &app,
            project,
            *id,
            &long("Cena świeżej żywności jest za wysoka, a jakość różna. ", 1_000),
        )
        .await;
    }

    for language in ["pl", "en"] {
        sqlx::query("update projects set language = $1")
            .bind(language)
            .execute(&app.parts.pool)
            .await
            .unwrap();
        app.parts.clock.advance(chrono::Duration::seconds(11));
        app.post(&ana, &format!("{}/needs", one(ids[0])), json!({})).await.expect(202);
        app.deliver_all().await;
        sqlx::query("delete from segment_needs").execute(&app.parts.pool).await.unwrap();
    }

    let usage: Vec<(i64, i64)> = sqlx::query_as(
        "select input_tokens::bigint, output_tokens::bigint from model_calls where task = 'persona_needs'",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();
    assert_eq!(usage.len(), 2);
    for (asked, answered) in usage {
        println!("needs: {asked} tokens asked, {answered} answered");
        assert!(asked + 1_800 <= MOST_TOKENS, "{asked} asked, and 1,800 may be answered");
        assert!(answered <= 1_800, "{answered}");
    }
}
