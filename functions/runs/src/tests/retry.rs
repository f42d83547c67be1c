//! Trying again what failed.

use platform::model::Failure;
use platform::queue::Outcome;

use super::asker::Asker;
use super::payer::Paying;
use super::*;

fn path(run: RunId) -> String {
    format!("/api/v1/runs/{run}/retry")
}

/// A run of people of a population that is there.
async fn of_people(items: u32) -> (TestApp, User, RunId) {
    let (app, ana, run) = with_run(&[items]).await;
    sqlx::query(
        "insert into populations (id, project_id, seed, plan, plan_hash, engine_version, language, \
         created_at) select subject_id, project_id, 1, '{}', '', 1, 'pl', created_at from runs",
    )
    .execute(&app.parts.pool)
    .await
    .unwrap();
    (app, ana, run)
}

/// An asker of whose items the odd ones fail the first time.
async fn odd_ones_fail(app: &TestApp, items: u32) -> Asker {
    Asker::of(app, items, |item, before| {
        let rule = "SAFETY".to_owned();
        (item % 2 == 1 && before == 0).then_some(Failure::Refused { rule })
    })
    .await
}

async fn ended_as(app: &TestApp, run: RunId, status: &str) {
    let end = "update runs set status = $2, finished_at = created_at where id = $1";
    sqlx::query(end).bind(run.0).bind(status).execute(&app.parts.pool).await.unwrap();
    let close = "update run_shards set state = 'done', failed = size";
    sqlx::query(close).execute(&app.parts.pool).await.unwrap();
}

#[tokio::test]
async fn what_failed_is_tried_again_and_what_is_done_is_not() {
    let (app, ana, run) = of_people(4).await;
    let asker = odd_ones_fail(&app, 4).await;
    asker.step(run).await.unwrap();
    let one = format!("/api/v1/runs/{run}");
    let before = app.get(&ana, &one).await.expect(200);
    let seen = engine::view(&app.parts.pool, run).await.unwrap().unwrap().revision();

    let again = app.post(&ana, &path(run), json!({})).await.expect(202);
    let messages = app.parts.publisher.take();
    let outcome = asker.step(run).await.unwrap();

    assert_eq!((&before["status"], &before["failed"]), (&json!("partial"), &json!(2)));
    assert_eq!((&again["status"], &again["client_status"]), (&json!("running"), &json!("running")));
    assert_eq!((&again["done"], &again["failed"]), (&json!(2), &json!(0)));
    assert_eq!((&again["finished_at"], &again["retries"]), (&Value::Null, &json!(1)));
    assert_eq!((messages.len(), outcome), (1, Outcome::Done));
    let ended = app.get(&ana, &one).await.expect(200);
    assert_eq!((&ended["status"], &ended["done"]), (&json!("succeeded"), &json!(4)));
    assert_eq!(asker.asked(), [(0, 1), (1, 2), (2, 1), (3, 2)].into());
    assert_eq!(app.audited(run.0, "retry").await, 1);
    let now = engine::view(&app.parts.pool, run).await.unwrap().unwrap().revision();
    assert!(now > seen, "the ids of events grow: {now} after {seen}");
}

#[tokio::test]
async fn a_double_click_tries_again_once_and_a_later_click_is_told_that_it_is_at_work() {
    let (app, ana, run) = of_people(4).await;
    let asker = odd_ones_fail(&app, 4).await;
    asker.step(run).await.unwrap();
    let path = path(run);
    let click = || app.post(&ana, &path, json!({}));

    let (one, two) = tokio::join!(click(), click());
    one.expect(202);
    two.expect(202);
    let messages = app.parts.publisher.take();
    app.parts.clock.advance(chrono::Duration::seconds(11));
    let later = click().await.expect(409);

    assert_eq!(messages.len(), 1);
    assert_eq!(app.audited(run.0, "retry").await, 1);
    assert!(later["detail"].as_str().unwrap().contains("at work"), "{later}");
}

#[tokio::test]
async fn a_click_that_comes_again_when_the_second_try_is_over_is_no_third() {
    let (app, ana, run) = of_people(2).await;
    let asker = Asker::of(&app, 2, |item, _| {
        (item == 1).then(|| Failure::Refused { rule: "SAFETY".to_owned() })
    })
    .await;
    asker.step(run).await.unwrap();
    app.post(&ana, &path(run), json!({})).await.expect(202);
    app.parts.publisher.take();
    asker.step(run).await.unwrap();

    let again = app.post(&ana, &path(run), json!({})).await.expect(202);

    assert_eq!((&again["status"], &again["retries"]), (&json!("partial"), &json!(1)));
    assert!(app.parts.publisher.take().is_empty());
}

#[tokio::test]
async fn runs_of_which_nothing_can_be_tried_again_say_so() {
    for (status, why) in [
        ("queued", "at work"),
        ("running", "at work"),
        ("succeeded", "Nothing of the run has failed"),
        ("cancelled", "was cancelled"),
    ] {
        let (app, ana, run) = of_people(2).await;
        ended_as(&app, run, status).await;

        let refused = app.post(&ana, &path(run), json!({})).await.expect(409);

        assert!(refused["detail"].as_str().unwrap().contains(why), "{status}: {refused}");
        assert_eq!(app.audited(run.0, "retry").await, 0);
    }
}

#[tokio::test]
async fn what_a_newer_run_does_or_whose_subject_is_gone_is_not_tried_again() {
    let (app, ana, run) = with_run(&[2]).await;
    ended_as(&app, run, "failed").await;
    let gone = app.post(&ana, &path(run), json!({})).await.expect(409);
    let survey = "update runs set kind = 'survey-run'";
    sqlx::query(survey).execute(&app.parts.pool).await.unwrap();
    sqlx::query(
        "insert into surveys (id, project_id, title, questions, design, language, \
         target_responses, created_by, created_at) \
         select subject_id, project_id, 'Herbata', '[]', '{}', 'pl', 10, $1, created_at from runs",
    )
    .bind(ana.id.0)
    .execute(&app.parts.pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into runs (id, kind, project_id, subject_id, input, total, request_hash, \
         requested_by, created_at) select gen_random_uuid(), kind, project_id, subject_id, input, \
         total, request_hash, requested_by, created_at + interval '1 s' from runs",
    )
    .execute(&app.parts.pool)
    .await
    .unwrap();

    let replaced = app.post(&ana, &path(run), json!({})).await.expect(409);

    assert!(gone["detail"].as_str().unwrap().contains("deleted"), "{gone}");
    assert!(replaced["detail"].as_str().unwrap().contains("newer run"), "{replaced}");
}

#[tokio::test]
async fn metrics_and_exports_are_tried_again_as_everything_else_is() {
    let (app, ana, run) = with_run(&[2]).await;
    ended_as(&app, run, "failed").await;
    let file = "insert into exports (id, project_id, run_id, subject_kind, subject_id, format, has_bom, \
        is_unmasked, requested_by, created_at, expires_at) select subject_id, project_id, id, 'project', \
        project_id, 'csv', false, false, requested_by, created_at, created_at + interval '7 days' from runs";
    for (kind, there) in [("export", file), ("kpi-recalc", "select")] {
        let statement = "update runs set status = 'failed', retried_at = null, kind = $1";
        sqlx::query(statement).bind(kind).execute(&app.parts.pool).await.unwrap();
        sqlx::query(there).execute(&app.parts.pool).await.unwrap();

        let again = app.post(&ana, &path(run), json!({})).await.expect(202);

        assert_eq!(again["status"], "running", "{kind}: {again}");
    }
    assert_eq!(app.parts.publisher.take().len(), 2, "and each is dispatched");
}

#[tokio::test]
async fn editors_try_again_viewers_do_not_strangers_see_nothing() {
    let (app, ana, run) = of_people(2).await;
    ended_as(&app, run, "failed").await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    let view = app.get(&ana, &format!("/api/v1/runs/{run}")).await.expect(200);
    let project: ProjectId = serde_json::from_value(view["project_id"].clone()).unwrap();
    app.member(project, &viewer, Role::Viewer).await;

    app.post(&viewer, &path(run), json!({})).await.expect(403);
    app.post(&stranger, &path(run), json!({})).await.expect(404);

    assert_eq!(app.audited(run.0, "retry").await, 0);
}

async fn execute(app: &TestApp, statement: &'static str, user: &User) {
    sqlx::query(statement).bind(user.id.0).execute(&app.parts.pool).await.unwrap();
}

const NOBODY: &str = "model_nobody_pays";

#[tokio::test]
async fn who_tries_again_pays_and_nobody_else() {
    let (app, ana, run) = of_people(2).await;
    let paying = Paying::of(&app, run).await;
    let bea = paying.editor("bea").await;
    assert_eq!(paying.ask().await, Ok(ana.id));
    ended_as(&app, run, "failed").await;

    app.post(&bea, &path(run), json!({})).await.expect(202);

    assert_eq!(paying.ask().await, Ok(bea.id));
    sqlx::query("update run_shards set state = 'queued'").execute(&app.parts.pool).await.unwrap();
    assert_eq!(lease(&app, run, 0).await.asked_by, bea.id, "and what is made is theirs");
    let before = "select details->>'asked_before' from audit_log where action = 'retry'";
    let before: String = sqlx::query_scalar(before).fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(before, ana.id.to_string());
    // Removed while it is under way, back, and disabled.
    execute(&app, "delete from project_members where account_id = $1", &bea).await;
    assert_eq!(paying.ask().await, Err(NOBODY));
    paying.join(&bea).await;
    assert_eq!(paying.ask().await, Ok(bea.id));
    execute(&app, "update accounts set is_active = false where id = $1", &bea).await;
    assert_eq!(paying.ask().await, Err(NOBODY));
    app.parts.publisher.take();
}

#[tokio::test]
async fn whoever_tries_again_what_costs_money_has_a_proved_address() {
    let (app, ana, run) = of_people(2).await;
    ended_as(&app, run, "failed").await;
    execute(&app, "update accounts set is_verified = false where id = $1", &ana).await;

    let free = app.post(&ana, &path(run), json!({})).await;
    ended_as(&app, run, "failed").await;
    app.parts.clock.advance(chrono::Duration::seconds(11));
    Paying::of(&app, run).await;
    let paid = app.post(&ana, &path(run), json!({})).await.expect(403);

    free.expect(202);
    assert!(paid["detail"].as_str().unwrap().contains("Verify your e-mail"), "{paid}");
    assert_eq!(app.audited(run.0, "retry").await, 1);
    app.parts.publisher.take();
}

/// Lets a run fail, and tries it again when that is no double click.
async fn fail_and_retry(app: &TestApp, user: &User, run: RunId) -> testkit::Answer {
    ended_as(app, run, "failed").await;
    app.parts.clock.advance(chrono::Duration::seconds(11));
    app.post(user, &path(run), json!({})).await
}

#[tokio::test]
async fn trying_again_counts_as_starting() {
    let (app, ana, run) = of_people(1).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        let project = "select project_id from runs limit 1";
        let project: uuid::Uuid =
            sqlx::query_scalar(project).fetch_one(&app.parts.pool).await.unwrap();
        others.push(start(&app, &ana, Some(project.into()), &[1]).await);
    }

    for run in others.iter().cycle().take(10) {
        fail_and_retry(&app, &ana, *run).await.expect(202);
    }
    let eleventh = fail_and_retry(&app, &ana, run).await;

    assert_eq!(eleventh.header("ratelimit-limit"), Some("10"), "the limit of who starts people");
    eleventh.expect(429);
    assert_eq!(app.audited(run.0, "retry").await, 0);
    // Nobody else's limit is touched, nor that of other kinds of work.
    let kind = "update runs set kind = 'survey-run', subject_id = id";
    sqlx::query(kind).execute(&app.parts.pool).await.unwrap();
    let other = fail_and_retry(&app, &ana, run).await.expect(409);
    assert!(other["detail"].as_str().unwrap().contains("deleted"), "{other}");
    app.parts.publisher.take();
}

#[tokio::test]
async fn a_run_is_tried_again_five_times_a_day_whoever_does() {
    let (app, ana, run) = of_people(1).await;
    let bea = Paying::of(&app, run).await.editor("bea").await;

    for user in [&ana, &bea, &ana, &bea, &ana] {
        fail_and_retry(&app, user, run).await.expect(202);
    }
    let sixth = fail_and_retry(&app, &bea, run).await;
    let wait: i64 = sixth.header("retry-after").unwrap().parse().unwrap();
    sixth.expect(429);
    app.parts.clock.advance(chrono::Duration::seconds(wait));
    let bea = app.renewed(&bea).await;

    fail_and_retry(&app, &bea, run).await.expect(202);
    assert_eq!(app.audited(run.0, "retry").await, 6);
    app.parts.publisher.take();
}

#[tokio::test]
async fn a_run_that_was_told_of_somebody_who_is_purged_is_not_tried_again() {
    let (app, ana, run) = of_people(2).await;
    ended_as(&app, run, "partial").await;
    let lost = sqlx::query("update runs set has_lost_people = true where id = $1").bind(run.0);
    lost.execute(&app.parts.pool).await.unwrap();

    let refused = app.post(&ana, &path(run), json!({})).await.expect(409);

    assert!(refused["detail"].as_str().unwrap().contains("is removed"), "{refused}");
}
