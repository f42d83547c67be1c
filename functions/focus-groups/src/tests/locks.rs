//! Two who want the same talk at once: one waits for the other, and none of them is ended for it.

use super::reading::{summary, talked};
use super::removed::purge;
use super::*;

async fn deadlocks(world: &World) -> i64 {
    let count = "select deadlocks from pg_stat_database where datname = current_database()";
    sqlx::query_scalar(count).fetch_one(&world.app.database.owner()).await.unwrap()
}

/// Two who come one after the other while somebody holds the talk, who lets go when both wait.
async fn one_after_the_other<A, B>(
    world: &World,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    let mut holder = world.app.parts.pool.begin().await.unwrap();
    sqlx::query("select from focus_groups for update").execute(&mut *holder).await.unwrap();
    let second = async {
        world.app.database.until_waiting(1).await;
        second.await
    };
    let let_go = async {
        world.app.database.until_waiting(2).await;
        holder.rollback().await.unwrap();
    };
    let (first, second, ()) = futures::join!(first, second, let_go);
    (first, second)
}

/// Nobody was ended for another, and nothing of who is purged is stored, whoever came first.
async fn assert_purged(world: &World) {
    let theirs = "select (
            select count(*) from focus_group_turns where persona_id = $1 and said is not null
        )
        + (
            select count(*) from focus_group_readings r join focus_group_turns t on t.id = r.turn_id
            where t.persona_id = $1
        )
        + (select count(*) from focus_group_digests)
        + (
            select count(*) from focus_group_summaries
            where coalesce(summary->'metadata'->>'people_removed', '0') <> '1'
        )";
    let theirs = sqlx::query_scalar(theirs).bind(world.people[0].0);
    let theirs: i64 = theirs.fetch_one(&world.app.parts.pool).await.unwrap();
    assert_eq!(theirs, 0);
    assert_eq!(deadlocks(world).await, 0);
}

#[tokio::test]
async fn a_purge_waits_for_a_summary_that_came_first_and_takes_the_words_along() {
    let (world, group) = talked(3).await;

    let path = summary(&group);
    let asking = world.app.post(&world.ana, &path, json!({}));
    Box::pin(one_after_the_other(&world, asking, purge(&world, 0))).await;

    assert_purged(&world).await;
}

#[tokio::test]
async fn a_summary_waits_for_a_purge_that_came_first_and_nothing_of_it_is_stored() {
    let (world, group) = talked(3).await;

    let path = summary(&group);
    let asking = world.app.post(&world.ana, &path, json!({}));
    Box::pin(one_after_the_other(&world, purge(&world, 0), asking)).await;

    assert_purged(&world).await;
    let summaries = "select count(*) from focus_group_summaries";
    let pool = &world.app.parts.pool;
    let summaries: i64 = sqlx::query_scalar(summaries).fetch_one(pool).await.unwrap();
    assert_eq!(summaries, 0);
}

#[tokio::test]
async fn a_talk_under_way_is_deleted_beside_a_purge() {
    let world = World::new(3).await;
    let group = world.group().await;
    let run = world.talk(&group, "running").await;
    let shard = "insert into run_shards (run_id, shard, input, size) values ($1, 0, '{}', 1)";
    sqlx::query(shard).bind(run).execute(&world.app.parts.pool).await.unwrap();

    let path = one(&group);
    let deleting = world.app.delete(&world.ana, &path, None);
    let ((), deleted) = Box::pin(one_after_the_other(&world, purge(&world, 0), deleting)).await;

    deleted.expect(204);
    assert_eq!(deadlocks(&world).await, 0);
}
