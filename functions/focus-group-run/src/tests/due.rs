//! Whose needs are due when a talk is over.

use super::faults::run_of;
use super::*;

async fn due(study: &Study) -> Vec<(String, Uuid)> {
    sqlx::query_as("select segment_id, asked_by from needs_due order by segment_id")
        .fetch_all(&study.app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_end_of_a_talk_makes_the_needs_of_who_spoke_due_however_often_it_ends() {
    let study = Study::new(4, &QUESTIONS[..1]).await;
    // A fifth who is in no group.
    study.app.people(study.project, &study.ana, 5).await;
    let mut spoke: Vec<String> =
        sqlx::query_scalar("select distinct segment_id from personas where id = any($1)")
            .bind(&study.people)
            .fetch_all(&study.app.parts.pool)
            .await
            .unwrap();
    spoke.sort();

    let started = study.start(11).await;
    assert_eq!(due(&study).await, []);
    study.app.deliver_all().await;
    let first = due(&study).await;
    sqlx::query("update runs set status = 'running', finished_at = null, concluding_until = null")
        .execute(&study.app.parts.pool)
        .await
        .unwrap();
    let message = json!({ "schema": 1, "run_id": run_of(&started), "shard": 0 });
    study.app.push("focus-group-run", &message).await.expect(204);

    let segments: Vec<&String> = first.iter().map(|(segment, _)| segment).collect();
    assert_eq!(segments, spoke.iter().collect::<Vec<_>>());
    assert!(first.iter().all(|(_, by)| *by == study.ana.id.0), "who asked for the talk");
    assert_eq!(due(&study).await, first);
    assert_eq!(study.run(&started).await.0, "succeeded");
}

#[tokio::test]
async fn who_said_nothing_makes_nothing_due() {
    let (_server, config) = super::faults::scripted(|_| testkit::Behaviour::Refuse).await;
    let study = Study::with(&config, 3, &QUESTIONS[..1]).await;

    study.start(11).await;
    study.app.deliver_all().await;

    assert_eq!(due(&study).await, []);
}
