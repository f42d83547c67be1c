//! What people left behind who were purged before a purge took their words along.

use super::removed::{CARD, Said};
use super::*;

impl Said {
    /// Two people and what they said, with what runs were told of them: who wrote them, of whom the third was never
    /// written, and a survey.
    async fn of_two_who_were_told() -> Self {
        let said = Self::of_two().await;
        said.run(&format!(
            r#"update run_shards
             set input = jsonb_build_array('{CARD}'::jsonb, jsonb_set('{CARD}', '{{index}}', '2'),
                     jsonb_set('{CARD}', '{{index}}', '3')),
                 size = 3, state = 'done', done = 2, failed = 1;
             insert into run_failures (run_id, item, code, reason, created_at)
             select run_id, 3, 'x', 'x', '{now}' from run_shards;
             insert into runs (id, kind, project_id, subject_id, input, total, request_hash, requested_by, created_at)
             values ('{survey}', 'survey-run', '{project}', '{survey}', '{{}}', 2, '', '{ana}', '{now}');
             insert into run_shards (run_id, shard, input, size, state, done)
             select '{survey}', 0, jsonb_agg(jsonb_build_object('persona_id', p.id, 'card', '{CARD}'::jsonb,
                 'manner', 'tajne ' || p.population_index - 1)), 2, 'done', 2
             from personas p;
             insert into run_shards (run_id, shard, input, size, state, done)
             values ('{survey}', 1, '{{"from": 3, "people": 1}}', 1, 'done', 1);"#,
            survey = said.survey,
            project = said.project.0,
            ana = said.house.ana.id.0,
            now = said.house.now().to_rfc3339(),
        ))
        .await;
        said
    }

    /// Purges the first person as releases of before did: nothing else goes.
    async fn purge_as_before(&self) {
        self.house.app.database.forget_nobody().await;
        self.run(&format!(
            "delete from personas where id = '{}'; insert into forget_due select id from projects",
            self.people[0],
        ))
        .await;
    }

    async fn forget(&self, after: Duration) -> u64 {
        forget_gone(&self.house.maintenance, self.house.now() + after).await.unwrap()
    }
}

const DUE: Duration = Duration::days(90);

#[tokio::test]
async fn who_was_purged_before_leaves_no_words_either_and_figures_stay() {
    let said = Said::of_two_who_were_told().await;
    said.purge_as_before().await;
    let before = said.stored().await;
    assert_eq!((before.matches("Zdzisława").count(), before.contains("tajne 0")), (9, true));

    assert_eq!(said.forget(DUE).await, 2, "a person and a card");

    let stored = said.stored().await;
    assert!(!stored.contains("tajne 0"), "{stored}");
    assert!(stored.contains("To tajne 1.") && stored.contains("i „tajne 1”"), "{stored}");
    assert!(stored.contains("„[…]”") && stored.contains("to „tajne”"), "{stored}");
    // an answer, a talk and a survey's run of who lives; of the run that wrote them also who failed
    assert_eq!(stored.matches("Zdzisława").count(), 5, "{stored}");
    let house = &said.house;
    for (table, rows) in [
        (
            "survey_responses where is_removed and response->'answers' = '{\"q1\": \"tak\", \"q3\": 4}'",
            1,
        ),
        ("surveys where people_removed = 1 and answered = 2", 1),
        ("survey_results", 0),
        ("focus_group_turns where is_removed and said is null and stance = 1", 1),
        ("focus_group_readings", 1),
        ("focus_group_summaries where summary->'metadata'->>'people_removed' = '1'", 1),
        ("focus_group_graphs", 1),
        ("runs where has_lost_people", 3),
        ("forget_due", 0),
    ] {
        assert_eq!(house.count(table).await, rows, "{table}");
    }
}

#[tokio::test]
async fn what_is_forgotten_is_forgotten_once_and_its_graph_goes_an_hour_later() {
    let said = Said::of_two_who_were_told().await;
    said.purge_as_before().await;
    said.forget(DUE).await;
    let first = said.stored().await;

    assert_eq!(said.forget(DUE).await, 0, "nothing is due");
    // as after a task that was killed before it was through
    said.run("insert into forget_due select id from projects").await;
    said.forget(DUE).await;

    assert_eq!(said.stored().await, first);
    let (state, due) = (&said.house.state, said.house.now() + DUE);
    assert_eq!(purge_graphs(state, due + Duration::minutes(59)).await.unwrap(), 0);
    assert_eq!(purge_graphs(state, due + Duration::hours(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn who_was_told_of_and_never_said_anything_is_forgotten_as_well() {
    let said = Said::of_two_who_were_told().await;
    said.run(&format!(
        "delete from survey_responses where persona_id = '{person}';
         delete from focus_group_turns where persona_id = '{person}';
         delete from focus_group_summaries; update focus_groups set persona_ids = '{{}}'; delete from survey_results;
         update runs set input = '{{}}';",
        person = said.people[0],
    ))
    .await;
    said.purge_as_before().await;
    assert!(said.stored().await.contains("tajne 0"));

    assert_eq!(said.forget(DUE).await, 2, "a person and a card");

    let stored = said.stored().await;
    assert!(!stored.contains("tajne 0"), "{stored}");
    assert_eq!(stored.matches("Zdzisława").count(), 4, "{stored}");
}

#[tokio::test]
async fn the_card_of_somebody_who_may_still_be_written_stays() {
    for (state, after) in [("queued", DUE), ("done", DUE - Duration::seconds(1))] {
        let said = Said::of_two_who_were_told().await;
        said.run(&format!("update run_shards set state = '{state}'")).await;
        let cards = "select input::text from run_shards where size = 3";
        let before = said.text(cards).await;
        said.purge_as_before().await;

        assert_eq!(said.forget(after).await, 1, "a person, {state}");

        assert_eq!(said.text(cards).await, before, "{state}");
        assert_eq!(said.house.count("forget_due").await, 0, "{state}");
    }
}

#[tokio::test]
async fn a_project_with_a_broken_row_stays_due_and_keeps_no_other() {
    let said = Said::of_two_who_were_told().await;
    said.house.project(1).await;
    said.run("update focus_group_summaries set summary = '\"broken\"'").await;
    said.purge_as_before().await;
    let house = &said.house;

    let refused = forget_gone(&house.maintenance, house.now() + DUE).await;

    assert!(refused.unwrap_err().is_of_its_data(), "it is told");
    assert_eq!(house.count("forget_due").await, 1);
    let left = format!("forget_due where project_id = '{}'", said.project.0);
    assert_eq!(house.count(&left).await, 1);
    said.run("update focus_group_summaries set summary = '{}'").await;
    assert_eq!(said.forget(DUE).await, 1, "the card is gone already");
    assert_eq!(house.count("forget_due").await, 0);
}
