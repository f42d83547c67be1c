//! Nothing that is stored is missing in JSON unless the README says so and why.

use std::collections::BTreeSet;

use shared::discussion::{Mode, Participant, Setting};
use shared::persona::Brief;
use shared::{Language, Seed};
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

projects.id = project /project/id
projects.owner_id = project /project/owner_id
projects.name = project /project/name
projects.description = project /project/description
projects.target_audience = project /project/target_audience
projects.research_objectives = project /project/research_objectives
projects.additional_notes = project /project/additional_notes
projects.language = project /project/language
projects.target_demographics = project /project/target_demographics
projects.target_sample_size = project /project/target_sample_size
projects.chi_square_statistic = project /project/chi_square_statistic
projects.p_values = project /project/p_values
projects.is_statistically_valid = project /project/is_statistically_valid
projects.validation_date = project /project/validation_date
projects.created_at = project /project/created_at
projects.updated_at = project /project/updated_at
projects.deleted_at = |

kpi_inputs.project_id = project /project/id
kpi_inputs.inputs = project /kpi_inputs
kpi_inputs.version = project /kpi_inputs_given/version
kpi_inputs.changed_by = project /kpi_inputs_given/changed_by
kpi_inputs.changed_at = project /kpi_inputs_given/changed_at

kpi_snapshots.population_id = project /kpis/0/population_id
kpi_snapshots.segment_id = project /kpis/0/segment_id
kpi_snapshots.project_id = project /project/id
kpi_snapshots.version = project /kpis/0/version
kpi_snapshots.inputs_hash = |
kpi_snapshots.metrics = project /kpis/0/metrics, persona /content/insights/kpis
kpi_snapshots.computed_at = project /kpis/0/computed_at
kpi_snapshots.checked_at = |

segment_needs.population_id = project /needs/0/population_id
segment_needs.segment_id = project /needs/0/segment_id
segment_needs.project_id = project /project/id
segment_needs.run_id = project /needs/0/run_id
segment_needs.version = project /needs/0/version
segment_needs.inputs_hash = |
segment_needs.needs = project /needs/0/needs, persona /content/needs
segment_needs.written_by = project /needs/0/written_by
segment_needs.is_simulated = project /needs/0/is_simulated
segment_needs.prompt_version = project /needs/0/prompt_version
segment_needs.created_at = project /needs/0/created_at

groundings.run_id = project /groundings/0/run_id
groundings.segment_id = project /groundings/0/segment_id
groundings.project_id = project /project/id
groundings.query = project /groundings/0/details/query
groundings.search_type = project /groundings/0/details/search_type
groundings.citations = project /groundings/0/citations/0/relevance_score
groundings.insights = project /groundings/0/details/graph_nodes
groundings.tokens = project /groundings/0/details/context_tokens
groundings.unavailable = project /groundings/0/details/unavailable
groundings.created_at = project /groundings/0/created_at

citations.chunk_id = project /groundings/0/citations/0/chunk_id
citations.project_id = project /project/id
citations.document_id = project /groundings/0/citations/0/document_id
citations.document_title = project /groundings/0/citations/0/document_title
citations.page = project /groundings/0/citations/0/page
citations.headings = |
citations.text = project /groundings/0/citations/0/chunk_text
citations.created_at = |

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

/// What fills each column that may be empty, by the id of the project.
const FILLED: [&str; 10] = [
    "with document as (
        insert into documents (id, scope, project_id, owner_id, scope_key, title, filename, file_type, size_bytes,
            content_hash, upload_id, created_at, updated_at)
        select id, 'project', id, owner_id, id::text, 'Rynek', 'rynek.txt', 'txt', 1, '\\x00', id, created_at, created_at
        from projects where id = $1
        returning id, created_at
     )
     insert into citations (chunk_id, project_id, document_id, document_title, page, headings, text, created_at)
     select id, id, id, 'Rynek', 1, '{}', 'kawa', created_at from document",
    "update personas set run_id = (select id from runs where project_id = $1 and kind = 'focus-group-run'),
        edited_at = created_at, edited_by = created_by, rag_citations = '[]', rag_context_details = '{}'
     where project_id = $1",
    "insert into groundings (run_id, segment_id, project_id, query, search_type, citations, tokens, unavailable, created_at)
     select distinct run_id, segment_id, project_id, 'kawa', 'hybrid',
        jsonb_build_array(jsonb_build_object('chunk_id', project_id, 'relevance_score', 0.5)), 5, 'graph', created_at
     from personas where project_id = $1",
    "update persona_journeys set context = 'kawa' where project_id = $1",
    "update populations set fidelity = '{}', fidelity_at = created_at, imported_at = created_at, import_hash = '\\x00'
     where project_id = $1",
    "update projects set description = 'd', target_audience = 't', research_objectives = 'r', additional_notes = 'n',
        chi_square_statistic = '{}', p_values = '{}', validation_date = created_at
     where id = $1",
    "insert into kpi_inputs (project_id, inputs, changed_by, changed_at)
     select id, '{}', owner_id, created_at from projects where id = $1",
    "update segment_needs set run_id = (select run_id from personas where project_id = $1 limit 1)
     where project_id = $1",
    "with groups as (
        update focus_groups set description = 'd', project_context = 'c' where project_id = $1 returning id
     )
     update focus_group_turns set reply_to = 0, addressed = 0, act = 'say', prompt_version = 'turn.v2', latency_ms = 5,
        why = '{\"relevance\": 1, \"extraversion\": 0, \"disagreement\": 0, \"silence\": 0, \"asked\": 0, \"chance\": 0}'
     where focus_group_id in (select id from groups)",
    "with asked as (
        update surveys set description = 'd', seed = 5 where project_id = $1 returning id, run_id
     )
     update survey_responses r set run_id = asked.run_id from asked where r.survey_id = asked.id",
];

/// A world in which everything is stored that can be, and its survey.
async fn everything() -> (World, Uuid) {
    let world = World::new().await;
    let survey = answered(&world.app, world.project, &world.ids).await;
    super::pdf::measured(&world.app, world.ids[0]).await;
    for statement in FILLED {
        let query = sqlx::query(statement).bind(world.project.0);
        query.execute(&world.app.parts.pool).await.unwrap();
    }
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
            let is_there = whole.pointer(pointer).is_some_and(|value| !value.is_null());
            assert!(is_there, "{column}: {pointer} of {file} in {whole}");
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
async fn a_table_of_projects_is_in_a_file_or_the_readme_says_that_it_is_not() {
    let (app, ..) = project_with(1).await;
    let columns = places();
    let told: BTreeSet<&str> =
        columns.iter().map(|(column, _)| column.split('.').next().unwrap()).collect();

    let stored: Vec<String> = sqlx::query_scalar(
        "select c.table_name::text from information_schema.columns c \
         join information_schema.tables t using (table_schema, table_name) \
         where table_schema = 'public' and table_type = 'BASE TABLE' and column_name = 'project_id'",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();

    let readme = include_str!("../../README.md");
    assert!(stored.len() > 20, "{stored:?}");
    for table in stored {
        let is_listed = readme.contains(&format!("`{table}`"));
        let is_told = told.contains(&*table) || is_listed;
        assert!(is_told, "{table} is in a file, or in the README's list");
    }
}

#[tokio::test]
async fn the_seed_of_a_talk_and_how_it_measures_leave_with_it() {
    let world = World::new().await;
    let mut participants = Vec::new();
    for id in &world.ids {
        participants.push(Participant {
            persona_id: *id,
            card: card(&world.app, *id).await,
            life: Seed(1),
            story: String::new(),
            manner: String::new(),
            concerns: Vec::new(),
        });
    }
    let setting = Setting {
        language: Language::Polish,
        seed: Seed(4242),
        mode: Mode::Normal,
        brief: Brief::default(),
        name: "Grupa".to_owned(),
        description: None,
        context: None,
        questions: vec!["Co dalej?".to_owned()],
        participants,
    };
    sqlx::query("update runs set input = $1 where kind = 'focus-group-run'")
        .bind(Json(setting))
        .execute(&world.app.parts.pool)
        .await
        .unwrap();

    for unmask in [true, false] {
        let whole = world.file("focus_group", Some(world.group), unmask).await;

        assert_eq!(whole["focus_group"]["seed"], 4242);
        assert_eq!(whole["realism"]["turns"], 1);
        assert_eq!(whole["realism"]["measures"][0]["key"], "median_words");
        assert!(whole["realism"]["measures"][0]["value"].is_number(), "{whole}");
    }
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
