//! Watching a run as it goes.

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use platform::rights::RightsOf;
use tower::ServiceExt;

use super::*;
use crate::watch::Reading;

#[tokio::test]
async fn events_begin_with_the_run_as_it_stands_and_end_with_it() {
    let (app, ana, run) = with_run(&[2]).await;
    let request = |last: Option<u64>| {
        let mut request = Request::get(format!("/api/v1/runs/{run}/events"))
            .header("authorization", format!("Bearer {}", ana.token));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.body(Body::empty()).unwrap()
    };
    let response = app.api().oneshot(request(None)).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let first = next_event(&mut body).await;

    let working = lease(&app, run, 0).await;
    count(&app, &working, 2, 0).await;
    engine::close(&app.parts.pool, &working).await.unwrap();
    conclude(&app, run).await;
    Announcer::new(app.parts.cache.clone()).tell(run).await;
    let last = next_event(&mut body).await;

    assert_eq!((first.0.as_str(), &first.2["status"]), ("progress", &json!("queued")));
    assert_eq!((last.0.as_str(), &last.2["done"]), ("end", &json!(2)));
    assert!(last.1 > first.1, "ids grow");
    assert!(body.frame().await.is_none(), "the stream ends with the run");
    for id in [last.1, last.1 + 5] {
        let again = app.api().oneshot(request(Some(id))).await.unwrap();
        let mut body = again.into_body();
        assert_eq!(next_event(&mut body).await, last, "whoever comes back hears that it is over");
        assert!(body.frame().await.is_none());
    }
}

#[tokio::test]
async fn no_proxy_keeps_events_back_and_a_client_is_told_when_to_come_back() {
    let (app, ana, run) = with_run(&[2]).await;

    let response = app.api().oneshot(watching(&ana, run)).await.unwrap();

    assert_eq!(response.headers()["cache-control"], "no-cache, no-transform");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let frame = response.into_body().frame().await.unwrap().unwrap().into_data().unwrap();
    let text = String::from_utf8(frame.to_vec()).unwrap();
    assert!(text.lines().any(|line| line == "retry:3000" || line == "retry: 3000"), "{text}");
}

#[tokio::test]
async fn a_person_watches_eight_times_at_once_and_is_told_why_not_nine() {
    let (app, ana, run) = with_run(&[2]).await;
    let viewer = app.user("viewer").await;
    let project = project_of(&app, run).await;
    app.member(project, &viewer, Role::Viewer).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        let response = app.api().oneshot(watching(&ana, run)).await.unwrap();
        assert_eq!(response.status(), 200);
        open.push(response);
    }

    let refused = app.get(&ana, &format!("/api/v1/runs/{run}/events")).await;

    assert_eq!(refused.expect(429)["detail"], "At most 8 event streams at a time: close one");
    assert_eq!(refused.header("retry-after"), Some("15"));
    let others = app.api().oneshot(watching(&viewer, run)).await.unwrap();
    assert_eq!(others.status(), 200, "somebody else has places of their own");
}

#[tokio::test]
async fn those_who_watch_a_run_share_one_reading_of_it() {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let run = start(&app, &ana, Some(project), &[2]).await;
    let state = AppState::new(app.parts.base(), Announcer::new(None), app.parts.publisher.clone());
    let mut watchers = Vec::new();
    for _ in 0..5 {
        watchers.push(state.readings.watch(&state, run).await);
    }
    assert_eq!(state.readings.count(), 1);

    let working = lease(&app, run, 0).await;
    count(&app, &working, 1, 0).await;
    state.engine.announcer.tell(run).await;

    for watcher in &mut watchers {
        watcher.changed().await.unwrap();
        let Reading::Run(view) = watcher.borrow_and_update().clone() else { panic!("unread") };
        assert_eq!(view.done, 1);
    }
    let first = watchers[0].borrow().clone();
    for watcher in &watchers {
        let (Reading::Run(one), Reading::Run(other)) = (&first, &*watcher.borrow()) else {
            panic!("unread")
        };
        assert!(std::sync::Arc::ptr_eq(one, other), "it was read once");
    }
    drop(watchers);
    state.readings.until_left().await;
}

async fn project_of(app: &TestApp, run: RunId) -> ProjectId {
    let query = "select project_id from runs where id = $1";
    let id: uuid::Uuid =
        sqlx::query_scalar(query).bind(run.0).fetch_one(&app.parts.pool).await.unwrap();
    id.into()
}

pub(super) fn watching(user: &User, run: RunId) -> Request<Body> {
    let request = Request::get(format!("/api/v1/runs/{run}/events"));
    let request = request.header("authorization", format!("Bearer {}", user.token));
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn events_end_when_their_watcher_may_no_longer_see_the_run() {
    for loss in [
        "delete from project_members where account_id = $1",
        "update sessions set ended_at = now() where account_id = $1",
        "update accounts set is_active = false where id = $1",
        "update projects set deleted_at = now() where owner_id <> $1",
    ] {
        let (app, _, run) = with_run(&[2]).await;
        let viewer = app.user("viewer").await;
        let project = "select project_id from runs where id = $1";
        let project: uuid::Uuid =
            sqlx::query_scalar(project).bind(run.0).fetch_one(&app.parts.pool).await.unwrap();
        app.member(project.into(), &viewer, Role::Viewer).await;
        let request = Request::get(format!("/api/v1/runs/{run}/events"))
            .header("authorization", format!("Bearer {}", viewer.token))
            .body(Body::empty())
            .unwrap();
        let mut body = app.api().oneshot(request).await.unwrap().into_body();
        next_event(&mut body).await;
        let announcer = Announcer::new(app.parts.cache.clone());
        let working = lease(&app, run, 0).await;

        app.parts.clock.advance(chrono::Duration::seconds(15));
        count(&app, &working, 1, 0).await;
        announcer.tell(run).await;
        assert_eq!(next_event(&mut body).await.2["done"], 1, "they may see it still");
        sqlx::query(loss).bind(viewer.id.0).execute(&app.parts.pool).await.unwrap();
        app.parts.clock.advance(chrono::Duration::seconds(15));
        count(&app, &working, 1, 0).await;
        announcer.tell(run).await;

        assert!(body.frame().await.is_none(), "{loss}");
    }
}

/// The clock stands still, so nobody asks without a hint.
#[tokio::test]
async fn events_end_at_once_where_a_hint_tells_that_their_watcher_has_lost_the_right() {
    for (loss, is_projects) in [
        ("delete from project_members where account_id = $1", false),
        ("update sessions set ended_at = now() where account_id = $1", false),
        ("update projects set deleted_at = now() where owner_id <> $1", true),
    ] {
        let (app, ana, run) = with_run(&[2]).await;
        let viewer = app.user("viewer").await;
        let project = project_of(&app, run).await;
        app.member(project, &viewer, Role::Viewer).await;
        let mut body = app.api().oneshot(watching(&viewer, run)).await.unwrap().into_body();
        next_event(&mut body).await;
        let working = lease(&app, run, 0).await;
        let rights = &app.parts.rights;

        sqlx::query(loss).bind(viewer.id.0).execute(&app.parts.pool).await.unwrap();
        rights.tell(RightsOf::Account(ana.id)).await;
        count(&app, &working, 1, 0).await;
        Announcer::new(app.parts.cache.clone()).tell(run).await;
        assert_eq!(next_event(&mut body).await.2["done"], 1, "another's rights are not theirs");
        let of =
            if is_projects { RightsOf::Project(project) } else { RightsOf::Account(viewer.id) };
        rights.tell(of).await;

        assert!(body.frame().await.is_none(), "{loss}");
    }
}

/// The name, id and data of the next event.
pub(super) async fn next_event(body: &mut Body) -> (String, u64, Value) {
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let text = String::from_utf8(frame.to_vec()).unwrap();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().to_owned()
    };
    let data = serde_json::from_str(&field("data:")).unwrap();
    (field("event:"), field("id:").parse().unwrap(), data)
}
