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
struct World {
    app: TestApp,
    ana: User,
    project: ProjectId,
    survey: Uuid,
}

impl World {
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
        let mut world = Self { app, ana, project, survey };
        world.survey = world.add_survey(questions, target).await;
        world
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
    let world = World::of(40).await;

    let started = world.start(json!({ "seed": 5 })).await;
    world.app.deliver_all().await;

    assert_eq!(world.run_row(&started).await, ("succeeded".to_owned(), 40, 0));
    assert_eq!(started["elicitation"], "distribution", "hashed embeddings do not pass");
    assert_eq!((&started["invited"], &started["shortfall"]), (&json!(40), &json!(960)));
    let responses = world.responses(world.survey).await;
    assert_eq!(responses.len(), 40);
    for response in &responses {
        let rating = response["answers"]["buy"].as_i64().unwrap();
        let state = &response["states"]["why"]["state"];
        assert_eq!(*state == "not_asked", rating > 2, "{response}");
        assert_eq!(response["distributions"]["buy"].as_array().unwrap().len(), 5);
        assert_eq!(response["presented"]["options"]["tea"].as_array().unwrap().len(), 3);
    }
    assert_eq!(world.app.audited(world.survey, "run").await, 1);
    let figures = "select body::jsonb from survey_results where part = 'figures'";
    let figures: Value =
        sqlx::query_scalar(figures).fetch_one(&world.app.parts.pool).await.unwrap();
    assert_eq!(figures["completion"]["invited"], 40, "they wait for whoever asks: {figures}");
}

#[tokio::test]
async fn no_more_people_are_asked_than_the_survey_wants() {
    let world = World::with(30, &Config::offline(), questions(), 12).await;

    let started = world.start(json!({})).await;
    world.app.deliver_all().await;

    assert_eq!(started["invited"], 12);
    assert_eq!(world.responses(world.survey).await.len(), 12);
}

#[tokio::test]
async fn the_same_seed_and_people_give_the_same_bytes() {
    let (one, two) = (World::of(30).await, World::of(30).await);

    for world in [&one, &two] {
        world.start(json!({ "seed": 9 })).await;
        world.app.deliver_all().await;
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
    let world = World::of(3).await;
    let path = world.path("run");
    let click = || world.app.post(&world.ana, &path, json!({}));

    let (one, two) = tokio::join!(click(), click());
    let (one, two) = (one.expect(202), two.expect(202));
    world.app.parts.clock.advance(chrono::Duration::seconds(11));
    let running = click().await.expect(400);
    world.app.deliver_all().await;
    let completed = click().await.expect(400);

    assert_eq!(one, two);
    assert!(running["detail"].as_str().unwrap().contains("already running"), "{running}");
    assert!(completed["detail"].as_str().unwrap().contains("already been completed"));
    assert_eq!(world.responses(world.survey).await.len(), 3);
}

#[tokio::test]
async fn ratings_by_similarity_are_refused_with_hashed_embeddings() {
    let question = json!({ "id": "q", "type": "rating-scale", "title": "T",
        "construct": "purchase", "elicitation": "similarity" });
    let world = World::with(2, &Config::offline(), json!([question]), 10).await;

    let refused = world.app.post(&world.ana, &world.path("run"), json!({})).await.expect(400);

    assert!(refused["detail"].as_str().unwrap().contains("self-test"), "{refused}");
}

#[tokio::test]
async fn nobody_to_ask_is_said() {
    let world = World::of(0).await;

    let refused = world.app.post(&world.ana, &world.path("run"), json!({})).await.expect(400);

    assert!(refused["detail"].as_str().unwrap().contains("nobody to ask"), "{refused}");
}

#[tokio::test]
async fn editors_run_and_estimate_viewers_do_not_strangers_see_nothing() {
    let world = World::of(2).await;
    let (viewer, stranger) = (world.app.user("viewer").await, world.app.user("stranger").await);
    world.app.member(world.project, &viewer, shared::role::Role::Viewer).await;

    for action in ["run", "estimate"] {
        world.app.post(&viewer, &world.path(action), json!({})).await.expect(403);
        world.app.post(&stranger, &world.path(action), json!({})).await.expect(404);
    }
}

#[tokio::test]
async fn an_estimate_is_a_range_and_starts_nothing() {
    let world = World::of(20).await;

    let estimated =
        world.app.post(&world.ana, &world.path("estimate"), json!({})).await.expect(200);

    assert_eq!(estimated["respondents"], 20);
    assert_eq!(estimated["shortfall"], 980);
    assert_eq!(estimated["calls"], json!({ "low": 20, "high": 80 }));
    for figure in ["input_tokens", "output_tokens", "seconds"] {
        assert!(estimated[figure]["low"].as_u64() < estimated[figure]["high"].as_u64(), "{figure}");
    }
    assert_eq!(estimated["cost_micros"], json!({ "low": 0, "high": 0 }));
    assert!(world.responses(world.survey).await.is_empty());

    let path = format!("{}?enlarge=true", world.path("estimate"));
    let enlarged = world.app.post(&world.ana, &path, json!({})).await.expect(200);

    assert_eq!(enlarged["respondents"], 1_000);
    assert_eq!((&enlarged["shortfall"], &enlarged["generated"]), (&json!(980), &json!(980)));
    assert_eq!(enlarged["calls"], json!({ "low": 1_000 + 980, "high": 4_000 + 2 * 980 }));
    let most = |estimate: &Value| estimate["output_tokens"]["high"].as_u64().unwrap();
    assert!(most(&enlarged) > 50 * most(&estimated) + 980 * 2_000, "{enlarged}");
    assert!(world.app.parts.publisher.take().is_empty(), "nothing is started");
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}

#[tokio::test]
async fn answers_to_an_open_question_make_the_needs_of_their_segments_due_and_ratings_do_not() {
    let open = json!([{ "id": "why", "type": "open-text", "title": "Dlaczego herbata?" }]);
    let rating = json!([{ "id": "buy", "type": "rating-scale", "title": "Kupił(a)by pan(i)?" }]);
    for (questions, is_due) in [(open, true), (rating, false)] {
        let world = World::with(8, &Config::offline(), questions, 1_000).await;
        let pool = &world.app.parts.pool;
        let segments = "select distinct segment_id from personas order by segment_id";
        let asked: Vec<String> = sqlx::query_scalar(segments).fetch_all(pool).await.unwrap();

        world.start(json!({})).await;
        world.app.deliver_all().await;

        let due: Vec<(String, Uuid)> =
            sqlx::query_as("select segment_id, asked_by from needs_due order by segment_id")
                .fetch_all(pool)
                .await
                .unwrap();
        let expected: Vec<(String, Uuid)> = match is_due {
            true => asked.into_iter().map(|segment| (segment, world.ana.id.0)).collect(),
            false => vec![],
        };
        assert_eq!(due, expected);
    }
}
