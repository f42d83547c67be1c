mod faults;
mod models;
mod similarity;

use platform::Service;
use platform::model::{Config, Embedder, EmbeddingConfig};
use serde_json::{Value, json};
use shared::id::ProjectId;
use sqlx::types::Json;
use testkit::{Parts, TestApp, User};
use uuid::Uuid;

use super::*;

fn with_models(config: &Config, embedding: &EmbeddingConfig) -> impl Fn(&Parts) -> Service {
    let (config, embedding) = (config.clone(), embedding.clone());
    move |parts| {
        let embedding = embedding.clone();
        let embedder = Embedder::connect(embedding, &parts.pool, None, &parts.clock, &parts.ids);
        let rater = Rater::new(embedder.unwrap());
        routes(AppState { worker: parts.worker_state(&config), rater })
    }
}

/// A project with people in it, its owner, and a survey.
struct Study {
    app: TestApp,
    ana: User,
    project: ProjectId,
    survey: Uuid,
}

impl Study {
    async fn of(people: u32) -> Self {
        Self::with(people, &Config::offline(), questions(), 1_000).await
    }

    async fn with(people: u32, config: &Config, questions: Value, target: i32) -> Self {
        Self::embedding(people, config, &EmbeddingConfig::offline(), questions, target).await
    }

    async fn embedding(
        people: u32,
        config: &Config,
        embedding: &EmbeddingConfig,
        questions: Value,
        target: i32,
    ) -> Self {
        let app = TestApp::start(with_models(config, embedding)).await;
        let ana = app.user("ana").await;
        let project = app.project(&ana, json!({})).await;
        app.people(project, &ana, people).await;
        let survey = Uuid::nil();
        let mut study = Self { app, ana, project, survey };
        study.survey = study.add_survey(questions, target).await;
        study
    }

    async fn add_survey(&self, questions: Value, target: i32) -> Uuid {
        let id: Uuid = self.app.parts.ids.next();
        sqlx::query(
            "insert into surveys (id, project_id, title, questions, design, language, \
             target_responses, created_by, created_at) \
             values ($1, $2, 'Herbata', $3, '{}', 'pl', $4, $5, $6)",
        )
        .bind(id)
        .bind(self.project.0)
        .bind(Json(questions))
        .bind(target)
        .bind(self.ana.id.0)
        .bind(self.app.parts.clock.now())
        .execute(&self.app.parts.pool)
        .await
        .unwrap();
        id
    }

    fn path(&self, action: &str) -> String {
        format!("/api/v1/surveys/{}/{action}", self.survey)
    }

    async fn start(&self, body: Value) -> Value {
        self.app.post(&self.ana, &self.path("run"), body).await.expect(202)
    }

    async fn run_row(&self, run: &Value) -> (String, i64, i64) {
        sqlx::query_as(
            "select r.status, sum(s.done), sum(s.failed) from runs r \
             join run_shards s on s.run_id = r.id where r.id = $1 group by r.status",
        )
        .bind(run["run_id"].as_str().unwrap().parse::<Uuid>().unwrap())
        .fetch_one(&self.app.parts.pool)
        .await
        .unwrap()
    }

    /// What was answered, in the order of invitation.
    async fn responses(&self, survey: Uuid) -> Vec<Value> {
        let rows: Vec<(Json<Value>,)> = sqlx::query_as(
            "select response from survey_responses where survey_id = $1 order by respondent",
        )
        .bind(survey)
        .fetch_all(&self.app.parts.pool)
        .await
        .unwrap();
        rows.into_iter().map(|row| row.0.0).collect()
    }
}

fn questions() -> Value {
    json!([
        { "id": "tea", "type": "single-choice", "title": "Co pan(i) pije?",
          "options": ["herbatę", "kawę", "wodę"], "randomizeOptions": true },
        { "id": "buy", "type": "rating-scale", "title": "Czy kupił(a)by pan(i) taką herbatę?" },
        { "id": "why", "type": "open-text", "title": "Dlaczego {{buy}}?", "required": false,
          "showIf": { "question": "buy", "atMost": 2 } },
    ])
}

#[tokio::test]
async fn everybody_answers_once_and_follow_ups_only_where_they_are_due() {
    let study = Study::of(40).await;

    let started = study.start(json!({ "seed": 5 })).await;
    study.app.deliver_all().await;

    assert_eq!(study.run_row(&started).await, ("succeeded".to_owned(), 40, 0));
    assert_eq!(started["elicitation"], "distribution", "hashed embeddings do not pass");
    assert_eq!((&started["invited"], &started["shortfall"]), (&json!(40), &json!(960)));
    let responses = study.responses(study.survey).await;
    assert_eq!(responses.len(), 40);
    for response in &responses {
        let rating = response["answers"]["buy"].as_i64().unwrap();
        let state = &response["states"]["why"]["state"];
        assert_eq!(*state == "not_asked", rating > 2, "{response}");
        assert_eq!(response["distributions"]["buy"].as_array().unwrap().len(), 5);
        assert_eq!(response["presented"]["options"]["tea"].as_array().unwrap().len(), 3);
    }
    assert_eq!(study.app.audited(study.survey, "run").await, 1);
    let figures = "select body::jsonb from survey_results where part = 'figures'";
    let figures: Value =
        sqlx::query_scalar(figures).fetch_one(&study.app.parts.pool).await.unwrap();
    assert_eq!(figures["completion"]["invited"], 40, "they wait for whoever asks: {figures}");
}

#[tokio::test]
async fn no_more_people_are_asked_than_the_survey_wants() {
    let study = Study::with(30, &Config::offline(), questions(), 12).await;

    let started = study.start(json!({})).await;
    study.app.deliver_all().await;

    assert_eq!(started["invited"], 12);
    assert_eq!(study.responses(study.survey).await.len(), 12);
}

#[tokio::test]
async fn the_same_seed_and_people_give_the_same_bytes() {
    let (one, two) = (Study::of(30).await, Study::of(30).await);

    for study in [&one, &two] {
        study.start(json!({ "seed": 9 })).await;
        study.app.deliver_all().await;
    }
    let other = one.add_survey(questions(), 1_000).await;
    one.app.post(&one.ana, &format!("/api/v1/surveys/{other}/run"), json!({ "seed": 10 })).await;
    one.app.deliver_all().await;

    let first = one.responses(one.survey).await;
    assert_eq!(first, two.responses(two.survey).await);
    assert_ne!(first, one.responses(other).await);
}

#[tokio::test]
async fn a_double_click_is_one_run_and_a_later_start_is_refused_as_the_client_expects() {
    let study = Study::of(3).await;
    let path = study.path("run");
    let click = || study.app.post(&study.ana, &path, json!({}));

    let (one, two) = tokio::join!(click(), click());
    let (one, two) = (one.expect(202), two.expect(202));
    study.app.parts.clock.advance(chrono::Duration::seconds(11));
    let running = click().await.expect(400);
    study.app.deliver_all().await;
    let completed = click().await.expect(400);

    assert_eq!(one, two);
    assert!(running["detail"].as_str().unwrap().contains("already running"), "{running}");
    assert!(completed["detail"].as_str().unwrap().contains("already been completed"));
    assert_eq!(study.responses(study.survey).await.len(), 3);
}

#[tokio::test]
async fn ratings_by_similarity_are_refused_with_hashed_embeddings() {
    let question = json!({ "id": "q", "type": "rating-scale", "title": "T",
        "construct": "purchase", "elicitation": "similarity" });
    let study = Study::with(2, &Config::offline(), json!([question]), 10).await;

    let refused = study.app.post(&study.ana, &study.path("run"), json!({})).await.expect(400);

    assert!(refused["detail"].as_str().unwrap().contains("self-test"), "{refused}");
}

#[tokio::test]
async fn nobody_to_ask_is_said() {
    let study = Study::of(0).await;

    let refused = study.app.post(&study.ana, &study.path("run"), json!({})).await.expect(400);

    assert!(refused["detail"].as_str().unwrap().contains("nobody to ask"), "{refused}");
}

#[tokio::test]
async fn editors_run_and_estimate_viewers_do_not_strangers_see_nothing() {
    let study = Study::of(2).await;
    let (viewer, stranger) = (study.app.user("viewer").await, study.app.user("stranger").await);
    study.app.member(study.project, &viewer, shared::role::Role::Viewer).await;

    for action in ["run", "estimate"] {
        study.app.post(&viewer, &study.path(action), json!({})).await.expect(403);
        study.app.post(&stranger, &study.path(action), json!({})).await.expect(404);
    }
}

#[tokio::test]
async fn an_estimate_is_a_range_and_starts_nothing() {
    let study = Study::of(20).await;

    let estimated =
        study.app.post(&study.ana, &study.path("estimate"), json!({})).await.expect(200);

    assert_eq!(estimated["respondents"], 20);
    assert_eq!(estimated["shortfall"], 980);
    assert_eq!(estimated["calls"], json!({ "low": 20, "high": 80 }));
    for figure in ["input_tokens", "output_tokens", "seconds"] {
        assert!(estimated[figure]["low"].as_u64() < estimated[figure]["high"].as_u64(), "{figure}");
    }
    assert_eq!(estimated["cost_micros"], json!({ "low": 0, "high": 0 }));
    assert!(study.responses(study.survey).await.is_empty());

    let path = format!("{}?enlarge=true", study.path("estimate"));
    let enlarged = study.app.post(&study.ana, &path, json!({})).await.expect(200);

    assert_eq!(enlarged["respondents"], 1_000);
    assert_eq!((&enlarged["shortfall"], &enlarged["generated"]), (&json!(980), &json!(980)));
    assert_eq!(enlarged["calls"], json!({ "low": 1_000 + 980, "high": 4_000 + 2 * 980 }));
    let most = |estimate: &Value| estimate["output_tokens"]["high"].as_u64().unwrap();
    assert!(most(&enlarged) > 50 * most(&estimated) + 980 * 2_000, "{enlarged}");
    assert!(study.app.parts.publisher.take().is_empty(), "nothing is started");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
