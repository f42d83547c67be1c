//! Whose needs are due when a talk is over.

use super::faults::run_of;
use super::*;

async fn due(world: &World) -> Vec<(String, Uuid)> {
    sqlx::query_as("select segment_id, asked_by from needs_due order by segment_id")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_end_of_a_talk_makes_the_needs_of_who_spoke_due_however_often_it_ends() {
    let world = World::new(4, &QUESTIONS[..1]).await;
    // A fifth who is in no group.
    world.app.people(world.project, &world.ana, 5).await;
    let mut spoke: Vec<String> =
        sqlx::query_scalar("select distinct segment_id from personas where id = any($1)")
            .bind(&world.people)
            .fetch_all(&world.app.parts.pool)
            .await
            .unwrap();
    spoke.sort();

    let started = world.start(11).await;
    assert_eq!(due(&world).await, []);
    world.app.deliver_all().await;
    let first = due(&world).await;
    sqlx::query("update runs set status = 'running', finished_at = null, concluding_until = null")
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
    let message = json!({ "schema": 1, "run_id": run_of(&started), "shard": 0 });
    world.app.push("focus-group-run", &message).await.expect(204);

    let segments: Vec<&String> = first.iter().map(|(segment, _)| segment).collect();
    assert_eq!(segments, spoke.iter().collect::<Vec<_>>());
    assert!(first.iter().all(|(_, by)| *by == world.ana.id.0), "who asked for the talk");
    assert_eq!(due(&world).await, first);
    assert_eq!(world.run(&started).await.0, "succeeded");
}

#[tokio::test]
async fn who_said_nothing_makes_nothing_due() {
    let (_server, config) = super::faults::scripted(|_| testkit::Behaviour::Refuse).await;
    let world = World::with(&config, 3, &QUESTIONS[..1]).await;

    world.start(11).await;
    world.app.deliver_all().await;

    assert_eq!(due(&world).await, []);
}
