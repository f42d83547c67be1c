//! Nothing that is stored is missing in JSON unless the README says so and why.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::project::answered;
use super::quotes::World;
use super::*;

/// Where each column is, in a file and in its JSON; a bar stands for what the README lists as left out.
const PLACES: &str = "
personas.id = persona /content/overview/id, project /people/0/id
personas.project_id = persona /disclosure/project_id, project /disclosure/project_id
personas.population_id = persona /content/overview/population_id, project /people/0/population_id
personas.population_index = persona /content/overview/number, project /people/0/number
personas.run_id = persona /content/overview/run_id, project /people/0/run_id
personas.language = persona /content/overview/language, project /people/0/language
personas.card = persona /content/profile/card, project /people/0/card
personas.headline = persona /content/overview/headline, project /people/0/headline
personas.background_story = persona /content/profile/story, project /people/0/story
personas.manner = persona /content/behaviors/communication_style, project /people/0/decision_making_style, \
persona /content/behaviors/concerns
personas.segment_id = persona /content/overview/segment_id, project /people/0/segment_id
personas.written_by = persona /content/overview/written_by, project /people/0/written_by
personas.is_simulated = persona /content/overview/is_simulated, project /people/0/is_simulated
personas.is_imported = persona /content/overview/is_imported, project /people/0/is_imported
personas.prompt_version = persona /content/overview/prompt_version, project /people/0/prompt_version
personas.rag_context_used = |
personas.rag_citations = persona /content/overview/rag_citations, project /people/0/rag_citations
personas.rag_context_details = persona /content/insights/rag_context_details, project /people/0/rag_context_details
personas.version = persona /content/overview/version, project /people/0/version
personas.edited_at = persona /content/overview/edited_at, project /people/0/edited_at
personas.edited_by = persona /content/overview/edited_by, project /people/0/edited_by
personas.created_by = persona /content/overview/created_by, project /people/0/created_by
personas.created_at = persona /content/overview/created_at, project /people/0/created_at
personas.updated_at = persona /content/overview/updated_at, project /people/0/updated_at
personas.deleted_at = |
personas.deleted_by = |
personas.arrival = |
personas.status = persona /content/overview/status, project /people/0/status

persona_journeys.persona_id = persona /content/overview/id, project /people/0/id
persona_journeys.project_id = project /disclosure/project_id
persona_journeys.version = persona /content/insights/journey_made/version, project /people/0/journey_made/version
persona_journeys.inputs_hash = |
persona_journeys.journey = persona /content/insights/journey, project /people/0/journey
persona_journeys.context = persona /content/insights/journey_made/context, project /people/0/journey_made/context
persona_journeys.written_by = persona /content/insights/journey_made/written_by, project /people/0/journey_made/written_by
persona_journeys.is_simulated = project /people/0/journey_made/is_simulated
persona_journeys.prompt_version = project /people/0/journey_made/prompt_version
persona_journeys.created_at = persona /content/insights/journey_made/created_at, project /people/0/journey_made/created_at
persona_journeys.claimed_by = |
persona_journeys.claimed_until = |

populations.id = project /populations/0/id
populations.project_id = project /project/id
populations.seed = project /populations/0/seed
populations.plan = project /populations/0/plan
populations.plan_hash = |
populations.engine_version = project /populations/0/engine_version
populations.language = project /populations/0/language
populations.next_index = project /populations/0/people
populations.fidelity = project /populations/0/fidelity
populations.fidelity_at = project /populations/0/fidelity_at
populations.created_at = project /populations/0/created_at
populations.imported_at = project /populations/0/imported_at
populations.import_hash = |

focus_groups.id = focus_group /focus_group/id, project /focus_groups/0/id
focus_groups.project_id = focus_group /disclosure/project_id
focus_groups.name = focus_group /focus_group/name, project /focus_groups/0/name
focus_groups.description = focus_group /focus_group/description
focus_groups.project_context = focus_group /focus_group/project_context
focus_groups.persona_ids = focus_group /focus_group/persona_ids
focus_groups.questions = focus_group /focus_group/questions
focus_groups.mode = focus_group /focus_group/mode
focus_groups.target_participants = focus_group /focus_group/target_participants
focus_groups.run_id = focus_group /focus_group/run_id
focus_groups.created_by = focus_group /focus_group/created_by
focus_groups.created_at = focus_group /focus_group/created_at
focus_groups.updated_at = focus_group /focus_group/updated_at

focus_group_turns.id = focus_group /turns/0/id
focus_group_turns.focus_group_id = focus_group /focus_group/id
focus_group_turns.run_id = focus_group /focus_group/run_id
focus_group_turns.number = focus_group /turns/0/number
focus_group_turns.question = focus_group /turns/0/question
focus_group_turns.kind = focus_group /turns/0/kind
focus_group_turns.persona_id = focus_group /turns/0/persona_id
focus_group_turns.speaker = focus_group /turns/0/participant
focus_group_turns.reply_to = focus_group /turns/0/reply_to
focus_group_turns.addressed = focus_group /turns/0/addressed
focus_group_turns.act = focus_group /turns/0/act
focus_group_turns.stance = focus_group /turns/0/stance
focus_group_turns.said = focus_group /turns/0/said
focus_group_turns.why = focus_group /turns/0/why
focus_group_turns.contradictions = focus_group /turns/0/contradictions
focus_group_turns.is_removed = focus_group /turns/0/is_removed
focus_group_turns.written_by = focus_group /turns/0/written_by
focus_group_turns.is_simulated = focus_group /turns/0/is_simulated
focus_group_turns.prompt_version = focus_group /turns/0/prompt_version
focus_group_turns.latency_ms = focus_group /turns/0/latency_ms
focus_group_turns.created_at = focus_group /turns/0/created_at

focus_group_readings.turn_id = focus_group /turns/0/id
focus_group_readings.sentiment = focus_group /turns/0/reading/sentiment
focus_group_readings.concepts = focus_group /turns/0/reading/concepts/0/name
focus_group_readings.emotions = focus_group /turns/0/reading/emotions
focus_group_readings.read_by = focus_group /turns/0/reading/read_by
focus_group_readings.read_at = focus_group /turns/0/reading/read_at

focus_group_summaries.id = |
focus_group_summaries.focus_group_id = focus_group /summary/metadata/focus_group_id
focus_group_summaries.run_id = focus_group /summary/metadata/run_id
focus_group_summaries.work_run_id = |
focus_group_summaries.version = focus_group /summary/metadata/version, focus_group /earlier_summaries/0/metadata/version
focus_group_summaries.summary = focus_group /summary/full_analysis, focus_group /earlier_summaries/0/evidence
focus_group_summaries.created_at = focus_group /summary/metadata/generated_at

surveys.id = survey /survey/id, project /surveys/0/id
surveys.project_id = survey /disclosure/project_id
surveys.title = survey /survey/title, project /surveys/0/title
surveys.description = survey /survey/description
surveys.questions = survey /survey/questions/0/id
surveys.design = survey /survey/design
surveys.language = survey /survey/language
surveys.target_responses = survey /survey/target_responses
surveys.seed = survey /survey/seed
surveys.run_id = survey /survey/run_id
surveys.created_by = survey /survey/created_by
surveys.created_at = survey /survey/created_at
surveys.deleted_at = |
surveys.answered = survey /survey/answered
surveys.latency_ms_total = |
surveys.people_removed = survey /disclosure/people_removed

survey_responses.survey_id = survey /survey/id
survey_responses.persona_id = survey /responses/0/persona_id
survey_responses.run_id = survey /responses/0/run_id
survey_responses.respondent = survey /responses/0/respondent
survey_responses.card = survey /responses/0/card/first_name
survey_responses.response = survey /responses/0/response/answers
survey_responses.latency_ms = survey /responses/0/latency_ms
survey_responses.written_by = survey /responses/0/written_by
survey_responses.is_simulated = survey /responses/0/is_simulated
survey_responses.prompt_version = survey /responses/0/prompt_version
survey_responses.created_at = survey /responses/0/created_at
survey_responses.is_removed = |

survey_human_answers.id = survey /human_answers/0/id
survey_human_answers.survey_id = survey /survey/id
survey_human_answers.name = survey /human_answers/0/name
survey_human_answers.people = survey /human_answers/0/people
survey_human_answers.answers = survey /human_answers/0/answers/0/why
survey_human_answers.uploaded_by = survey /human_answers/0/uploaded_by
survey_human_answers.created_at = survey /human_answers/0/created_at
";

/// A file, and where in its JSON.
type Place = (&'static str, &'static str);

/// Each column with the places in which it is; none where it is left out.
fn places() -> Vec<(&'static str, Vec<Place>)> {
    let lines = PLACES.lines().filter(|line| !line.is_empty());
    let columns = lines.map(|line| {
        let (column, places) = line.split_once(" = ").unwrap();
        let places = places.split(", ").filter(|place| *place != "|");
        let places: Vec<Place> = places.map(|place| place.split_once(' ').unwrap()).collect();
        (column, places)
    });
    columns.collect()
}

/// A world in which everything is stored that can be, and its survey.
async fn everything() -> (World, Uuid) {
    let world = World::new().await;
    let survey = answered(&world.app, world.project, &world.ids).await;
    for (statement, id) in [
        (
            "insert into focus_group_readings (turn_id, sentiment, concepts, emotions, read_by, read_at)
             select id, 0.5, '[{\"name\": \"cena\", \"sentiment\": 0.5}]', '[]', 'lexicon', created_at
             from focus_group_turns where focus_group_id = $1",
            world.group,
        ),
        (
            "with run as (
                insert into runs (id, kind, project_id, subject_id, input, total, request_hash, requested_by,
                    created_at, status)
                select gen_random_uuid(), 'focus-group-summary', project_id, id, '{}', 1, '', created_by, created_at,
                    'succeeded'
                from focus_groups where id = $1
                returning id
             )
             insert into focus_group_summaries (id, focus_group_id, run_id, work_run_id, version, summary, created_at)
             select run.id, s.focus_group_id, s.run_id, run.id, 2, jsonb_set(s.summary, '{metadata,version}', '2'),
                s.created_at
             from focus_group_summaries s, run where s.focus_group_id = $1",
            world.group,
        ),
        (
            "insert into survey_human_answers (id, survey_id, name, people, answers, uploaded_by, created_at)
             select id, id, 'Panel', 1, '[{\"why\": \"Jan Nowak poleca\", \"temp\": -7}]', created_by, created_at
             from surveys where id = $1",
            survey,
        ),
    ] {
        sqlx::query(statement).bind(id).execute(&world.app.parts.pool).await.unwrap();
    }
    (world, survey)
}

#[tokio::test]
async fn every_column_is_in_a_file_or_the_readme_says_why_it_is_not() {
    let (world, survey) = everything().await;
    let sections = ["overview", "profile", "behaviors", "needs", "insights"];
    let body =
        json!({ "format": "json", "sections": sections, "unmask": true, "reason": "dla klienta" });
    let path = format!("/api/v1/personas/{}/actions/export", world.ids[0]);
    let persona = world.app.post(&world.ana, &path, body).await.expect(200);
    let project = world.file("project", None, true).await;
    let talk = world.file("focus_group", Some(world.group), true).await;
    let answers = world.file("survey", Some(survey), true).await;
    let files =
        [("persona", persona), ("project", project), ("focus_group", talk), ("survey", answers)];
    let readme = include_str!("../../README.md");

    for (column, places) in places() {
        let is_listed = readme.contains(&format!("`{column}`"));
        assert_eq!(is_listed, places.is_empty(), "{column} is in a file, or in the README's list");
        for (file, pointer) in places {
            let (_, whole) = files.iter().find(|(name, _)| *name == file).unwrap();
            assert!(whole.pointer(pointer).is_some(), "{column}: {pointer} of {file} in {whole}");
        }
    }
}

#[tokio::test]
async fn a_new_column_has_a_place_or_a_reason() {
    let (app, ..) = project_with(1).await;
    let told: BTreeSet<String> = places().iter().map(|(column, _)| (*column).to_owned()).collect();
    let tables = told.iter().map(|column| column.split('.').next().unwrap().to_owned());
    let tables: Vec<String> = tables.collect::<BTreeSet<_>>().into_iter().collect();

    let stored: Vec<String> = sqlx::query_scalar(
        "select table_name::text || '.' || column_name::text from information_schema.columns \
         where table_schema = 'public' and table_name::text = any($1)",
    )
    .bind(&tables)
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();

    let stored: BTreeSet<String> = stored.into_iter().collect();
    let missing: Vec<_> = stored.symmetric_difference(&told).collect();
    assert!(missing.is_empty(), "say in PLACES where they are exported, or why not: {missing:?}");
}

#[tokio::test]
async fn what_real_people_said_leaves_unmasked_alone_and_what_they_chose_always() {
    let (world, survey) = everything().await;

    for unmask in [true, false] {
        let whole = world.file("survey", Some(survey), unmask).await;

        let upload = &whole["human_answers"][0];
        assert_eq!((&upload["name"], &upload["people"]), (&json!("Panel"), &json!(1)));
        let mut expected = json!({ "temp": -7 });
        if unmask {
            expected["why"] = json!("Jan Nowak poleca");
        }
        assert_eq!(upload["answers"], json!([expected]));
        let told = whole["disclosure"]["treatment"].to_string();
        assert!(told.contains("prawdziwych ludzi, które wgrał badacz: 1"), "{told}");
        assert_eq!(told.contains("Ich własnych słów nie ma"), !unmask, "{told}");
    }
}
