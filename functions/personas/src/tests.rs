use platform::Service;
use platform::model::Config;
use population::{Plan, Population};
use serde_json::{Value, json};
use shared::Seed;
use shared::id::{PersonaId, ProjectId};
use shared::persona::{Card, Segment};
use shared::role::Role;
use sqlx::types::Json;
use testkit::{Parts, TestApp, User};
use uuid::Uuid;

mod client;
mod compare;
mod details;
mod due;
mod edit;
mod filters;
mod import;
mod journey;
mod link;
mod messaging;
mod needs;
mod needs_faults;
mod status;

use super::*;

fn build(parts: &Parts) -> Service {
    routes(parts.worker_state(&Config::offline()))
}

/// A study whose model is this.
async fn study_with(model: &Config, people: u32) -> (TestApp, User, ProjectId, Vec<PersonaId>) {
    let model = model.clone();
    let app = TestApp::start(move |parts| routes(parts.worker_state(&model))).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let ids = populate(&app, &ana, project, people).await;
    (app, ana, project, ids)
}

/// How many calls of a model were made for this task.
async fn calls(app: &TestApp, task: &str) -> i64 {
    sqlx::query_scalar("select count(*) from model_calls where task = $1")
        .bind(task)
        .fetch_one(&app.parts.pool)
        .await
        .unwrap()
}

/// A study with people in it, and its owner.
async fn study(people: u32) -> (TestApp, User, ProjectId, Vec<PersonaId>) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let ids = populate(&app, &ana, project, people).await;
    (app, ana, project, ids)
}

async fn populate(app: &TestApp, maker: &User, project: ProjectId, people: u32) -> Vec<PersonaId> {
    let cards = Population::new(&Plan::everyone(), Seed(7)).cards(0..people);
    let population: Uuid = sqlx::query_scalar(
        "insert into populations (id, project_id, seed, plan, plan_hash, engine_version, language, \
         next_index, created_at) values ($1, $2, 7, '{}', '', 1, 'pl', $3, $4) returning id",
    )
    .bind(app.parts.ids.next::<Uuid>())
    .bind(project.0)
    .bind(people.cast_signed())
    .bind(app.parts.clock.now())
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();
    let mut ids = Vec::new();
    for card in cards {
        ids.push(insert(app, maker, project, population, card).await);
    }
    ids
}

async fn insert(
    app: &TestApp,
    maker: &User,
    project: ProjectId,
    population: Uuid,
    card: Card,
) -> PersonaId {
    let id: PersonaId = app.parts.ids.next();
    sqlx::query(
        "insert into personas (id, project_id, population_id, population_index, language, card, \
         headline, background_story, manner, segment_id, written_by, is_simulated, prompt_version, \
         created_by, created_at, updated_at) \
         values ($1, $2, $3, $4, 'pl', $5, 'Nagłówek', 'Historia', \
         '{\"communication_style\": \"rzeczowy\"}', $6, 'offline', true, 'persona.v1', $7, $8, $8)",
    )
    .bind(id.0)
    .bind(project.0)
    .bind(population)
    .bind(card.index.cast_signed())
    .bind(Json(&card))
    .bind(Segment::of(&card).id())
    .bind(maker.id.0)
    .bind(app.parts.clock.now())
    .execute(&app.parts.pool)
    .await
    .unwrap();
    id
}

fn one(id: PersonaId) -> String {
    format!("/api/v1/personas/{id}")
}

#[tokio::test]
async fn a_list_is_a_bare_array_with_the_clients_fields() {
    let (app, ana, project, _) = study(3).await;

    let answer = app.get(&ana, &format!("/api/v1/projects/{project}/personas")).await;

    assert_eq!(answer.header("x-total-count"), Some("3"));
    let list = answer.expect(200);
    let first = &list.as_array().unwrap()[0];
    for field in
        ["id", "project_id", "full_name", "persona_title", "headline", "gender", "location"]
            .into_iter()
            .chain(["education_level", "income_bracket", "occupation", "background_story"])
    {
        assert!(first[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {first}");
    }
    for field in ["age", "openness", "neuroticism", "power_distance", "indulgence"] {
        assert!(first[field].is_number(), "{field}: {first}");
    }
    assert!(first["values"].as_array().is_some_and(|values| values.len() >= 5));
    assert_eq!(first["is_active"], true);
    assert!(first.get("rag_context_details").is_none(), "heavy blocks stay with the details");
}

#[tokio::test]
async fn pages_by_cursor_give_everybody_once() {
    let (app, ana, project, ids) = study(7).await;
    let mut seen = Vec::new();
    let mut cursor = String::new();

    loop {
        let path = format!("/api/v1/projects/{project}/personas?limit=3{cursor}");
        let answer = app.get(&ana, &path).await;
        let next = answer.header("x-next-cursor").map(|id| format!("&cursor={id}"));
        let page = answer.expect(200);
        seen.extend(page.as_array().unwrap().iter().map(|persona| persona["id"].clone()));
        let Some(next) = next else { break };
        cursor = next;
    }

    assert_eq!(json!(seen), json!(ids));
}

#[tokio::test]
async fn whoever_is_stored_between_two_pages_is_on_the_next_however_early_they_were_made() {
    let (app, ana, project, ids) = study(5).await;
    let list = format!("/api/v1/projects/{project}/personas?limit=3");
    let answer = app.get(&ana, &list).await;
    let cursor = answer.header("x-next-cursor").unwrap().to_owned();
    let mut seen = people_of(&answer.expect(200));

    // a worker that took the time long before it committed
    let late = app.people(project, &ana, 2).await;
    let early = app.parts.clock.now() - chrono::Duration::hours(1);
    sqlx::query("update personas set created_at = $2 where id = any($1)")
        .bind(late.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(early)
        .execute(&app.parts.pool)
        .await
        .unwrap();
    seen.extend(people_of(&app.get(&ana, &format!("{list}&cursor={cursor}")).await.expect(200)));
    let last = seen.last().unwrap().as_str().unwrap().to_owned();
    seen.extend(people_of(&app.get(&ana, &format!("{list}&cursor={last}")).await.expect(200)));

    assert_eq!(json!(seen), json!([ids, late].concat()));
}

#[tokio::test]
async fn who_is_stored_first_and_committed_last_is_not_passed_over() {
    let (app, ana, project, ids) = study(3).await;
    let copy = "insert into personas select (jsonb_populate_record(p, jsonb_build_object( \
        'id', gen_random_uuid(), 'population_index', $2::int))).* from personas p where id = $1 \
        returning id";
    let mut slow = app.parts.pool.begin().await.unwrap();
    let first: uuid::Uuid =
        sqlx::query_scalar(copy).bind(ids[0].0).bind(90).fetch_one(&mut *slow).await.unwrap();

    let quick = sqlx::query_scalar::<_, uuid::Uuid>(copy).bind(ids[0].0).bind(91);
    let (second, page) = tokio::join!(quick.fetch_one(&app.parts.pool), async {
        // The quick one waits for its turn: until then nobody is shown who would hide the slow one.
        app.database.until_waiting(1).await;
        let list = format!("/api/v1/projects/{project}/personas?limit=3");
        let page = app.get(&ana, &list).await;
        slow.commit().await.unwrap();
        page
    });
    let cursor = page.header("x-next-cursor").unwrap().to_owned();
    let list = format!("/api/v1/projects/{project}/personas?limit=3&cursor={cursor}");

    let next = people_of(&app.get(&ana, &list).await.expect(200));

    assert_eq!(json!(next), json!([first, second.unwrap()]));
}

fn people_of(page: &Value) -> Vec<Value> {
    page.as_array().unwrap().iter().map(|persona| persona["id"].clone()).collect()
}

#[tokio::test]
async fn limits_out_of_bounds_are_refused() {
    let (app, ana, project, _) = study(1).await;

    for query in ["limit=0", "limit=1001", "skip=-1", "limit=many"] {
        let path = format!("/api/v1/projects/{project}/personas?{query}");
        app.get(&ana, &path).await.expect(422);
    }
}

#[tokio::test]
async fn details_show_everything_and_their_own_view() {
    let (app, ana, _, ids) = study(1).await;

    let details = app.get(&ana, &format!("{}/details?force_refresh=true", one(ids[0]))).await;
    let details = details.expect(200);

    assert!(details["big_five"]["openness"].is_number());
    assert!(details["hofstede"]["power_distance"].is_number());
    assert_eq!(details["communication_style"], "rzeczowy");
    assert_eq!(details["needs_and_pains"]["basis"], "hypotheses", "nobody has said anything");
    assert_eq!(details["audit_log"][0]["action"], "view");
    assert_eq!(details["audit_log"][0]["user_id"], json!(ana.id));
    assert_eq!(details["version"], 1);
}

#[tokio::test]
async fn the_audit_trail_shows_the_twenty_newest_lines() {
    let (app, ana, _, ids) = study(1).await;
    for _ in 0..25 {
        app.parts.clock.advance(chrono::Duration::seconds(1));
        app.get(&ana, &one(ids[0])).await.expect(200);
    }

    let details = app.get(&ana, &format!("{}/details", one(ids[0]))).await.expect(200);

    assert_eq!(details["audit_log"].as_array().unwrap().len(), 20);
    assert_eq!(app.audited(ids[0].0, "view").await, 26);
}

#[tokio::test]
async fn reasoning_explains_by_rule() {
    let (app, ana, _, ids) = study(1).await;

    let reasoning = app.get(&ana, &format!("{}/reasoning", one(ids[0]))).await.expect(200);

    assert!(reasoning["segment_id"].as_str().unwrap().starts_with("seg_"));
    assert!(reasoning["allocation_reasoning"].as_str().unwrap().contains("ziarno 7"));
    assert_eq!(reasoning["graph_insights"], json!([]));
    assert!(reasoning["demographics"]["age_range"].as_str().unwrap().contains('-'));
}

#[tokio::test]
async fn a_stored_grounding_that_cannot_be_read_is_no_empty_one() {
    let (app, ana, _, ids) = study(1).await;
    let whole = json!({ "query": "kawa", "num_results": 1, "context_tokens": 9,
        "removed_citations": 0, "unavailable": null,
        "graph_insights": [{ "source": "Kawa 2026", "confidence": "high" }] });
    let store = async |stored: &Value| {
        let statement = "update personas set rag_context_details = $2 where id = $1";
        let statement = sqlx::query(statement).bind(ids[0].0).bind(stored);
        statement.execute(&app.parts.pool).await.unwrap();
    };
    let reasoning = format!("{}/reasoning", one(ids[0]));

    store(&whole).await;
    let reasons = app.get(&ana, &reasoning).await.expect(200);
    let insight = &reasons["graph_insights"][0];
    assert!(insight["why_matters"].as_str().unwrap().contains("Kawa 2026"));
    assert_eq!((&insight["source"], &insight["confidence"]), (&json!("Kawa 2026"), &json!("high")));

    for (field, value) in [("num_results", json!("one")), ("graph_insights", json!([{}]))] {
        let mut broken = whole.clone();
        broken[field] = value;
        store(&broken).await;
        app.get(&ana, &reasoning).await.expect(500);
        app.get(&ana, &format!("{}/details", one(ids[0]))).await.expect(500);
    }
}

#[tokio::test]
async fn a_summary_counts_by_segment() {
    let (app, ana, project, ids) = study(30).await;
    let body = Some(json!({ "reason": "duplicate" }));
    app.delete(&ana, &one(ids[0]), body).await.expect(200);

    let path = format!("/api/v1/projects/{project}/personas/summary");
    let summary = app.get(&ana, &path).await.expect(200);

    assert_eq!(summary["total_personas"], 30);
    assert_eq!(
        (&summary["active_personas"], &summary["archived_personas"]),
        (&json!(29), &json!(1))
    );
    let segments = summary["segments"].as_array().unwrap();
    assert!((2..=12).contains(&segments.len()), "{segments:?}");
    assert!(segments.iter().all(|segment| segment["segment_name"] != ""));

    let unknown = "update personas set segment_id = 'seg_9' where id = $1";
    sqlx::query(unknown).bind(ids[1].0).execute(&app.parts.pool).await.unwrap();
    app.get(&ana, &path).await.expect(500);
}

#[tokio::test]
async fn a_deletion_can_be_undone_for_thirty_seconds() {
    let (app, ana, _, ids) = study(1).await;
    let undo = format!("{}/undo-delete", one(ids[0]));
    let reason = || Some(json!({ "reason": "other", "reason_detail": "za podobna" }));

    app.post(&ana, &undo, json!({})).await.expect(404);
    let deleted = app.delete(&ana, &one(ids[0]), reason()).await.expect(200);
    app.delete(&ana, &one(ids[0]), reason()).await.expect(404);
    app.get(&ana, &one(ids[0])).await.expect(404);
    app.parts.clock.advance(chrono::Duration::seconds(30));
    let restored = app.post(&ana, &undo, json!({})).await.expect(200);
    app.get(&ana, &one(ids[0])).await.expect(200);
    app.delete(&ana, &one(ids[0]), reason()).await.expect(200);
    app.parts.clock.advance(chrono::Duration::seconds(31));
    let late = app.post(&ana, &undo, json!({})).await;

    assert_eq!(deleted["status"], "deleted");
    assert_eq!(restored["status"], "active");
    late.expect(410);
    assert!(late.header("x-undo-deadline").is_some());
    assert!(late.header("x-deleted-at").is_some());
    assert_eq!(app.audited(ids[0].0, "delete").await, 2);
    assert_eq!(app.audited(ids[0].0, "undo_delete").await, 1);
}

#[tokio::test]
async fn two_deletions_at_once_are_one() {
    let (app, ana, _, ids) = study(1).await;
    let path = one(ids[0]);
    let reason = || Some(json!({ "reason": "test_data" }));

    let (one, two) =
        tokio::join!(app.delete(&ana, &path, reason()), app.delete(&ana, &path, reason()));

    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    assert_eq!(app.audited(ids[0].0, "delete").await, 1);
}

#[tokio::test]
async fn a_reason_is_checked() {
    let (app, ana, _, ids) = study(1).await;

    for body in [
        json!({}),
        json!({ "reason": "because" }),
        json!({ "reason": "other" }),
        json!({ "reason": "other", "reason_detail": "x".repeat(501) }),
    ] {
        app.delete(&ana, &one(ids[0]), Some(body)).await.expect(422);
    }
}

#[tokio::test]
async fn editors_delete_what_they_made_and_admins_anything() {
    let (app, ana, project, ids) = study(1).await;
    let (editor, viewer) = (app.user("editor").await, app.user("viewer").await);
    let stranger = app.user("stranger").await;
    app.member(project, &editor, Role::Editor).await;
    app.member(project, &viewer, Role::Viewer).await;
    let own = populate(&app, &editor, project, 1).await;
    let reason = || Some(json!({ "reason": "outdated" }));

    for (user, id, may_delete) in [
        (&viewer, ids[0], false),
        (&editor, ids[0], false),
        (&editor, own[0], true),
        (&ana, own[0], true),
    ] {
        let details = app.get(user, &format!("{}/details", one(id))).await.expect(200);
        assert_eq!(details["may_delete"], may_delete);
    }
    app.get(&viewer, &one(ids[0])).await.expect(200);
    app.get(&stranger, &one(ids[0])).await.expect(404);
    app.delete(&viewer, &one(ids[0]), reason()).await.expect(403);
    app.delete(&stranger, &one(ids[0]), reason()).await.expect(404);
    app.delete(&editor, &one(ids[0]), reason()).await.expect(403);
    app.delete(&editor, &one(own[0]), reason()).await.expect(200);
    app.delete(&ana, &one(ids[0]), reason()).await.expect(200);
}

#[tokio::test]
async fn people_of_a_deleted_study_are_gone() {
    let (app, ana, project, ids) = study(1).await;
    sqlx::query("update projects set deleted_at = $2 where id = $1")
        .bind(project.0)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();

    app.get(&ana, &one(ids[0])).await.expect(404);
    app.get(&ana, &format!("/api/v1/projects/{project}/personas")).await.expect(404);
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
