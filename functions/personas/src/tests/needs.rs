//! Needs: there without a model, individual, and drafted anew from what people have said.

use std::collections::BTreeSet;

use testkit::{Behaviour, Scripted};

use super::*;

fn path(id: PersonaId) -> String {
    format!("{}/needs", one(id))
}

/// Something said in a focus group of this project.
pub(super) async fn says(app: &TestApp, project: ProjectId, id: PersonaId, text: &str) -> Uuid {
    let (group, run, turn): (Uuid, Uuid, Uuid) =
        (app.parts.ids.next(), app.parts.ids.next(), app.parts.ids.next());
    let now = app.parts.clock.now();
    for statement in [
        "insert into runs (id, kind, project_id, subject_id, input, total, request_hash, requested_by, \
         created_at, status) select $1, 'focus-group-run', $2, $1, '{}', 1, '', owner_id, $3, \
         'succeeded' from projects where id = $2",
    ] {
        sqlx::query(statement)
            .bind(run)
            .bind(project.0)
            .bind(now)
            .execute(&app.parts.pool)
            .await
            .unwrap();
    }
    sqlx::query(
        "insert into focus_groups (id, project_id, name, persona_ids, questions, run_id, created_by, \
         created_at, updated_at) values ($1, $2, 'Grupa', '{}', '{}', $3, $1, $4, $4)",
    )
    .bind(group)
    .bind(project.0)
    .bind(run)
    .bind(now)
    .execute(&app.parts.pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into focus_group_turns (id, focus_group_id, run_id, number, question, kind, persona_id, \
         speaker, said, written_by, created_at) values ($1, $2, $3, 1, 0, 'opening', $4, 0, $5, 'm', $6)",
    )
    .bind(turn)
    .bind(group)
    .bind(run)
    .bind(id.0)
    .bind(text)
    .bind(now)
    .execute(&app.parts.pool)
    .await
    .unwrap();
    group
}

/// Everybody in one segment: what one says shows what all of it need.
pub(super) async fn together(app: &TestApp) {
    sqlx::query(
        "update personas set segment_id = 'seg_mid_career_urban', card = card || \
         '{\"activity\": \"employed\", \"age\": 40, \"place\": \"urban\"}'",
    )
    .execute(&app.parts.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn details_show_needs_in_the_clients_shape_and_no_model_is_asked() {
    let (app, ana, _, ids) = study(12).await;
    let mut told = BTreeSet::new();
    for id in &ids {
        let details = app.get(&ana, &format!("{}/details", one(*id))).await.expect(200);
        let needs = &details["needs_and_pains"];
        for (list, text) in [
            ("jobs_to_be_done", "job_statement"),
            ("desired_outcomes", "outcome_statement"),
            ("pain_points", "pain_title"),
        ] {
            let list = needs[list].as_array().unwrap();
            assert_eq!(list.len(), 3);
            assert!(list.iter().all(|one| one[text].is_string() && one["is_hypothesis"] == true));
        }
        let outcome = &needs["desired_outcomes"][0];
        let (importance, satisfaction) =
            (&outcome["importance"], &outcome["satisfaction_current_solutions"]);
        let (importance, satisfaction) =
            (importance.as_f64().unwrap(), satisfaction.as_f64().unwrap());
        let ulwick = importance + (importance - satisfaction).max(0.0);
        assert_eq!(outcome["opportunity_score"].as_f64().unwrap(), 5.0 * ulwick);
        assert_eq!(
            (&needs["basis"], &needs["generated_by"]),
            (&json!("hypotheses"), &json!("rules"))
        );
        assert!(needs["pain_points"][0]["percent_affected"].is_null());
        told.insert(needs.to_string());
    }
    assert!(told.len() >= 10, "{} of 12 differ", told.len());
    let asked: i64 = sqlx::query_scalar("select count(*) from model_calls")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(asked, 0);
}

#[tokio::test]
async fn what_people_say_makes_them_stale_and_a_run_reads_it_once() {
    let (app, ana, project, ids) = study(3).await;
    together(&app).await;
    let said = "Ta cena jest za wysoka, tani koszyk by wystarczył.";
    let group = says(&app, project, ids[1], said).await;
    let details = format!("{}/details", one(ids[0]));
    let before = app.get(&ana, &details).await.expect(200);

    let stale = app.get(&ana, &path(ids[0])).await.expect(200);
    let started = app.post(&ana, &path(ids[0]), json!({})).await.expect(202);
    app.deliver_all().await;
    let fresh = app.get(&ana, &path(ids[0])).await.expect(200);
    let after = app.get(&ana, &details).await.expect(200);

    assert_eq!((&stale["is_stale"], &fresh["is_stale"]), (&json!(true), &json!(false)));
    assert_eq!(fresh["needs_and_pains"]["basis"], "answers");
    assert_eq!(after["needs_and_pains"], fresh["needs_and_pains"], "what was kept is not shown");
    assert_ne!(after["version"], before["version"]);
    let quotes = fresh["needs_and_pains"].to_string();
    assert!(quotes.contains(said), "{quotes}");
    let turn = "select id from focus_group_turns where focus_group_id = $1";
    let turn: Uuid = sqlx::query_scalar(turn).bind(group).fetch_one(&app.parts.pool).await.unwrap();
    let place = json!({ "kind": "focus_group", "focus_group_id": group, "turn_id": turn });
    assert!(!places(&fresh).is_empty());
    assert!(places(&fresh).iter().all(|(_, at)| *at == place), "{quotes}");
    assert_eq!(run(&app, &started).await, ("succeeded".to_owned(), 1));
    // Again: nothing has changed, so nobody is asked.
    app.parts.clock.advance(chrono::Duration::seconds(11));
    let again = app.post(&ana, &path(ids[0]), json!({})).await.expect(202);
    app.deliver_all().await;
    assert_eq!(run(&app, &again).await, ("succeeded".to_owned(), 1));
    assert_eq!(calls(&app, "persona_needs").await, 1);
    // What is gone is quoted no more.
    sqlx::query("delete from focus_groups where id = $1")
        .bind(group)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let gone = app.get(&ana, &path(ids[0])).await.expect(200);
    assert_eq!(gone["needs_and_pains"]["basis"], "hypotheses");
    assert!(!gone.to_string().contains(said));
    assert_eq!(gone["is_stale"], true);
}

/// Every quote of somebody's needs with its place.
fn places(needs: &Value) -> Vec<(Value, Value)> {
    let of = |kind: &str| needs["needs_and_pains"][kind].as_array().unwrap().clone();
    let all = [of("jobs_to_be_done"), of("pain_points")].concat();
    let all = all.iter().flat_map(|one| {
        let list = |field: &str| one[field].as_array().unwrap().clone();
        assert_eq!(list("quotes").len(), list("quote_places").len(), "{one}");
        list("quotes").into_iter().zip(list("quote_places"))
    });
    all.collect()
}

/// What somebody answers to two open questions of a survey of this project.
async fn answers(app: &TestApp, project: ProjectId, id: PersonaId, texts: [&str; 2]) -> Uuid {
    let survey: Uuid = app.parts.ids.next();
    let questions = json!([
        { "id": "first", "type": "open-text", "title": "Co dobrego?" },
        { "id": "second", "type": "open-text", "title": "Co złego?" },
    ]);
    let statement = "insert into surveys (id, project_id, title, questions, design, language, \
        target_responses, created_by, created_at) \
        values ($1, $2, 'Ankieta', $3, '{}', 'pl', 10, $1, $4)";
    let query = sqlx::query(statement).bind(survey).bind(project.0).bind(questions);
    let now = app.parts.clock.now();
    query.bind(now).execute(&app.parts.pool).await.unwrap();
    let response = json!({ "answers": { "first": texts[0], "second": texts[1] } });
    let statement = "insert into survey_responses (survey_id, persona_id, respondent, card, \
        response, latency_ms, written_by, is_simulated, prompt_version, created_at) \
        values ($1, $2, 0, '{}', $3, 1, 'm', true, 'v1', $4)";
    let query = sqlx::query(statement).bind(survey).bind(id.0).bind(response);
    query.bind(now).execute(&app.parts.pool).await.unwrap();
    survey
}

#[tokio::test]
async fn a_quote_of_an_open_answer_says_to_which_question_it_was_given() {
    let (app, ana, project, ids) = study(2).await;
    together(&app).await;
    let said = "Ta cena jest za wysoka, tani koszyk by wystarczył.";
    let survey = answers(&app, project, ids[1], ["Wszystko w porządku tutaj.", said]).await;

    app.post(&ana, &path(ids[0]), json!({})).await.expect(202);
    app.deliver_all().await;
    let needs = app.get(&ana, &path(ids[0])).await.expect(200);

    let quoted = places(&needs);
    let of = |text: &str| {
        let has = |(quote, _): &&(Value, Value)| text.contains(quote.as_str().unwrap());
        quoted.iter().filter(has).map(|(_, place)| place.clone()).collect::<Vec<_>>()
    };
    let place = json!({ "kind": "survey", "survey_id": survey, "question_id": "second" });
    assert!(!of(said).is_empty() && of(said).iter().all(|at| *at == place), "{quoted:?}");
    // What was answered anew has other words: the survey is left.
    let change = "update survey_responses set response = '{\"answers\": {}}'";
    sqlx::query(change).execute(&app.parts.pool).await.unwrap();
    let changed = places(&app.get(&ana, &path(ids[0])).await.expect(200));
    let place = json!({ "kind": "survey", "survey_id": survey, "question_id": null });
    assert!(!changed.is_empty() && changed.iter().all(|(_, at)| *at == place), "{changed:?}");
}

async fn run(app: &TestApp, started: &Value) -> (String, i64) {
    let id: Uuid = started["run_id"].as_str().unwrap().parse().unwrap();
    sqlx::query_as(
        "select r.status, (select sum(done) from run_shards where run_id = r.id) from runs r where id = $1",
    )
    .bind(id)
    .fetch_one(&app.parts.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn an_invented_quote_is_dropped_and_counted() {
    let server = Scripted::start([]).await;
    let draft = offline::insight::needs(
        &[Segment::parse("seg_mid_career_urban").unwrap()],
        &[],
        shared::Language::Polish,
        Seed(1),
    );
    let mut draft = json!(draft);
    draft["segments"][0]["jobs"][0]["cited"] = json!([
        { "answer": 1, "quote": "za wysoka" },
        { "answer": 1, "quote": "Kupiłabym od razu" },
        { "answer": 9, "quote": "za wysoka" },
    ]);
    let mut missing = draft.clone();
    missing["segments"][0]["segment"] = json!("seg_of_mine");
    server.push(Behaviour::Answer(missing));
    server.push(Behaviour::Answer(draft));
    let (app, ana, project, ids) = study_with(&server.config(), 2).await;
    together(&app).await;
    says(&app, project, ids[0], "Cena jest za wysoka.").await;

    app.post(&ana, &path(ids[0]), json!({})).await.expect(202);
    app.deliver_all().await;

    let found = app.get(&ana, &path(ids[0])).await.expect(200);
    assert_eq!((&found["dropped_quotes"], &found["is_simulated"]), (&json!(2), &json!(false)));
    let jobs = found["needs_and_pains"]["jobs_to_be_done"].as_array().unwrap();
    let shown: Vec<&Value> = jobs.iter().filter(|job| job["is_hypothesis"] == false).collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["quotes"], json!(["za wysoka"]));
    assert_eq!(server.recorded().len(), 2, "a segment that nobody asked for was sent back");
}

#[tokio::test]
async fn a_project_is_drafted_as_a_whole_and_a_message_that_comes_twice_pays_once() {
    let (app, ana, project, _) = study(40).await;
    let all = format!("/api/v1/projects/{project}/needs");

    let started = app.post(&ana, &all, json!({})).await.expect(202);
    let same = app.post(&ana, &all, json!({})).await.expect(202);
    let messages = app.parts.publisher.take();
    for message in messages.iter().chain(&messages) {
        let payload = serde_json::from_str(&message.json).unwrap();
        app.push(&message.topic, &payload).await.expect(204);
    }

    let segments = started["segments"].as_i64().unwrap();
    assert!(segments > 5);
    assert_eq!(started["run_id"], same["run_id"], "one run however often one clicks");
    assert_eq!(run(&app, &started).await, ("succeeded".to_owned(), segments));
    assert_eq!(calls(&app, "persona_needs").await, segments);
    assert_eq!(app.audited(project.0, "needs").await, 2);
}

#[tokio::test]
async fn editors_start_it_viewers_read_strangers_see_nothing() {
    let (app, ana, project, ids) = study(1).await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;
    let all = format!("/api/v1/projects/{project}/needs");

    app.get(&viewer, &path(ids[0])).await.expect(200);
    app.get(&stranger, &path(ids[0])).await.expect(404);
    for place in [&path(ids[0]), &all] {
        app.post(&viewer, place, json!({})).await.expect(403);
        app.post(&stranger, place, json!({})).await.expect(404);
    }
    let other = app.project(&ana, json!({})).await;
    let empty = app.post(&ana, &format!("/api/v1/projects/{other}/needs"), json!({})).await;
    assert!(empty.expect(400)["detail"].as_str().unwrap().contains("no people"));
}

#[tokio::test]
async fn what_others_say_in_other_projects_is_none_of_ours() {
    let (app, ana, project, ids) = study(2).await;
    together(&app).await;
    let other = app.project(&ana, json!({})).await;
    let theirs = populate(&app, &ana, other, 1).await;
    together(&app).await;
    says(&app, other, theirs[0], "Tajemnica innego badania, droga cena.").await;

    app.post(&ana, &path(ids[0]), json!({})).await.expect(202);
    app.deliver_all().await;

    let found = app.get(&ana, &path(ids[0])).await.expect(200);
    assert_eq!(found["needs_and_pains"]["answers"], 0);
    assert_eq!(found["needs_and_pains"]["basis"], "hypotheses");
    let _ = project;
}
