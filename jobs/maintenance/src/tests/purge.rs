use super::*;

const DELETE_PERSONAS: &str = "update personas set deleted_at = $2 where project_id = $1";
const DELETE_PROJECT: &str = "update projects set deleted_at = $2 where id = $1";

async fn purge(house: &House, now: DateTime<Utc>) -> u64 {
    let personas = purge_personas(&house.maintenance, now).await.unwrap();
    personas + purge_projects(&house.state, now).await.unwrap()
}

#[tokio::test]
async fn a_deleted_persona_stays_for_90_days_to_the_second() {
    let house = House::open().await;
    let project = house.project(2).await;
    let due = house.now() + Duration::days(90);
    house.execute(DELETE_PERSONAS, project.0, house.now()).await;

    assert_eq!(purge(&house, due - Duration::seconds(1)).await, 0);
    assert_eq!(purge(&house, due).await, 2);
    assert_eq!(house.count("projects").await, 1);
}

#[tokio::test]
async fn living_personas_and_those_just_deleted_stay() {
    let house = House::open().await;
    house.project(3).await;
    let undoable = house.project(4).await;
    let now = house.now() + Duration::days(365);
    house.execute(DELETE_PERSONAS, undoable.0, now - Duration::seconds(29)).await;

    assert_eq!(purge(&house, now).await, 0);
    assert_eq!(house.count("personas").await, 7);
}

#[tokio::test]
async fn a_project_goes_after_90_days_with_everything_in_it_and_no_other() {
    let house = House::open().await;
    let project = house.project(2).await;
    house.project(3).await;
    let due = house.now() + Duration::days(90);
    house.execute(DELETE_PROJECT, project.0, house.now()).await;

    assert_eq!(purge(&house, due - Duration::seconds(1)).await, 0);
    assert_eq!(purge(&house, due).await, 3, "two personas and a project");

    let left = ["projects", "project_members", "populations", "runs", "run_shards"];
    for table in left {
        assert_eq!(house.count(table).await, 1, "{table}");
    }
    assert_eq!(house.count("personas").await, 3);
}

#[tokio::test]
async fn more_than_a_batch_goes_at_once() {
    let house = House::open().await;
    let project = house.project(2500).await;
    house.execute(DELETE_PROJECT, project.0, house.now()).await;

    assert_eq!(purge(&house, house.now() + Duration::days(90)).await, 2501);
}

#[tokio::test]
async fn the_audit_log_and_the_ledger_outlive_what_they_speak_of() {
    let house = House::open().await;
    let project = house.project(1).await;
    house
        .execute(
            "insert into audit_log (id, at, project_id, subject_kind, subject_id, action)
             values (gen_random_uuid(), $2, $1, 'project', $1, 'project.deleted')",
            project.0,
            house.now(),
        )
        .await;
    house
        .execute(
            "insert into model_calls
                 (id, project_id, task, prompt_version, provider, model, state, reserved_micros,
                  cost_micros, created_at, expires_at, settled_at)
             values (gen_random_uuid(), $1, 'persona', '1', 'gemini', 'flash', 'settled', 9, 7, $2,
                 $2, $2)",
            project.0,
            house.now(),
        )
        .await;
    house.execute(DELETE_PROJECT, project.0, house.now()).await;

    purge(&house, house.now() + Duration::days(90)).await;

    assert_eq!(house.count("projects").await, 0);
    assert_eq!(house.app.audited(project.0, "project.deleted").await, 1);
    assert_eq!(house.count("model_calls where cost_micros = 7 and project_id is null").await, 1);
}

#[tokio::test]
async fn a_row_that_somebody_else_holds_is_left_for_the_next_time() {
    let house = House::open().await;
    let project = house.project(2).await;
    let now = house.now() + Duration::days(90);
    house.execute(DELETE_PERSONAS, project.0, house.now()).await;
    let mut holder = house.app.parts.pool.begin().await.unwrap();
    sqlx::query("select id from personas where population_index = 1 for update")
        .execute(&mut *holder)
        .await
        .unwrap();

    assert_eq!(purge(&house, now).await, 1);
    holder.rollback().await.unwrap();
    assert_eq!(purge(&house, now).await, 1);
}

#[tokio::test]
async fn a_deleted_survey_goes_after_90_days_with_its_answers_and_no_other() {
    let house = House::open().await;
    let project = house.project(0).await;
    for _ in 0..2 {
        house
            .execute(
                "with s as (insert into surveys
                     (id, project_id, title, questions, design, language, target_responses,
                      created_by, created_at)
                 values (gen_random_uuid(), $1, '-', '[]', '{}', 'pl', 10, $1, $2) returning id)
                 insert into survey_human_answers
                     (id, survey_id, name, people, answers, uploaded_by, created_at)
                 select gen_random_uuid(), id, '-', 1, '{}', $1, $2 from s",
                project.0,
                house.now(),
            )
            .await;
    }
    let due = house.now() + Duration::days(90);
    let delete = "update surveys set deleted_at = $2
        where project_id = $1 and id = (select min(id::text)::uuid from surveys)";
    house.execute(delete, project.0, house.now()).await;

    assert_eq!(purge_surveys(&house.maintenance, due - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(purge_surveys(&house.maintenance, due).await.unwrap(), 1);
    assert_eq!(house.count("surveys").await, 1);
    assert_eq!(house.count("survey_human_answers").await, 1);
}

#[tokio::test]
async fn an_export_goes_with_its_files_when_its_time_is_over() {
    let house = House::open().await;
    house.project(0).await;
    let id = house.id();
    let statement = "insert into exports
            (id, project_id, subject_kind, subject_id, format, has_bom, is_unmasked, requested_by,
             created_at, finished_at, expires_at)
        select $1, id, 'project', id, 'csv', false, false, owner_id, $2, $2, $2 from projects";
    house.execute(statement, id, house.now()).await;
    let key = format!("exports/{id}/file.csv");
    house.state.storage.put(&key, "text/csv", "x".into()).await.unwrap();

    assert_eq!(purge_exports(&house.state, house.now() - Duration::seconds(1)).await.unwrap(), 0);
    assert!(house.state.storage.exists(&key).await.unwrap());
    assert_eq!(purge_exports(&house.state, house.now()).await.unwrap(), 1);
    assert!(!house.state.storage.exists(&key).await.unwrap());
    assert_eq!(house.count("exports").await, 0);
}

#[tokio::test]
async fn what_is_left_of_a_cancelled_export_goes_and_no_other() {
    let house = House::open().await;
    house.project(0).await;
    let (cancelled, running) = (house.id(), house.id());
    for (id, status) in [(cancelled, "cancelled"), (running, "running")] {
        let statement = sqlx::AssertSqlSafe(format!(
            "with run as (insert into runs
                (id, kind, project_id, subject_id, input, total, request_hash, requested_by, created_at, status)
                select $1, 'export', id, $1, '{{}}', 1, '', owner_id, $2, '{status}' from projects returning id)
             insert into exports
                (id, project_id, run_id, subject_kind, subject_id, format, has_bom, is_unmasked, requested_by,
                 created_at, expires_at)
             select $1, p.id, run.id, 'project', p.id, 'csv', false, false, p.owner_id, $2,
                $2 + interval '7 days' from projects p, run"
        ));
        let query = sqlx::query(statement).bind(id).bind(house.now());
        query.execute(&house.app.parts.pool).await.unwrap();
        let key = format!("exports/{id}/{id}/file.csv");
        house.state.storage.put(&key, "text/csv", "half".into()).await.unwrap();
    }

    assert_eq!(purge_exports(&house.state, house.now()).await.unwrap(), 1);

    let has_file = async |id: Uuid| {
        house.state.storage.exists(&format!("exports/{id}/{id}/file.csv")).await.unwrap()
    };
    assert!(!has_file(cancelled).await && has_file(running).await);
    assert_eq!(house.count("exports").await, 1);
}

/// Needs that quote each of these, and nobody else.
async fn quoting(house: &House, project: ProjectId, sources: &[(Uuid, Uuid)]) {
    let quotes: Vec<serde_json::Value> = sources
        .iter()
        .map(|(persona, source)| json!({ "text": persona, "source": "survey", "source_id": source, "persona_id": persona }))
        .collect();
    let needs = json!({ "jobs": [{ "statement": "s", "quotes": quotes }], "outcomes": [],
        "pains": [{ "title": "t", "quotes": quotes }], "answers": 2 });
    sqlx::query(
        "insert into segment_needs (population_id, segment_id, project_id, inputs_hash, needs, written_by,
            is_simulated, prompt_version, created_at)
         select id, 'a', project_id, '', $2, 'offline', true, 'needs.v1', created_at
         from populations where project_id = $1",
    )
    .bind(project.0)
    .bind(needs)
    .execute(&house.app.parts.pool)
    .await
    .unwrap();
}

async fn quoted(house: &House) -> String {
    let needs = "select coalesce(jsonb_agg(needs), '[]')::text from segment_needs";
    sqlx::query_scalar(needs).fetch_one(&house.app.parts.pool).await.unwrap()
}

#[tokio::test]
async fn a_purged_persona_is_quoted_no_more_and_others_are() {
    let house = House::open().await;
    let project = house.project(2).await;
    let people: Vec<Uuid> = sqlx::query_scalar("select id from personas order by population_index")
        .fetch_all(&house.app.parts.pool)
        .await
        .unwrap();
    let source = house.id();
    quoting(&house, project, &[(people[0], source), (people[1], source)]).await;
    let statement = "update personas set deleted_at = $2 where id = $1";
    house.execute(statement, people[0], house.now()).await;
    assert!(quoted(&house).await.contains(&people[0].to_string()));

    assert_eq!(purge(&house, house.now() + Duration::days(90)).await, 1);

    let left = quoted(&house).await;
    assert!(!left.contains(&people[0].to_string()), "{left}");
    assert_eq!(left.matches(&format!("\"text\": \"{}\"", people[1])).count(), 2, "{left}");
    assert!(left.contains("\"statement\": \"s\"") && left.contains("\"answers\": 2"), "{left}");
}

#[tokio::test]
async fn a_survey_or_a_talk_that_is_gone_is_quoted_no_more() {
    let house = House::open().await;
    let project = house.project(1).await;
    let (person, survey, group, turn) = (house.id(), house.id(), house.id(), house.id());
    house
        .execute(
            "insert into surveys (id, project_id, title, questions, design, language, target_responses,
                created_by, created_at, deleted_at)
             select $1, id, '-', '[]', '{}', 'pl', 10, owner_id, $2, $2 from projects",
            survey,
            house.now(),
        )
        .await;
    house
        .execute(
            "insert into focus_groups (id, project_id, name, persona_ids, questions, created_by, created_at,
                updated_at)
             select $1, id, '-', '{}', '{}', owner_id, $2, $2 from projects",
            group,
            house.now(),
        )
        .await;
    sqlx::query(
        "insert into focus_group_turns (id, focus_group_id, run_id, number, question, kind, created_at)
         select $1, $2, id, 0, 0, 'opening', created_at from runs",
    )
    .bind(turn)
    .bind(group)
    .execute(&house.app.parts.pool)
    .await
    .unwrap();
    quoting(&house, project, &[(person, survey), (person, turn)]).await;

    purge_surveys(&house.maintenance, house.now() + Duration::days(90)).await.unwrap();
    let after_survey = quoted(&house).await;
    house
        .execute("delete from focus_groups where id = $1 and $2 is not null", group, house.now())
        .await;

    assert!(
        !after_survey.contains(&survey.to_string()) && after_survey.contains(&turn.to_string())
    );
    assert!(!quoted(&house).await.contains(&person.to_string()));
}
