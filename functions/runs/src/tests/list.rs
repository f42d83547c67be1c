//! The runs of a project, page by page.

use testkit::Answer;

use super::*;

async fn with_project() -> (TestApp, User, ProjectId) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    (app, ana, project)
}

async fn list(app: &TestApp, user: &User, project: ProjectId, query: &str) -> Answer {
    app.get(user, &format!("/api/v1/projects/{project}/runs{query}")).await
}

fn ids(page: &Value) -> Vec<RunId> {
    let runs = page.as_array().expect("a list").iter();
    runs.map(|run| serde_json::from_value(run["id"].clone()).unwrap()).collect()
}

/// Says what a run is, which its insertion does not.
async fn set(app: &TestApp, run: RunId, kind: RunKind, status: RunStatus) {
    let statement = "update runs set kind = $2, status = $3 where id = $1";
    let query = sqlx::query(statement).bind(run.0).bind(kind.as_str()).bind(status.as_str());
    query.execute(&app.parts.pool).await.unwrap();
}

#[tokio::test]
async fn a_viewer_finds_the_runs_of_the_project_as_each_shows_itself_and_no_others() {
    let (app, ana, project) = with_project().await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;
    let old = start(&app, &ana, Some(project), &[2, 2]).await;
    app.parts.clock.advance(chrono::Duration::seconds(1));
    let new = start(&app, &ana, Some(project), &[1]).await;
    let elsewhere = app.project(&ana, json!({})).await;
    start(&app, &ana, Some(elsewhere), &[1]).await;
    start(&app, &ana, None, &[1]).await;
    count(&app, &lease(&app, old, 0).await, 1, 1).await;

    let answer = list(&app, &viewer, project, "").await;

    assert_eq!(answer.header("x-total-count"), Some("2"));
    assert_eq!(answer.header("x-next-cursor"), None);
    let page = answer.expect(200);
    assert_eq!(ids(&page), [new, old]);
    assert_eq!((&page[1]["done"], &page[1]["failed"]), (&json!(1), &json!(1)));
    for run in page.as_array().unwrap() {
        let path = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
        assert_eq!(*run, app.get(&viewer, &path).await.expect(200));
    }
    list(&app, &stranger, project, "").await.expect(404);
}

#[tokio::test]
async fn nobody_reads_the_runs_of_a_deleted_project() {
    let (app, ana, project) = with_project().await;
    start(&app, &ana, Some(project), &[1]).await;
    let statement = "update projects set deleted_at = now() where id = $1";
    sqlx::query(statement).bind(project.0).execute(&app.parts.pool).await.unwrap();

    list(&app, &ana, project, "").await.expect(404);
}

#[tokio::test]
async fn pages_give_each_run_once_while_new_ones_begin() {
    let (app, ana, project) = with_project().await;
    let mut asked = Vec::new();
    // Two at each moment: the clock stands still between them.
    for number in 0..6 {
        asked.push(start(&app, &ana, Some(project), &[1]).await);
        if number % 2 == 1 {
            app.parts.clock.advance(chrono::Duration::seconds(1));
        }
    }

    let (mut found, mut query) = (Vec::new(), "?limit=3".to_owned());
    loop {
        let answer = list(&app, &ana, project, &query).await;
        let next = answer.header("x-next-cursor").map(str::to_owned);
        found.extend(ids(&answer.expect(200)));
        app.parts.clock.advance(chrono::Duration::seconds(1));
        start(&app, &ana, Some(project), &[1]).await;
        match next {
            Some(cursor) => query = format!("?limit=3&cursor={cursor}"),
            None => break,
        }
    }

    assert_eq!(found[..3].iter().filter(|run| asked[4..].contains(run)).count(), 2);
    found.sort_unstable();
    asked.sort_unstable();
    assert_eq!(found, asked);
}

#[tokio::test]
async fn a_list_keeps_to_a_kind_and_a_status_and_counts_only_those() {
    let (app, ana, project) = with_project().await;
    let mut runs = Vec::new();
    for (kind, status) in [
        (RunKind::SurveyRun, RunStatus::Running),
        (RunKind::SurveyRun, RunStatus::Failed),
        (RunKind::Export, RunStatus::Running),
    ] {
        let run = start(&app, &ana, Some(project), &[1]).await;
        set(&app, run, kind, status).await;
        runs.push(run);
    }

    for (query, wanted) in [
        ("?kind=survey-run", vec![runs[0], runs[1]]),
        ("?status=running", vec![runs[0], runs[2]]),
        ("?kind=survey-run&status=running", vec![runs[0]]),
        ("?kind=rag-ingest", vec![]),
    ] {
        let answer = list(&app, &ana, project, query).await;
        let total = answer.header("x-total-count").unwrap().to_owned();
        let mut found = ids(&answer.expect(200));
        found.sort_unstable();
        assert_eq!((found, total), (wanted.clone(), wanted.len().to_string()), "{query}");
    }
    let query = format!("?kind=survey-run&limit=1&cursor={}", runs[2]);
    let page = list(&app, &ana, project, &query).await;
    assert_eq!(page.header("x-total-count"), Some("2"), "a page counts those of all pages");
    assert_eq!(ids(&page.expect(200)), [runs[1]]);
}

#[tokio::test]
async fn what_a_list_does_not_know_is_refused_by_name() {
    let (app, ana, project) = with_project().await;
    let other = app.project(&ana, json!({})).await;
    let foreign = start(&app, &ana, Some(other), &[1]).await;

    for (query, field, rule) in [
        ("?kind=sleep".to_owned(), "kind", "unknown variant `sleep`"),
        ("?status=done".to_owned(), "status", "unknown variant `done`"),
        ("?limit=0".to_owned(), "limit", "must be between 1 and 100"),
        ("?limit=101".to_owned(), "limit", "must be between 1 and 100"),
        (format!("?cursor={foreign}"), "cursor", "must be the X-Next-Cursor of a page before"),
    ] {
        let problem = list(&app, &ana, project, &query).await.expect(422);
        let said = &problem["errors"][0];
        assert!(said.to_string().contains(field), "{query}: {problem}");
        assert!(said.to_string().contains(rule), "{query}: {problem}");
    }
}
