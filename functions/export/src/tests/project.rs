use http::Method;
use shared::survey::Response;
use uuid::Uuid;

use super::*;

pub(super) fn exports(project: ProjectId) -> String {
    format!("/api/v1/projects/{project}/exports")
}

pub(super) fn export(started: &Value) -> String {
    format!("/api/v1/exports/{}", started["export_id"].as_str().unwrap())
}

/// Starts it and lets it be written.
pub(super) async fn written(app: &TestApp, user: &User, project: ProjectId, body: Value) -> Value {
    let started = app.post(user, &exports(project), body).await.expect(202);
    app.deliver_all().await;
    started
}

/// As somebody without a sign-in.
pub(super) async fn fetch(app: &TestApp, path: &Value) -> Answer {
    app.send(Method::GET, path.as_str().unwrap(), None, None).await
}

pub(super) async fn link(app: &TestApp, user: &User, started: &Value) -> Value {
    app.post(user, &format!("{}/link", export(started)), json!({})).await.expect(200)
}

/// How many attempts have left something in the store.
pub(super) async fn files_of(app: &TestApp, started: &Value) -> usize {
    let prefix = format!("exports/{}/", started["export_id"].as_str().unwrap());
    app.parts.storage.folders(&prefix, None).await.unwrap().names.len()
}

async fn masked_bytes(app: &TestApp, ids: &[PersonaId], text: &str) {
    for id in ids {
        assert_hidden(&card(app, *id).await, text);
    }
}

#[tokio::test]
async fn everybody_of_a_project_is_written_by_a_run_and_fetched_by_a_link() {
    let (app, _, project, ids) = project_with(30).await;
    let viewer = app.user("viewer").await;
    app.member(project, &viewer, Role::Viewer).await;
    let body = json!({ "subject": "project", "format": "csv" });

    let started = app.post(&viewer, &exports(project), body.clone()).await.expect(202);
    let again = app.post(&viewer, &exports(project), body).await.expect(202);
    let before = app.get(&viewer, &export(&started)).await.expect(200);
    app.post(&viewer, &format!("{}/link", export(&started)), json!({})).await.expect(409);
    app.deliver_all().await;
    let after = app.get(&viewer, &export(&started)).await.expect(200);
    let link = link(&app, &viewer, &started).await;
    let file = fetch(&app, &link["file"]).await;
    let disclosure = fetch(&app, &link["disclosure"]).await.expect(200);

    assert_eq!(started, again, "one export however often one clicks");
    assert_eq!((&before["is_ready"], &after["is_ready"]), (&json!(false), &json!(true)));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"project.csv\""));
    assert_eq!(file.header("cache-control"), Some("no-store"));
    let text = file.text();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 32);
    assert!(lines[0].starts_with("population_id,number"), "no byte order mark unless asked for");
    masked_bytes(&app, &ids, &text).await;
    masked_bytes(&app, &ids, &disclosure.to_string()).await;
    assert_eq!(disclosure["models"][0]["texts"], 30);
    assert_eq!(app.audited(project.0, "export").await, 1);
    let id: Uuid = started["export_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.audited(id, "export").await, 1, "the link is on record too");
}

#[tokio::test]
async fn somebody_has_two_hundred_files_at_a_time() {
    let (app, ana, project, _) = project_with(1).await;
    let viewer = app.user("viewer").await;
    app.member(project, &viewer, Role::Viewer).await;
    let many = "insert into exports (id, project_id, subject_kind, subject_id, format, has_bom, is_unmasked,
            requested_by, created_at, expires_at)
        select gen_random_uuid(), $1, 'project', $1, 'csv', false, false, $2, $3, $3 + n * interval '1 hour'
        from generate_series(1, 200) as n";
    let many = sqlx::query(many).bind(project.0).bind(viewer.id.0).bind(app.parts.clock.now());
    many.execute(&app.parts.pool).await.unwrap();
    let body = json!({ "subject": "project", "format": "csv" });

    let refused = app.post(&viewer, &exports(project), body.clone()).await;
    written(&app, &ana, project, body.clone()).await;
    let one = "delete from exports where requested_by = $1 and expires_at = $2 + interval '1 hour'";
    let one = sqlx::query(one).bind(viewer.id.0).bind(app.parts.clock.now());
    one.execute(&app.parts.pool).await.unwrap();
    written(&app, &viewer, project, body).await;

    assert_eq!((refused.status(), refused.header("retry-after")), (429, Some("3600")));
}

#[tokio::test]
async fn json_of_a_project_is_whole_and_says_what_it_is() {
    let (app, ana, project, ids) = project_with(250).await;

    let started =
        written(&app, &ana, project, json!({ "subject": "project", "format": "json" })).await;
    let link = link(&app, &ana, &started).await;
    let whole = fetch(&app, &link["file"]).await.expect(200);

    assert_eq!(whole["schema"], "sight.export.project/1");
    assert_eq!(whole["disclosure"]["is_masked"], true);
    assert_eq!(whole["people"].as_array().unwrap().len(), 250, "more than one page");
    assert_eq!(whole["people"][0].get("card"), None);
    masked_bytes(&app, &ids[..20], &whole.to_string()).await;
    assert_eq!(whole["project"]["id"], json!(project));
    assert_eq!(whole["populations"][0]["seed"], 7);
    let limits = whole["disclosure"]["limits"].to_string();
    assert!(limits.contains("eksportuje się pojedynczo"), "it is people: {limits}");
}

#[tokio::test]
async fn what_an_admin_unmasks_only_an_admin_fetches() {
    let (app, ana, project, ids) = project_with(2).await;
    let viewer = app.user("viewer").await;
    app.member(project, &viewer, Role::Viewer).await;
    let body = |reason: Option<&str>| json!({ "subject": "project", "format": "json", "unmask": true, "reason": reason });

    app.post(&viewer, &exports(project), body(Some("dla klienta"))).await.expect(403);
    app.post(&ana, &exports(project), body(None)).await.expect(422);
    let started = written(&app, &ana, project, body(Some("dla klienta"))).await;
    app.post(&viewer, &format!("{}/link", export(&started)), json!({})).await.expect(403);
    let link = link(&app, &ana, &started).await;
    let whole = fetch(&app, &link["file"]).await.expect(200);

    let card = card(&app, ids[0]).await;
    let read: Card = serde_json::from_value(whole["people"][0]["card"].clone()).unwrap();
    assert_eq!(read, card, "nothing is lost");
    let stored: Value = sqlx::query_scalar(
        "select to_jsonb(p) - array['card', 'project_id', 'arrival', 'deleted_at', 'deleted_by', \
            'manner', 'rag_context_used', 'population_index', 'background_story', 'created_at', \
            'updated_at'] \
         from personas p where id = $1",
    )
    .bind(ids[0].0)
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();
    for (name, value) in stored.as_object().unwrap() {
        assert_eq!(whole["people"][0].get(name), Some(value), "{name}");
    }
    assert_eq!(whole["people"][0]["communication_style"], "calm");
    assert!(whole["people"][0]["story"].as_str().unwrap().contains(&*card.surname));
}

#[tokio::test]
async fn a_link_is_over_after_a_quarter_of_an_hour_and_a_file_after_seven_days() {
    let (app, ana, project, _) = project_with(1).await;
    let body = json!({ "subject": "project", "format": "csv" });
    let started = written(&app, &ana, project, body).await;
    let first = link(&app, &ana, &started).await;

    app.parts.clock.advance(chrono::Duration::minutes(15));
    fetch(&app, &first["file"]).await.expect(404);
    fetch(&app, &json!("/api/v1/exports/files/guessed/file")).await.expect(404);
    fetch(&app, &json!("/api/v1/exports/files/guessed/secrets")).await.expect(422);
    let second = link(&app, &ana, &started).await;
    assert_eq!(fetch(&app, &second["file"]).await.status(), 200);
    app.parts.clock.advance(chrono::Duration::days(7));
    let ana = app.renewed(&ana).await;
    app.post(&ana, &format!("{}/link", export(&started)), json!({})).await.expect(409);
    fetch(&app, &second["file"]).await.expect(404);
}

#[tokio::test]
async fn no_line_of_the_log_has_the_ticket_of_a_file() {
    let log = testkit::Log::keep();
    let (app, ana, project, _) = project_with(1).await;
    let body = json!({ "subject": "project", "format": "csv" });
    let started = written(&app, &ana, project, body).await;
    let link = link(&app, &ana, &started).await;

    assert_eq!(fetch(&app, &link["file"]).await.status(), 200);
    app.parts.clock.advance(chrono::Duration::minutes(15));
    fetch(&app, &link["disclosure"]).await.expect(404);

    let log = log.text();
    let ticket = link["file"].as_str().unwrap().split('/').nth(5).unwrap();
    assert_eq!(ticket.len(), 43, "256 bits");
    assert!(log.contains("/api/v1/exports/files/{ticket}/{part}"), "the route is in it: {log}");
    assert!(!log.contains(ticket), "{log}");
}

#[tokio::test]
async fn strangers_find_neither_the_export_nor_what_is_exported() {
    let (app, ana, project, _) = project_with(1).await;
    let stranger = app.user("stranger").await;
    let foreign = app.project(&stranger, json!({})).await;
    let started =
        written(&app, &ana, project, json!({ "subject": "project", "format": "csv" })).await;

    app.get(&stranger, &export(&started)).await.expect(404);
    app.post(&stranger, &format!("{}/link", export(&started)), json!({})).await.expect(404);
    for (subject, id) in [("survey", json!(Uuid::nil())), ("focus_group", json!(project))] {
        let body = json!({ "subject": subject, "subject_id": id, "format": "csv" });
        app.post(&stranger, &exports(foreign), body).await.expect(404);
    }
    let another = json!({ "subject": "project", "subject_id": project, "format": "csv" });
    app.post(&stranger, &exports(foreign), another).await.expect(422);
    let none = json!({ "subject": "survey", "format": "csv" });
    app.post(&stranger, &exports(foreign), none).await.expect(422);
}

#[tokio::test]
async fn a_cancelled_export_leaves_no_file() {
    let (app, ana, project, _) = project_with(3).await;
    let body = json!({ "subject": "project", "format": "csv" });
    let started = app.post(&ana, &exports(project), body).await.expect(202);
    sqlx::query("update runs set cancel_requested_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.deliver_all().await;

    let view = app.get(&ana, &export(&started)).await.expect(200);
    assert_eq!(view["is_ready"], false);
    assert_eq!(files_of(&app, &started).await, 0);
    let status: String =
        sqlx::query_scalar("select status from runs").fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(status, "cancelled");
}

/// A survey that everybody of the project has answered with their own name.
pub(super) async fn answered(app: &TestApp, project: ProjectId, ids: &[PersonaId]) -> Uuid {
    let survey: Uuid = app.parts.ids.next();
    let questions = json!([
        { "id": "why", "type": "open-text", "title": "Why?" },
        { "id": "temp", "type": "numeric", "title": "How cold?", "min": -50.0 },
    ]);
    sqlx::query(
        "with run as (insert into runs (id, kind, project_id, subject_id, input, total, request_hash, \
         requested_by, created_at, status) values ($1, 'survey-run', $2, $1, '{}', 1, '', $1, $4, \
         'succeeded') returning id) \
         insert into surveys (id, project_id, title, questions, design, language, target_responses, \
         run_id, created_by, created_at) select $1, $2, 'Tea', $3, '{}', 'en', 10, id, $1, $4 from run",
    )
    .bind(survey)
    .bind(project.0)
    .bind(questions)
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
    for (number, id) in ids.iter().enumerate() {
        let card = card(app, *id).await;
        let why = format!("=Bo {} tak mówi", card.first_name);
        let answers = [("why".to_owned(), json!(why)), ("temp".to_owned(), json!(-7))].into();
        let response = Json(Response { answers, ..Response::default() });
        sqlx::query(
            "insert into survey_responses (survey_id, persona_id, respondent, card, response, \
             latency_ms, written_by, is_simulated, prompt_version, created_at) \
             values ($1, $2, $3, $4, $5, 1, 'offline', true, 'survey.v1', $6)",
        )
        .bind(survey)
        .bind(id.0)
        .bind(i32::try_from(number).unwrap())
        .bind(Json(&card))
        .bind(response)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
    }
    survey
}

#[tokio::test]
async fn answers_leave_masked_and_in_the_form_that_is_read_back() {
    let (app, ana, project, ids) = project_with(5).await;
    let survey = answered(&app, project, &ids).await;
    let body =
        |format: &str| json!({ "subject": "survey", "subject_id": survey, "format": format });

    let started = written(&app, &ana, project, body("csv")).await;
    let csv = fetch(&app, &link(&app, &ana, &started).await["file"]).await.text();
    let started = written(&app, &ana, project, body("json")).await;
    let whole = fetch(&app, &link(&app, &ana, &started).await["file"]).await.expect(200);

    masked_bytes(&app, &ids, &csv).await;
    masked_bytes(&app, &ids, &whole.to_string()).await;
    assert!(csv.starts_with("respondent,years,weight,segment_age"), "{csv}");
    assert!(csv.contains("\r\n1,,1.0000,"), "no exact age: {csv}");
    let questions: Vec<shared::survey::Question> =
        serde_json::from_value(whole["survey"]["questions"].clone()).unwrap();
    let read = shared::survey::human_comparison::read(&csv, &questions).unwrap();
    assert_eq!(read.len(), 5);
    assert_eq!(read[0]["temp"].as_f64(), Some(-7.0));
    assert!(read[0]["why"].as_str().unwrap().starts_with("=Bo "), "{:?}", read[0]);
    assert_eq!(whole["responses"].as_array().unwrap().len(), 5);
    assert_eq!(whole["responses"][0].get("card"), None);
    assert_eq!(whole["disclosure"]["models"][0]["prompt_version"], "survey.v1");
}

/// A talk in which one person has said who they are.
pub(super) async fn talk(app: &TestApp, project: ProjectId, id: PersonaId) -> Uuid {
    let first = card(app, id).await;
    let group: Uuid = app.parts.ids.next();
    sqlx::query(
        "with run as (insert into runs (id, kind, project_id, subject_id, input, total, request_hash, \
         requested_by, created_at, status) values ($1, 'focus-group-run', $2, $1, '{}', 1, '', $1, $4, \
         'succeeded') returning id), \
         talk as (insert into focus_groups (id, project_id, name, persona_ids, questions, run_id, \
         created_by, created_at, updated_at) select $1, $2, 'Grupa', array[$3], array['Co dalej?'], id, \
         $1, $4, $4 from run returning id) \
         insert into focus_group_turns (id, focus_group_id, run_id, number, question, kind, persona_id, \
         speaker, stance, said, written_by, is_simulated, created_at) \
         select $5, talk.id, run.id, 0, 0, 'opening', $3, 0, -2, $6, 'offline', true, $4 from run, talk",
    )
    .bind(group)
    .bind(project.0)
    .bind(id.0)
    .bind(app.parts.clock.now())
    .bind(app.parts.ids.next::<Uuid>())
    .bind(format!("Jestem {} {}.", first.first_name, first.surname))
    .execute(&app.parts.pool)
    .await
    .unwrap();
    group
}

#[tokio::test]
async fn a_talk_leaves_with_initials_and_its_summary() {
    let (app, ana, project, ids) = project_with(2).await;
    let first = card(&app, ids[0]).await;
    let group = talk(&app, project, ids[0]).await;
    let body =
        |format: &str| json!({ "subject": "focus_group", "subject_id": group, "format": format });

    let started = written(&app, &ana, project, body("json")).await;
    let whole = fetch(&app, &link(&app, &ana, &started).await["file"]).await.expect(200);
    let started = written(&app, &ana, project, body("csv")).await;
    let csv = fetch(&app, &link(&app, &ana, &started).await["file"]).await.text();

    assert_eq!(whole["turns"][0]["speaker"], mask::initials(&first));
    assert_eq!(whole["summary"], Value::Null);
    masked_bytes(&app, &ids, &whole.to_string()).await;
    masked_bytes(&app, &ids, &csv).await;
    assert!(csv.contains(",opening,") && csv.contains(",,-2,"), "a number is no text: {csv}");
}
