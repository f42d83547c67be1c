//! Needs come with the people, for a part of what they cost.

use std::collections::BTreeSet;

use shared::insight::need::MOST_SHARE;
use shared::persona::Segment;
use testkit::{Behaviour, Scripted};

use super::*;

/// The tokens of a task, asked and answered, and its calls.
async fn tokens(app: &TestApp, task: &str) -> (i64, i64) {
    let query = "select coalesce(sum(input_tokens + output_tokens), 0)::bigint, count(*) \
         from model_calls where task = $1";
    sqlx::query_as(query).bind(task).fetch_one(&app.parts.pool).await.unwrap()
}

async fn segments(app: &TestApp, table: &'static str) -> BTreeSet<String> {
    let query = match table {
        "personas" => "select distinct segment_id from personas",
        _ => "select segment_id from segment_needs",
    };
    sqlx::query_scalar(query).fetch_all(&app.parts.pool).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn needs_cost_at_most_a_quarter_more_and_are_drafted_once() {
    for language in ["pl", "en"] {
        for people in [1, 3, 5, 10, 20, 60] {
            let (app, ana, project) = with_project().await;
            sqlx::query("update projects set language = $1, description = $2")
                .bind(language)
                .bind("Cotygodniowa skrzynka warzyw od rolnika. ".repeat(8))
                .execute(&app.parts.pool)
                .await
                .unwrap();
            let path = format!("/api/v1/projects/{project}/populations");
            let wanted = json!({ "people": people, "seed": 5 });

            app.post(&ana, &path, wanted).await.expect(202);
            app.deliver_all().await;

            let (needs, calls) = tokens(&app, "persona_needs").await;
            let (texts, _) = tokens(&app, "persona_text").await;
            let share = needs as f64 / texts as f64;
            println!(
                "{language}, {people} people: {needs} on {texts} tokens, {calls} calls: {share:.3}"
            );
            assert!(share <= MOST_SHARE, "{people} people: {share}");
            let drafted = segments(&app, "segment_needs").await;
            assert!(calls <= i64::try_from(drafted.len()).unwrap(), "at most one call a segment");
            if people > 25 {
                let missing = &segments(&app, "personas").await - &drafted;
                assert!(missing.is_empty(), "{missing:?}");
            }
            if people >= 5 {
                assert!(!drafted.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn people_who_join_later_draft_only_what_is_missing() {
    let (app, ana, project) = with_project().await;
    let path = format!("/api/v1/projects/{project}/populations");
    for _ in 0..2 {
        app.post(&ana, &path, json!({ "people": 30, "seed": 5 })).await.expect(202);
        app.deliver_all().await;
        app.parts.clock.advance(chrono::Duration::seconds(11));
    }

    assert_eq!(segments(&app, "segment_needs").await.len(), Segment::all().count());
    assert_eq!(tokens(&app, "persona_needs").await.1, 2, "twelve segments, six a call, once");
}

#[tokio::test]
async fn needs_that_fail_fail_nobody() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let is_needs = request.body.to_string().contains("<segments>");
        if is_needs { Behaviour::Refuse } else { Behaviour::Status(400) }
    });
    let app = TestApp::start(with_model(&server.config())).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let path = format!("/api/v1/projects/{project}/populations");

    let started = app.post(&ana, &path, json!({ "people": 10 })).await.expect(202);
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 10));
    assert!(segments(&app, "segment_needs").await.is_empty());
    let needs: Vec<String> =
        sqlx::query_scalar("select outcome from model_calls where task = 'persona_needs'")
            .fetch_all(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(needs, ["refused"]);
}
