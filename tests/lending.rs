//! Whose private library a project reads: nobody's who does not lend it, and no longer than they are in it.

use platform::model::Config;
use serde_json::{Value, json};
use shared::id::ProjectId;
use shared::knowledge::Scope;
use shared::role::Role;
use testkit::{TestApp, User};

use crate::all_functions;

const SECRET: &str = "Umowa z siecią kawiarni opiewa na 41 mln zł i jest poufna.";

async fn app() -> TestApp {
    testkit::graph().await;
    all_functions::by_hand(&Config::offline()).await
}

/// Puts a document into somebody's own library.
async fn keep(app: &TestApp, user: &User) {
    let graph = testkit::graph().await;
    testkit::document(app, &graph, user.id, Scope::Account(user.id), "Tajne", SECRET).await;
}

/// The titles that somebody lists and finds in a project.
async fn seen(app: &TestApp, user: &User, project: ProjectId) -> Vec<String> {
    let list = format!("/api/v1/rag/documents?project_id={project}");
    let listed = app.get(user, &list).await.expect(200);
    let search = json!({ "query": "umowa z siecią kawiarni", "project_id": project, "top_k": 20 });
    let found = app.post(user, "/api/v1/rag/query", search).await.expect(200);
    let question = json!({ "question": "Na ile opiewa umowa?", "project_id": project });
    let answer = app.post(user, "/api/v1/rag/query/graph", question).await.expect(200);
    assert!(found["num_results"] != 0 || !answer.to_string().contains("41 mln"), "{answer}");
    let titles = |list: &Value, field: &str| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one[field].as_str().unwrap().to_owned()).collect()
    };
    [titles(&listed, "title"), titles(&found["citations"], "document_title")].concat()
}

async fn leave(app: &TestApp, user: &User) {
    app.delete(user, "/api/v1/settings/account", None).await.expect(200);
    app.parts.publisher.take();
}

#[tokio::test]
async fn whoever_inherits_a_project_does_not_lend_it_their_library() {
    let app = app().await;
    let (mallory, victim) = (app.user("mallory").await, app.user("victim").await);
    let eve = app.user("eve").await;
    keep(&app, &victim).await;
    let project = app.project(&mallory, json!({})).await;
    app.member(project, &victim, Role::Admin).await;
    app.member(project, &eve, Role::Viewer).await;

    leave(&app, &mallory).await;

    assert_eq!(seen(&app, &eve, project).await, Vec::<String>::new());
    let people = format!("/api/v1/projects/{project}/personas/generate");
    app.post(&victim, &people, json!({ "num_personas": 2 })).await.expect(202);
    app.deliver_all().await;
    let cited = "select count(*) from citations";
    let cited: i64 = sqlx::query_scalar(cited).fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(cited, 0, "nor do its people cite it");
}

#[tokio::test]
async fn an_owner_who_is_removed_lends_nothing_any_more_and_owns_nothing() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    let viewer = app.user("viewer").await;
    keep(&app, &ana).await;
    let project = app.project(&ana, json!({})).await;
    app.member(project, &bea, Role::Admin).await;
    app.member(project, &viewer, Role::Viewer).await;
    assert_eq!(seen(&app, &viewer, project).await, ["Tajne", "Tajne"]);

    let path = format!("/api/v1/projects/{project}/members/{}", ana.id);
    app.delete(&bea, &path, None).await.expect(204);

    assert_eq!(seen(&app, &viewer, project).await, Vec::<String>::new());
    assert_eq!(owner(&app, project).await, bea.id.0);
    // Nor when she comes back, until she lends it herself.
    app.member(project, &ana, Role::Viewer).await;
    assert_eq!(seen(&app, &viewer, project).await, Vec::<String>::new());
    let lend = format!("/api/v1/projects/{project}/library");
    app.put(&ana, &lend, json!({})).await.expect(200);
    assert_eq!(seen(&app, &viewer, project).await, ["Tajne", "Tajne"]);
}

async fn owner(app: &TestApp, project: ProjectId) -> uuid::Uuid {
    let query = sqlx::query_scalar("select owner_id from projects where id = $1").bind(project.0);
    query.fetch_one(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn an_owner_who_leaves_hands_the_project_on_and_nobodys_library() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    let viewer = app.user("viewer").await;
    keep(&app, &ana).await;
    keep(&app, &bea).await;
    let project = app.project(&ana, json!({})).await;
    app.member(project, &bea, Role::Editor).await;
    app.member(project, &viewer, Role::Viewer).await;

    leave(&app, &ana).await;

    assert_eq!(owner(&app, project).await, bea.id.0);
    assert_eq!(seen(&app, &viewer, project).await, Vec::<String>::new());
    assert_eq!(seen(&app, &bea, project).await, Vec::<String>::new(), "not even where she asks");
}

#[tokio::test]
async fn whoever_lends_a_library_sees_who_read_it_and_takes_it_back() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    keep(&app, &ana).await;
    let new = json!({ "name": "Herbata", "target_demographics": {} });
    let made = app.post(&ana, "/api/v1/projects", new).await.expect(201);
    let project = ProjectId(made["id"].as_str().unwrap().parse().unwrap());
    app.member(project, &bea, Role::Editor).await;

    seen(&app, &ana, project).await;
    let nobody = app.get(&ana, "/api/v1/settings/library").await.expect(200);
    seen(&app, &bea, project).await;
    seen(&app, &bea, project).await;
    let people = format!("/api/v1/projects/{project}/personas/generate");
    app.post(&bea, &people, json!({ "num_personas": 4 })).await.expect(202);
    app.deliver_all().await;
    let library = app.get(&ana, "/api/v1/settings/library").await.expect(200);
    let take_back = format!("/api/v1/projects/{project}/library");
    app.delete(&ana, &take_back, None).await.expect(204);

    assert_eq!(nobody["reads"], json!([]), "their own reading is no news");
    assert_eq!(nobody["lent"][0]["project_id"], json!(project));
    let reads = library["reads"].as_array().unwrap();
    let mut hows: Vec<&str> = reads.iter().map(|read| read["how"].as_str().unwrap()).collect();
    hows.sort_unstable();
    assert_eq!(hows, ["answer", "answer", "list", "personas", "search", "search"]);
    for read in reads {
        assert_eq!((&read["account_id"], &read["full_name"]), (&json!(bea.id), &json!("bea")));
        assert_eq!(read["project_id"], json!(project));
    }
    let log = "select string_agg(details::text, ' ') from audit_log";
    let log: String = sqlx::query_scalar(log).fetch_one(&app.parts.pool).await.unwrap();
    assert!(!log.contains("umowa"), "what was asked is on no record: {log}");
    assert_eq!(seen(&app, &bea, project).await, Vec::<String>::new());
    let after = app.get(&ana, "/api/v1/settings/library").await.expect(200);
    assert_eq!(after["lent"], json!([]));
    app.delete(&ana, &take_back, None).await.expect(404);
}

#[tokio::test]
async fn nobody_lends_anothers_library_and_whoever_makes_a_project_may_keep_theirs() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    keep(&app, &ana).await;
    keep(&app, &bea).await;
    let new = json!({ "name": "Herbata", "target_demographics": {}, "lend_library": false });
    let made = app.post(&ana, "/api/v1/projects", new).await.expect(201);
    let project = ProjectId(made["id"].as_str().unwrap().parse().unwrap());
    app.member(project, &bea, Role::Viewer).await;
    let libraries = format!("/api/v1/projects/{project}/libraries");

    assert_eq!(seen(&app, &bea, project).await, Vec::<String>::new());
    assert_eq!(app.get(&bea, &libraries).await.expect(200), json!([]));
    let lend = format!("/api/v1/projects/{project}/library");
    let lent = app.put(&bea, &lend, json!({ "account_id": ana.id })).await.expect(200);
    assert_eq!(lent[0]["account_id"], json!(bea.id));
    assert_eq!(lent.as_array().unwrap().len(), 1);
    let of_bea = format!("{libraries}/{}", bea.id);
    app.delete(&ana, &of_bea, None).await.expect(204);
    assert_eq!(seen(&app, &ana, project).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_project_that_was_deleted_lends_nothing_when_it_is_brought_back() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    keep(&app, &ana).await;
    let project = app.project(&ana, json!({})).await;
    app.member(project, &bea, Role::Viewer).await;

    app.delete(&ana, &format!("/api/v1/projects/{project}"), None).await.expect(204);
    let back = sqlx::query("update projects set deleted_at = null where id = $1").bind(project.0);
    back.execute(&app.parts.pool).await.unwrap();

    assert_eq!(seen(&app, &bea, project).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_library_of_somebody_whose_account_is_disabled_is_not_read() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    keep(&app, &ana).await;
    let project = app.project(&ana, json!({})).await;
    app.member(project, &bea, Role::Viewer).await;

    let disable = sqlx::query("update accounts set is_active = false where id = $1").bind(ana.id.0);
    disable.execute(&app.parts.pool).await.unwrap();

    assert_eq!(seen(&app, &bea, project).await, Vec::<String>::new());
}

/// What a project about coffee is grounded in.
const COFFEE: &str =
    "Kawę na wynos kupuje regularnie 41% dorosłych, najczęściej rano w drodze do pracy.";

/// A project with two people who are grounded in its owner's library, and whose run has failed since.
async fn failed_run(app: &TestApp, owner: &User) -> (ProjectId, String) {
    let graph = testkit::graph().await;
    let scope = Scope::Account(owner.id);
    testkit::document(app, &graph, owner.id, scope, "Kawa", COFFEE).await;
    let project = app.project(owner, json!({})).await;
    let people = format!("/api/v1/projects/{project}/personas/generate");
    let started = app.post(owner, &people, json!({ "num_personas": 2 })).await.expect(202);
    app.deliver_all().await;
    assert_eq!(grounded(app).await, [true, true]);
    app.database.forget_nobody().await;
    for statement in [
        "delete from personas",
        "update run_shards set done = 0, failed = size",
        "update runs set status = 'failed'",
    ] {
        sqlx::query(statement).execute(&app.parts.pool).await.unwrap();
    }
    (project, format!("/api/v1/runs/{}/retry", started["run_id"].as_str().unwrap()))
}

async fn grounded(app: &TestApp) -> Vec<bool> {
    let grounded = sqlx::query_scalar("select rag_context_used from personas");
    grounded.fetch_all(&app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn a_run_that_another_tries_again_is_in_the_lenders_trail() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    let (project, retry) = failed_run(&app, &ana).await;
    app.member(project, &bea, Role::Editor).await;
    let before = app.get(&ana, "/api/v1/settings/library").await.expect(200);

    app.post(&bea, &retry, json!({})).await.expect(202);
    app.deliver_all().await;

    assert_eq!(before["reads"], json!([]), "their own reading is no news");
    let library = app.get(&ana, "/api/v1/settings/library").await.expect(200);
    let reads = library["reads"].as_array().unwrap();
    assert_eq!(reads.len(), 1, "{library}");
    assert_eq!((&reads[0]["how"], &reads[0]["account_id"]), (&json!("personas"), &json!(bea.id)));
    assert_eq!(grounded(&app).await, [true, true]);
    let makers: Vec<uuid::Uuid> = sqlx::query_scalar("select created_by from personas")
        .fetch_all(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(makers, [bea.id.0; 2]);
}

#[tokio::test]
async fn what_was_found_before_a_loan_ended_grounds_nobody_who_is_tried_again() {
    let app = app().await;
    let (ana, bea) = (app.user("ana").await, app.user("bea").await);
    let (project, retry) = failed_run(&app, &ana).await;
    app.member(project, &bea, Role::Editor).await;
    let take_back = format!("/api/v1/projects/{project}/library");
    app.delete(&ana, &take_back, None).await.expect(204);

    app.post(&bea, &retry, json!({})).await.expect(202);
    app.deliver_all().await;

    assert_eq!(grounded(&app).await, [false, false]);
}

/// What the migration does with projects from before.
const BEFORE: &str = include_str!("../migrations/0026_lent_and_invited.sql");

fn statement(start: &str) -> String {
    let at = BEFORE.find(start).expect("the migration has it");
    BEFORE[at..].split_inclusive(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn of_projects_from_before_only_those_that_an_owner_made_and_is_in_go_on_reading_a_library() {
    let app = app().await;
    let (ana, bea, viewer) =
        (app.user("ana").await, app.user("bea").await, app.user("viewer").await);
    keep(&app, &ana).await;
    let mut projects = Vec::new();
    for _ in 0..3 {
        projects.push(app.project(&ana, json!({})).await);
    }
    app.parts.clock.advance(chrono::Duration::seconds(1));
    let [made, left, inherited] = projects[..] else { unreachable!() };
    for project in [made, left, inherited] {
        app.member(project, &viewer, Role::Viewer).await;
        app.member(project, &bea, Role::Admin).await;
    }
    let pool = &app.parts.pool;
    sqlx::query("delete from project_libraries").execute(pool).await.unwrap();
    let gone = "delete from project_members where project_id = $1 and account_id = $2";
    sqlx::query(gone).bind(left.0).bind(ana.id.0).execute(pool).await.unwrap();
    // Ana was a member of one that somebody else made, and became its owner.
    let later = "update project_members set created_at = created_at + interval '1 hour'
        where project_id = $1 and account_id = $2";
    sqlx::query(later).bind(inherited.0).bind(ana.id.0).execute(pool).await.unwrap();

    for start in ["insert into project_libraries", "update projects p"] {
        sqlx::query(sqlx::AssertSqlSafe(statement(start))).execute(pool).await.unwrap();
    }

    assert_eq!(seen(&app, &viewer, made).await, ["Tajne", "Tajne"]);
    assert_eq!(seen(&app, &viewer, inherited).await, Vec::<String>::new());
    assert_eq!(seen(&app, &viewer, left).await, Vec::<String>::new());
    assert_eq!(owner(&app, made).await, ana.id.0);
    assert_eq!(owner(&app, left).await, bea.id.0, "an owner who is gone owns no more");
}
