//! Summaries and the graph.

use testkit::{Behaviour, Scripted};

use super::*;

/// The Neo4j of this test run. Without one, the tests that need it are skipped on a developer's
/// machine, and fail where `CI` is set.
pub(super) fn has_neo4j() -> bool {
    let env = Env::from_process();
    let has = env.raw("NEO4J_URI").is_some();
    assert!(has || env.raw("CI").is_none(), "NEO4J_URI names no Neo4j, and CI must have one");
    has
}

pub(super) async fn talked(people: u32) -> (World, Value) {
    let world = World::new(people).await;
    let group = world.group().await;
    world.talk(&group, "succeeded").await;
    (world, group)
}

pub(super) fn summary(group: &Value) -> String {
    format!("{}/ai-summary", one(group))
}

#[tokio::test]
async fn a_summary_is_ready_at_once_and_every_quote_is_in_its_answer() {
    let (world, group) = talked(5).await;
    world.app.get(&world.ana, &summary(&group)).await.expect(404);

    let path = format!("{}?use_pro_model=true&include_recommendations=true", summary(&group));
    let made = world.app.post(&world.ana, &path, json!({})).await.expect(200);

    assert_eq!(world.app.get(&world.ana, &summary(&group)).await.expect(200), made);
    assert!(!made["key_insights"].as_array().unwrap().is_empty());
    let transcript = world.app.get(&world.ana, &format!("{}/transcript", one(&group))).await;
    let transcript = transcript.expect(200);
    let turns = transcript["turns"].as_array().unwrap();
    let mut quotes = 0;
    for insight in made["evidence"]["insights"].as_array().unwrap() {
        assert!(!insight["response_ids"].as_array().unwrap().is_empty());
        for quote in insight["quotes"].as_array().unwrap() {
            let turn = turns.iter().find(|turn| turn["id"] == quote["response_id"]).unwrap();
            let place = |name: &str| quote[name].as_u64().unwrap() as usize;
            let (start, end) = (place("start"), place("end"));
            let text: String =
                turn["text"].as_str().unwrap().chars().skip(start).take(end - start).collect();
            assert_eq!(quote["text"], text);
            quotes += 1;
        }
    }
    assert!(quotes > 0);
    assert_eq!(made["evidence"]["quotes_dropped"], 0);
    let shares = made["evidence"]["sentiment"].as_array().unwrap();
    assert!(shares.iter().all(|share| share["n"] == 5 && share["low"].is_number()));
    assert_eq!(made["metadata"]["version"], 1);
    assert_eq!(world.app.audited(id(&group), "summary").await, 1);
}

#[tokio::test]
async fn asking_again_makes_another_version_and_keeps_the_first() {
    let (world, group) = talked(2).await;

    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);
    world.app.parts.clock.advance(chrono::Duration::seconds(11));
    let second = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);
    let again = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);

    assert_eq!(second["metadata"]["version"], 2);
    assert_eq!(again, second, "a second click is the same summary");
    let kept: i64 = sqlx::query_scalar("select count(*) from focus_group_summaries")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn a_group_that_has_not_talked_has_no_summary() {
    let world = World::new(2).await;
    let group = world.group().await;

    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(404);
    world.talk(&group, "running").await;
    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(404);
    world.app.get(&world.ana, &summary(&group)).await.expect(404);
}

#[tokio::test]
async fn a_long_discussion_is_summed_up_by_a_run_and_read_when_it_is_over() {
    let (world, group) = talked(40).await;

    let underway = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(202);
    world.app.get(&world.ana, &summary(&group)).await.expect(404);
    world.app.deliver_all().await;

    assert!(underway["run_id"].is_string());
    let made = world.app.get(&world.ana, &summary(&group)).await.expect(200);
    assert_eq!(made["metadata"]["total_participants"], 40);
    assert_eq!(made["evidence"]["answers_read"], made["metadata"]["total_responses"]);
}

#[tokio::test]
async fn a_model_that_invents_is_left_with_what_holds() {
    let server = Scripted::start([]).await;
    server.otherwise(|request| {
        let prompt = request.body.to_string();
        if prompt.contains("<answers>") {
            let numbers = (1..=60).filter(|n| prompt.contains(&format!("[{n}] ")));
            let readings = numbers.map(|n| {
                json!({ "answer": n, "sentiment": 0.5, "emotions": [],
                    "concepts": [{ "name": "cena", "sentiment": 0.5 }] })
            });
            let readings: Vec<Value> = readings.collect();
            return Behaviour::Answer(
                json!({ "readings": readings, "insights": [], "surprises": [] }),
            );
        }
        Behaviour::Answer(json!({
            "executive_summary": "Wszyscy są za. Anna: „kocham to ponad życie i rodzinę”.",
            "key_insights": [
                { "text": "Prawda.", "answers": [1], "quotes": [{ "answer": 1, "text": "zmyślone" }] },
                { "text": "Zmyślenie.", "answers": [9999], "quotes": [] }
            ],
            "surprising_findings": [], "segments": [], "recommendations": [],
            "sentiment_narrative": "Spokojnie."
        }))
    });
    let config = server.config();
    let world = World::with(with_model(&config), 2).await;
    let group = world.group().await;
    world.talk(&group, "succeeded").await;

    let made = world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);

    assert_eq!(made["executive_summary"], "Wszyscy są za.");
    assert_eq!(made["key_insights"], json!(["Prawda."]));
    assert_eq!(made["evidence"]["quotes_dropped"], 2);
    assert_eq!(made["evidence"]["insights_dropped"], 1);
    assert_eq!(made["evidence"]["answers_by_lexicon"], 0);
    assert_eq!(made["metadata"]["is_simulated"], false);
}

#[tokio::test]
async fn the_panel_measures_the_latest_run_and_says_how_to_repeat_it() {
    let (world, group) = talked(4).await;

    let panel = world.app.get(&world.ana, &format!("{}/realism", one(&group))).await.expect(200);

    let measures = panel["measures"].as_array().unwrap();
    assert_eq!(measures.len(), 8);
    assert!(measures.iter().any(|m| m["key"] == "median_words" && m["band"]["human"] == 48.9));
    assert_eq!(panel["manifest"]["seed"], 3);
    assert_eq!(panel["manifest"]["input_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(panel["is_simulated"], true);
    assert_eq!(panel["limits"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn turns_that_could_not_be_had_are_counted_openings_too() {
    let (world, group) = talked(4).await;
    let pool = &world.app.parts.pool;
    // A failed opening answer has no row, a failed reply has one without words; both have a reason.
    sqlx::query("delete from focus_group_turns where kind = 'opening' and number < 3")
        .execute(pool)
        .await
        .unwrap();
    sqlx::query(
        "update focus_group_turns set said = null where number = \
         (select max(number) from focus_group_turns where kind = 'reply')",
    )
    .execute(pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into run_failures (run_id, item, code, reason, created_at) \
         select r.id, item, 'timeout', 'the language model did not answer in time', r.created_at \
         from runs r, unnest(array[1, 2, 40]) as item where r.kind = 'focus-group-run'",
    )
    .execute(pool)
    .await
    .unwrap();

    let panel = world.app.get(&world.ana, &format!("{}/realism", one(&group))).await.expect(200);

    assert_eq!(panel["missing"], 3);
}

#[tokio::test]
async fn the_graph_built_twice_is_the_same_and_shows_who_speaks_of_what() {
    if !has_neo4j() {
        return;
    }
    let (world, group) = talked(5).await;
    let at = |end: &str| format!("/api/v1/graph/{}{end}", id(&group));
    let build = format!("/api/v1/graph/build/{}", id(&group));

    let first = world.app.post(&world.ana, &build, json!({})).await.expect(200);
    let drawn = world.app.get(&world.ana, &at("")).await.expect(200);
    let second = world.app.post(&world.ana, &build, json!({})).await.expect(200);

    assert_eq!(first, second);
    assert_eq!(world.app.get(&world.ana, &at("")).await.expect(200), drawn);
    assert_eq!(first["personas_added"], 5);
    assert!(first["concepts_extracted"].as_u64().unwrap() > 3, "{first}");
    let concepts = world.app.get(&world.ana, &at("/concepts")).await.expect(200);
    assert!(concepts["concepts"][0]["personas"].as_array().unwrap().len() > 1);
    let only = world.app.get(&world.ana, &at("?filter_type=influence")).await.expect(200);
    let kinds = |drawn: &Value| -> std::collections::BTreeSet<String> {
        let links = drawn["links"].as_array().unwrap().iter();
        links.map(|link| link["type"].as_str().unwrap().to_owned()).collect()
    };
    assert!(kinds(&drawn).contains("mentions"));
    let how = &drawn["how_made"];
    assert_eq!(how["n"], 5, "{how}");
    assert_eq!(how["answers"], how["answers_by_lexicon"], "nobody has summed it up yet");
    for node in drawn["nodes"].as_array().unwrap() {
        let n = node["n"].as_u64();
        let is_person = node["type"] == "persona";
        assert_eq!(n.is_none(), is_person, "{node}");
        assert_eq!(node["concepts"].is_number(), is_person, "{node}");
        assert!(!is_person || node["sentiment"].is_null() == (node["concepts"] == 0), "{node}");
        assert!(n.is_none_or(|n| (1..=5).contains(&n)), "{node}");
        let has_margin = node["type"] == "concept" && n > Some(1);
        assert_eq!(node["margin"].is_number(), has_margin, "{node}");
    }
    assert!(kinds(&only).iter().all(|kind| kind == "agrees" || kind == "disagrees"));
    world.app.get(&world.ana, &at("?filter_type=other")).await.expect(422);
    for end in ["/influential", "/concepts", "/controversial", "/correlations", "/emotions"] {
        let list = world.app.get(&world.ana, &at(end)).await.expect(200);
        assert_eq!(list["how_made"], *how, "{end}");
    }
    let all = format!("{}/graph-analytics", one(&group));
    let all = world.app.get(&world.ana, &all).await.expect(200);
    assert_eq!(all["how_made"], *how);
    assert!(!all["who_holds_what"].as_array().unwrap().is_empty());
    world.app.delete(&world.ana, &one(&group), None).await.expect(204);
}

#[tokio::test]
async fn a_question_is_answered_from_the_graph_with_cited_answers() {
    if !has_neo4j() {
        return;
    }
    let (world, group) = talked(5).await;
    let path = format!("/api/v1/graph/{}/ask", id(&group));
    let concepts = format!("/api/v1/graph/{}/concepts", id(&group));
    let concepts = world.app.get(&world.ana, &concepts).await.expect(200);
    let name = concepts["concepts"][0]["name"].as_str().unwrap();

    let body = json!({ "question": format!("Co z tym: {name}?") });
    let asked = world.app.post(&world.ana, &path, body).await.expect(200);

    assert_eq!(asked["insights"][0]["title"], name);
    assert_eq!(asked["how_made"]["n"], 5);
    let cited = asked["insights"][0]["metadata"]["response_ids"].as_array().unwrap();
    let turns: Vec<Uuid> = sqlx::query_scalar("select id from focus_group_turns")
        .fetch_all(&world.app.parts.pool)
        .await
        .unwrap();
    let known = |id: &Value| turns.iter().any(|turn| json!(turn) == *id);
    assert!(!cited.is_empty() && cited.iter().all(known), "citations are answers of this group");
    assert_eq!(asked["suggested_questions"].as_array().unwrap().len(), 5);
    world.app.post(&world.ana, &path, json!({ "question": "" })).await.expect(422);
    world.app.delete(&world.ana, &one(&group), None).await.expect(204);
}

#[tokio::test]
async fn without_neo4j_the_graph_is_unavailable_and_the_rest_is_not() {
    let without = |parts: &Parts| {
        routes(AppState { worker: parts.worker_state(&Config::offline()), graph: None })
    };
    let world = World::with(without, 2).await;
    let group = world.group().await;
    let path = format!("/api/v1/graph/{}", id(&group));

    world.app.get(&world.ana, &path).await.expect(400);
    world.talk(&group, "succeeded").await;
    world.app.get(&world.ana, &path).await.expect(503);
    world.app.post(&world.ana, &summary(&group), json!({})).await.expect(200);
    world.app.get(&world.ana, &format!("{}/transcript", one(&group))).await.expect(200);
}

#[tokio::test]
async fn what_is_read_out_of_a_group_is_for_its_members_and_costs_an_editors_right() {
    let (world, group) = talked(2).await;
    let (viewer, stranger) = (world.app.user("v").await, world.app.user("s").await);
    world.app.member(world.project, &viewer, Role::Viewer).await;

    world.app.post(&viewer, &summary(&group), json!({})).await.expect(403);
    world.app.post(&stranger, &summary(&group), json!({})).await.expect(404);
    let build = format!("/api/v1/graph/build/{}", id(&group));
    world.app.post(&viewer, &build, json!({})).await.expect(403);
    world.app.post(&stranger, &build, json!({})).await.expect(404);
    for path in [
        format!("{}/realism", one(&group)),
        format!("{}/graph-analytics", one(&group)),
        format!("/api/v1/graph/{}", id(&group)),
    ] {
        world.app.get(&stranger, &path).await.expect(404);
    }
}
