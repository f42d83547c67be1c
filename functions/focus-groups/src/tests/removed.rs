//! Talks of which somebody is purged.

use testkit::Behaviour;

use super::faults::{readings_of, study_of};
use super::reading::{summary, talked};
use super::*;

/// Takes somebody away for good, as maintenance does.
pub(super) async fn purge(world: &World, who: usize) {
    let purge = sqlx::query("delete from personas where id = $1").bind(world.people[who].0);
    purge.execute(&world.app.parts.pool).await.unwrap();
}

async fn show(world: &World, group: &Value, what: &str) -> Value {
    world.app.get(&world.ana, &format!("{}/{what}", one(group))).await.expect(200)
}

#[tokio::test]
async fn what_a_purged_person_said_is_shown_nowhere_and_every_view_says_so() {
    let (world, group) = talked(4).await;
    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);
    let person = json!(world.people[0]);
    let before = show(&world, &group, "transcript").await;
    let mut theirs = before["turns"].as_array().unwrap().clone();
    theirs.retain(|turn| turn["persona_id"] == person);
    let ids: Vec<String> = theirs.iter().map(|turn| turn["id"].to_string()).collect();
    assert_eq!(before["people_removed"], 0);

    purge(&world, 0).await;

    let transcript = show(&world, &group, "transcript").await;
    let responses = show(&world, &group, "responses").await;
    let realism = show(&world, &group, "realism").await;
    let summed_up = show(&world, &group, "ai-summary").await;
    for view in [&transcript, &responses, &realism, &summed_up["metadata"]] {
        assert_eq!(view["people_removed"], 1, "{view}");
    }
    let turns = transcript["turns"].as_array().unwrap();
    assert_eq!(turns.len(), before["turns"].as_array().unwrap().len());
    for turn in turns {
        let is_theirs = turn["persona_id"] == person;
        assert_eq!(turn["is_removed"], is_theirs);
        assert_eq!(turn["speaker"] == "osoba usunięta", is_theirs, "{turn}");
        assert!(!is_theirs || turn["text"].is_null());
    }
    assert!(!responses.to_string().contains(&person.to_string()));
    let quotes = summed_up["evidence"]["insights"].as_array().unwrap().iter();
    let quotes: Vec<&Value> = quotes.flat_map(|one| one["quotes"].as_array().unwrap()).collect();
    assert!(
        quotes.iter().all(|quote| !ids.contains(&quote["response_id"].to_string())),
        "{quotes:?}"
    );
}

#[tokio::test]
async fn the_next_summary_is_of_those_who_are_left_and_says_how_many_are_not() {
    let (world, group) = talked(4).await;
    let first = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);

    purge(&world, 0).await;
    world.app.parts.clock.advance(chrono::Duration::minutes(1));
    let second = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);

    let n = |summary: &Value| summary["metadata"]["total_responses"].as_u64().unwrap();
    assert!(n(&second) < n(&first));
    assert_eq!(
        (&first["metadata"]["people_removed"], &second["metadata"]["people_removed"]),
        (&json!(0), &json!(1))
    );
}

#[tokio::test]
async fn what_a_model_read_of_somebody_who_was_purged_meanwhile_is_not_stored() {
    let (is_asked, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let gate = testkit::Gate::closed();
    let held = gate.clone();
    let (server, world, group) = study_of(move |call| {
        is_asked.send(()).ok();
        match readings_of(&call.body.to_string(), "tajne") {
            Behaviour::Answer(readings) => Behaviour::Held(held.clone(), readings),
            other => other,
        }
    })
    .await;

    let path = summary(&group);
    let purging = async {
        asked.recv().await.unwrap();
        purge(&world, 0).await;
        gate.open();
    };
    let (_, ()) = futures::join!(world.app.post(&world.ana, &path, json!({})), purging);

    let kept = "select (select count(*) from focus_group_readings) + (select count(*) from focus_group_digests)
        + (select count(*) from focus_group_summaries)";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&world.app.parts.pool).await.unwrap();
    assert_eq!(kept, 0);
    drop(server);
}
