//! Needs that nobody has to ask for: after a talk one run reads what was said.

use chrono::Duration;
use platform::model::Price;
use records::need::mark_due;
use shared::id::RunId;

use super::needs::{says, together};
use super::*;

const TOPIC: &str = "persona-insights";

/// The clock comes by.
async fn tick(app: &TestApp) {
    app.push(TOPIC, &json!({ "schema": 1 })).await.expect(204);
}

/// Somebody says something in a talk that ends now.
async fn talked(app: &TestApp, project: ProjectId, id: PersonaId, text: &str) -> RunId {
    let group = says(app, project, id, text).await;
    let run = sqlx::query_scalar("select run_id from focus_groups where id = $1").bind(group);
    let run = RunId(run.fetch_one(&app.parts.pool).await.unwrap());
    mark_due(&app.parts.pool, run, app.parts.clock.now()).await.unwrap();
    run
}

/// Runs of needs, the oldest first: status, segments, and who asked.
async fn runs(app: &TestApp) -> Vec<(String, i32, Uuid)> {
    sqlx::query_as(
        "select status, total, requested_by from runs where kind = 'persona-insights' \
         order by created_at, id",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap()
}

async fn due(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from needs_due").fetch_one(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn what_was_said_is_read_after_a_rest_by_one_run_of_who_had_them_asked() {
    let (app, ana, project, ids) = study(3).await;
    together(&app).await;
    let said = "Ta cena jest za wysoka, tani koszyk by wystarczył.";
    talked(&app, project, ids[1], said).await;

    tick(&app).await;
    assert_eq!(runs(&app).await, [], "it rests: more may be said");
    app.parts.clock.advance(Duration::minutes(5));
    tick(&app).await;
    tick(&app).await;
    let started = runs(&app).await;
    app.deliver_all().await;
    tick(&app).await;

    assert_eq!(started, [("queued".to_owned(), 1, ana.id.0)]);
    assert_eq!(runs(&app).await, [("succeeded".to_owned(), 1, ana.id.0)]);
    assert_eq!((due(&app).await, calls(&app, "persona_needs").await), (0, 1));
    let found = app.get(&ana, &format!("{}/needs", one(ids[0]))).await.expect(200);
    assert_eq!(
        (&found["is_stale"], &found["needs_and_pains"]["basis"]),
        (&json!(false), &json!("answers"))
    );
    assert!(found.to_string().contains(said));
}

#[tokio::test]
async fn talks_that_end_at_once_are_read_together_and_what_comes_meanwhile_by_the_next_run() {
    let (app, ana, project, ids) = study(3).await;
    together(&app).await;
    let marks =
        (0..20).map(|number| {
            let (app, id) = (&app, ids[number % 3]);
            async move {
                talked(app, project, id, &format!("Cena numer {number} jest za wysoka.")).await
            }
        });
    futures::future::join_all(marks).await;
    app.parts.clock.advance(Duration::minutes(5));
    let ticks = (0..10).map(|_| tick(&app));
    futures::future::join_all(ticks).await;
    assert_eq!(runs(&app).await.len(), 1, "one run a project");

    // Before the worker has come.
    talked(&app, project, ids[0], "Jakość jest dobra.").await;
    app.parts.clock.advance(Duration::minutes(5));
    tick(&app).await;
    assert_eq!(runs(&app).await.len(), 1, "it waits for the one at work");
    app.deliver_all().await;
    tick(&app).await;
    app.deliver_all().await;

    let all = runs(&app).await;
    assert!(
        all.len() == 2
            && all.iter().all(|(status, _, by)| status == "succeeded" && *by == ana.id.0)
    );
    assert_eq!(calls(&app, "persona_needs").await, 1, "the first had read it: nobody pays twice");
    assert_eq!(due(&app).await, 0);
}

#[tokio::test]
async fn nobody_drafts_in_the_name_of_who_has_left_and_no_other_pays() {
    let (app, _, project, ids) = study(2).await;
    together(&app).await;
    let ben = app.user("ben").await;
    app.member(project, &ben, Role::Editor).await;
    let run = talked(&app, project, ids[0], "Cena jest za wysoka.").await;
    sqlx::query("update runs set asked_by = $2 where id = $1")
        .bind(run.0)
        .bind(ben.id.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    mark_due(&app.parts.pool, run, app.parts.clock.now()).await.unwrap();
    sqlx::query("delete from project_members where account_id = $1")
        .bind(ben.id.0)
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.parts.clock.advance(Duration::minutes(5));
    tick(&app).await;

    assert_eq!((runs(&app).await, due(&app).await), (vec![], 0));
}

#[tokio::test]
async fn a_run_that_nobody_pays_for_ends_and_is_not_tried_for_ever() {
    let server = testkit::Scripted::start([]).await;
    let price = Some(Price { input: 1_000_000, output: 1_000_000 });
    let (app, _, project, ids) = study_with(&Config { price, ..server.config() }, 2).await;
    together(&app).await;
    let empty = "insert into project_budgets (project_id, cap_micros) values ($1, 0) \
        on conflict (project_id) do update set cap_micros = 0";
    sqlx::query(empty).bind(project.0).execute(&app.parts.pool).await.unwrap();
    talked(&app, project, ids[0], "Cena jest za wysoka.").await;

    for _ in 0..3 {
        app.parts.clock.advance(Duration::minutes(5));
        tick(&app).await;
        app.deliver_all().await;
    }

    let ended = runs(&app).await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!((ended[0].0.as_str(), server.recorded().len()), ("failed", 0));
}

#[tokio::test]
async fn another_projects_talk_and_deleted_people_make_nothing_due() {
    let (app, ana, project, ids) = study(2).await;
    let other = app.project(&ana, json!({})).await;
    // A turn of this project's person in a run of another one.
    let run = talked(&app, other, ids[0], "Cena jest za wysoka.").await;
    assert_eq!(due(&app).await, 0);
    sqlx::query("update personas set deleted_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    talked(&app, project, ids[1], "Cena jest za wysoka.").await;

    assert_eq!(due(&app).await, 0);
    let _ = run;
}
