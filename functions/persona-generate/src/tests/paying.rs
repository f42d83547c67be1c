//! Who pays for a run, and who may not.

use platform::model::Price;
use shared::role::Role;
use testkit::Scripted;

use super::*;

/// A project whose model costs money.
async fn paid_study() -> (Scripted, TestApp, User, ProjectId) {
    let server = Scripted::start([]).await;
    let price = Some(Price { input: 1_000_000, output: 1_000_000 });
    let app = TestApp::start(with_model(&Config { price, ..server.config() })).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    (server, app, ana, project)
}

async fn execute(app: &TestApp, sql: &'static str, user: &User) {
    sqlx::query(sql).bind(user.id.0).execute(&app.parts.pool).await.unwrap();
}

async fn runs(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from runs").fetch_one(&app.parts.pool).await.unwrap()
}

const UNVERIFY: &str = "update accounts set is_verified = false where id = $1";

#[tokio::test]
async fn an_address_that_is_not_verified_starts_nothing_that_costs_money() {
    let (server, app, ana, project) = paid_study().await;
    execute(&app, UNVERIFY, &ana).await;
    let populations = format!("/api/v1/projects/{project}/populations");

    let refused = app.post(&ana, &populations, json!({ "people": 3 })).await.expect(403);
    app.post(&ana, &generate(project), json!({ "num_personas": 3 })).await.expect(403);

    let word = refused["detail"].as_str().unwrap();
    assert!(word.contains("Verify your e-mail address"), "{word}");
    assert_eq!((runs(&app).await, server.recorded().len()), (0, 0));
    let left: i64 = sqlx::query_scalar("select count(*) from populations")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing of it stays");
}

#[tokio::test]
async fn simulated_people_are_for_everybody() {
    let (app, ana, project) = with_project().await;
    execute(&app, UNVERIFY, &ana).await;

    let started = app.post(&ana, &generate(project), json!({ "num_personas": 3 })).await;
    let started = started.expect(202);
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("succeeded".to_owned(), 3, 0));
}

/// The address was taken back (the account's was changed) while the run was at work.
#[tokio::test]
async fn a_run_of_somebody_who_is_no_longer_verified_asks_no_model() {
    let (server, app, ana, project) = paid_study().await;
    let body = json!({ "num_personas": 2 });
    let started = app.post(&ana, &generate(project), body).await.expect(202);
    execute(&app, UNVERIFY, &ana).await;

    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 2));
    assert_eq!(server.recorded().len(), 0);
}

#[tokio::test]
async fn an_allowance_that_is_used_up_is_the_requesters_and_the_failure_says_so() {
    let (server, app, ana, project) = paid_study().await;
    let ewa = app.user("ewa").await;
    app.member(project, &ewa, Role::Editor).await;
    let spent = "insert into account_allowances (account_id, month, spent_micros) \
         values ($1, '2026-01-01', 5000000)";
    execute(&app, spent, &ewa).await;

    let body = json!({ "num_personas": 2 });
    let started = app.post(&ewa, &generate(project), body).await.expect(202);
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 2));
    let failures: Vec<(String, String)> = sqlx::query_as("select code, reason from run_failures")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap();
    for (code, reason) in failures {
        assert_eq!(code, "model_over_allowance");
        assert!(reason.contains("this month's allowance"), "{reason}");
    }
    assert_eq!(server.recorded().len(), 0);
    let anas: i64 =
        sqlx::query_scalar("select count(*) from account_allowances where account_id = $1")
            .bind(ana.id.0)
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(anas, 0, "the owner pays for nothing that another asked for");
}

#[tokio::test]
async fn people_whom_nobody_pays_for_fail_at_once_and_take_no_turn_from_others() {
    let server = Scripted::start([]).await;
    let price = Some(Price { input: 1_000_000, output: 1_000_000 });
    // after whose first turn everybody would be put off
    let config = Config { price, tokens_per_minute: Some(1), ..server.config() };
    let app = TestApp::start(with_model(&config)).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let cap = "insert into project_budgets (project_id, cap_micros) values ($1, 0)";
    sqlx::query(cap).bind(project.0).execute(&app.parts.pool).await.unwrap();

    let body = json!({ "num_personas": 25 });
    let started = app.post(&ana, &generate(project), body).await.expect(202);
    app.deliver_all().await;

    assert_eq!(run_row(&app, &started["run_id"]).await, ("failed".to_owned(), 0, 25));
    let reasons: Vec<(String, i64)> =
        sqlx::query_as("select code, count(*) from run_failures group by code")
            .fetch_all(&app.parts.pool)
            .await
            .unwrap();
    assert_eq!(reasons, [("model_over_budget".to_owned(), 25)]);
    assert_eq!(server.recorded().len(), 0);
}
