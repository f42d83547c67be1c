//! Quotes of talks, wherever they leave, and what else of them and their people leaves.

use uuid::Uuid;

use super::project::{answered, fetch, link, talk, written};
use super::read::Pdf;
use super::*;

/// Two people who have talked, with needs and a summary that quote the first.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) ana: User,
    pub(super) project: ProjectId,
    pub(super) ids: Vec<PersonaId>,
    pub(super) group: Uuid,
    turn: Uuid,
    /// What was said, and how it leaves masked.
    said: String,
    masked: String,
}

async fn run(app: &TestApp, statement: &'static str, id: Uuid, value: Value) {
    let query = sqlx::query(statement).bind(id).bind(value);
    query.execute(&app.parts.pool).await.unwrap();
}

impl World {
    pub(super) async fn new() -> Self {
        let (app, ana, project, ids) = project_with(2).await;
        let group = talk(&app, project, ids[0]).await;
        super::pdf::understood(&app, ids[0]).await;
        let turn: Uuid = sqlx::query_scalar("select id from focus_group_turns")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap();
        let (own, other) = (card(&app, ids[0]).await, card(&app, ids[1]).await);
        let text = |name: &str, other: &str, age: &str| {
            let years = own.age;
            format!("mam {age} lat, ja {age}, {name} i {other}, za {years} zł, {years} minut stąd")
        };
        let name = |card: &Card| card.first_name.to_lowercase();
        let said = text(&name(&own), &name(&other), &own.age.to_string());
        let initial = |card: &Card| mask::initials(card).split(' ').next().unwrap().to_owned();
        let masked = text(&initial(&own), &initial(&other), &mask::age_band(own.age));
        let quote = json!([{ "text": said, "source": "focus_group", "source_id": turn, "persona_id": ids[0] }]);
        let needs = "update segment_needs set needs = jsonb_set(jsonb_set(needs, '{jobs,0,quotes}', $2::jsonb), \
                     '{answers}', '1') where project_id = $1";
        run(&app, needs, project.0, quote).await;
        let both = "update focus_groups set persona_ids = array(select jsonb_array_elements_text($2::jsonb)::uuid) \
                    where id = $1";
        run(&app, both, group, json!(ids)).await;
        run(
            &app,
            "update focus_group_turns set said = $2::jsonb->>0 where id = $1",
            turn,
            json!([said]),
        )
        .await;
        let world = Self { app, ana, project, ids, group, turn, said, masked };
        world.sum_up().await;
        world
    }

    /// A summary that quotes the turn.
    async fn sum_up(&self) {
        let quote = json!({ "response_id": self.turn, "text": self.said, "start": 0, "end": 9 });
        let found = json!([{ "text": "Cena", "response_ids": [self.turn], "quotes": [quote] }]);
        let tone = json!({ "label": "positive", "people": 1, "n": 2, "share": 0.5, "low": 0.1, "high": 0.9 });
        let made = json!({ "n": 2, "answers": 1, "answers_by_lexicon": 1, "method": "Leksykon odczytał 1." });
        let summary = json!({
            "executive_summary": format!("Ktoś mówi: „{}”. Cena.", self.said), "key_insights": [], "surprising_findings": [], "segment_analysis": {},
            "recommendations": [], "sentiment_narrative": "", "full_analysis": "", "limits": [],
            "evidence": { "insights": found, "surprises": found, "sentiment": [tone], "quotes_kept": 2,
                "quotes_dropped": 0, "insights_dropped": 0, "answers_read": 1, "answers_by_lexicon": 1, "how_made": made },
            "metadata": { "focus_group_id": self.group, "focus_group_name": "Grupa",
                "generated_at": "2026-01-01T10:00:00Z", "model_used": "offline", "total_responses": 1,
                "total_participants": 2, "questions_asked": 1, "run_id": self.group, "version": 1,
                "is_simulated": true, "prompt_version": "s", "seed": 1 },
        });
        let statement = "insert into focus_group_summaries (id, focus_group_id, run_id, work_run_id, version, summary, \
                         created_at) select id, id, run_id, run_id, 1, $2::jsonb, created_at from focus_groups \
                         where id = $1";
        run(&self.app, statement, self.group, summary).await;
    }

    /// A file as JSON.
    pub(super) async fn file(&self, subject: &str, id: Option<Uuid>, unmask: bool) -> Value {
        let reason = unmask.then_some("dla klienta");
        let body = json!({ "subject": subject, "subject_id": id, "format": "json", "unmask": unmask, "reason": reason });
        let started = written(&self.app, &self.ana, self.project, body).await;
        fetch(&self.app, &link(&self.app, &self.ana, &started).await["file"]).await.expect(200)
    }
}

#[tokio::test]
async fn a_talk_as_a_pdf_says_of_how_many_its_tones_are_and_how_they_were_made() {
    let world = World::new().await;
    let body = json!({ "subject": "focus_group", "subject_id": world.group, "format": "pdf" });

    let started = written(&world.app, &world.ana, world.project, body).await;
    let link = link(&world.app, &world.ana, &started).await;
    let pdf = Pdf::read(&fetch(&world.app, &link["file"]).await.bytes());

    assert!(pdf.text.contains("Leksykon odczytał 1."), "{}", pdf.text);
    assert!(pdf.alternatives().iter().any(|alt| alt.contains("1 / 2")), "{:?}", pdf.alternatives());
}

#[tokio::test]
async fn a_quote_loses_its_speakers_age_and_every_name_and_keeps_its_figures_wherever_it_leaves() {
    let world = World::new().await;
    let path = format!("/api/v1/personas/{}/actions/export", world.ids[0]);
    let sections = json!({ "format": "json", "sections": ["needs"] });

    let person = world.app.post(&world.ana, &path, sections).await.expect(200);
    let project = world.file("project", None, false).await;
    let talk = world.file("focus_group", Some(world.group), false).await;
    let open = world.file("project", None, true).await;

    let quote =
        |project: &Value| project["needs"][0]["needs"]["jobs"][0]["quotes"][0]["text"].clone();
    assert_eq!(quote(&project), json!(world.masked));
    assert_eq!(person["content"]["needs"]["jobs_to_be_done"][0]["quotes"][0], json!(world.masked));
    assert_eq!(talk["turns"][0]["said"], json!(world.masked));
    assert_eq!(
        talk["summary"]["evidence"]["insights"][0]["quotes"][0]["text"],
        json!(world.masked)
    );
    let whole = format!("Ktoś mówi: „{}”. Cena.", world.masked);
    assert_eq!(talk["summary"]["executive_summary"], json!(whole));
    assert_eq!(quote(&open), json!(world.said));
}

#[tokio::test]
async fn a_talk_leaves_with_what_its_summary_points_to_and_places_only_where_they_hold() {
    let world = World::new().await;

    let open = world.file("focus_group", Some(world.group), true).await;
    let masked = world.file("focus_group", Some(world.group), false).await;

    for whole in [&open, &masked] {
        let turn = &whole["turns"][0];
        assert_eq!(whole["schema"], "sight.export.focus_group/3");
        assert_eq!(turn["id"], json!(world.turn));
        assert_eq!(whole["summary"]["evidence"]["insights"][0]["response_ids"][0], turn["id"]);
        assert_eq!(turn["persona_id"], json!(world.ids[0]));
        for name in ["is_simulated", "prompt_version", "latency_ms", "created_at"] {
            assert!(turn.get(name).is_some(), "{name} in {turn}");
        }
    }
    for list in ["insights", "surprises"] {
        let quote = |whole: &Value| whole["summary"]["evidence"][list][0]["quotes"][0].clone();
        assert_eq!((&quote(&open)["start"], &quote(&open)["end"]), (&json!(0), &json!(9)));
        assert!(quote(&masked).get("start").is_none() && quote(&masked).get("end").is_none());
    }
}

#[tokio::test]
async fn answers_and_people_leave_with_who_made_them_and_how() {
    let world = World::new().await;
    let survey = answered(&world.app, world.project, &world.ids).await;
    let app = &world.app;
    let edited = "update personas set edited_by = created_by, edited_at = created_at where project_id = $1 \
                  and $2::jsonb is not null";
    run(app, edited, world.project.0, json!(1)).await;
    let context = "update persona_journeys set context = $2::jsonb->>0 where persona_id = $1";
    let own = card(app, world.ids[0]).await;
    run(app, context, world.ids[0].0, json!([format!("{} pije", own.first_name)])).await;

    for unmask in [false, true] {
        let answers = world.file("survey", Some(survey), unmask).await;
        let whole = world.file("project", None, unmask).await;

        let response = &answers["responses"][0];
        assert_eq!(response["persona_id"], json!(world.ids[0]));
        for (name, value) in [
            ("written_by", json!("offline")),
            ("is_simulated", json!(true)),
            ("prompt_version", json!("survey.v1")),
            ("latency_ms", json!(1)),
        ] {
            assert_eq!(response.get(name), Some(&value), "{name} in {response}");
        }
        assert!(response.get("created_at").is_some_and(Value::is_string), "{response}");
        let person = &whole["people"][0];
        for name in ["edited_at", "edited_by", "created_by", "version"] {
            assert!(person.get(name).is_some_and(|value| !value.is_null()), "{name} in {person}");
        }
        let made = &person["journey_made"];
        assert_eq!((&made["version"], &made["written_by"]), (&json!(1), &json!("offline")));
        assert_eq!(made["prompt_version"], "journey.v1");
        let name = if unmask { own.first_name.to_string() } else { mask::initials(&own) };
        let name = name.split(' ').next().unwrap();
        assert_eq!(made["context"], json!(format!("{name} pije")));
    }
}

#[tokio::test]
async fn the_disclosure_names_the_seeds_and_sources_of_its_own_people_and_who_rated() {
    let world = World::new().await;
    let app = &world.app;
    let abroad = app.people(world.project, &world.ana, 1).await;
    for statement in [
        "update populations set seed = 99 where id = (select population_id from personas where id = $1) \
         and $2::jsonb is not null",
        "update personas set card = card || $2::jsonb where id = $1",
    ] {
        run(app, statement, abroad[0].0, json!({ "country": "international" })).await;
    }
    let survey = answered(app, world.project, &world.ids).await;
    run(
        app,
        "update surveys set seed = ($2::jsonb->>0)::bigint where id = $1",
        survey,
        json!([4242]),
    )
    .await;
    let rated = "update survey_responses set response = response || $2::jsonb where survey_id = $1";
    run(app, rated, survey, json!({ "rated_by": "likeness-1" })).await;
    let one = async |id: PersonaId| {
        let path = format!("/api/v1/personas/{id}/actions/export");
        let found = app.post(&world.ana, &path, json!({ "format": "json" })).await.expect(200);
        found["disclosure"].clone()
    };

    let (home, foreign) = (one(world.ids[0]).await, one(abroad[0]).await);
    let project = world.file("project", None, false).await["disclosure"].clone();
    let answers = world.file("survey", Some(survey), false).await["disclosure"].clone();
    let talk = world.file("focus_group", Some(world.group), false).await["disclosure"].clone();

    for (disclosure, seeds) in [
        (&home, json!([7])),
        (&foreign, json!([99])),
        (&project, json!([7, 99])),
        (&answers, json!([7])),
        (&talk, json!([7])),
    ] {
        assert_eq!(disclosure["seeds"], seeds);
        let (sources, official) = (disclosure["sources"].to_string(), seeds[0] == 7);
        assert_eq!(sources.contains("GUS"), official, "{sources}");
        assert!(!sources.contains("docs/"), "{sources}");
    }
    assert_eq!(project["sources"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&answers["survey_seed"], &answers["rated_by"]),
        (&json!(4242), &json!(["likeness-1"]))
    );
    assert!(project.get("survey_seed").is_none() && project.get("rated_by").is_none());
}
