//! What a purged person leaves behind.

use super::*;

/// A project of two people who answered a survey and talked, and what was made of that.
pub(super) struct Said {
    pub(super) house: House,
    pub(super) project: ProjectId,
    pub(super) people: Vec<Uuid>,
    pub(super) survey: Uuid,
    group: Uuid,
    /// One of each person.
    pub(super) turns: Vec<Uuid>,
}

pub(super) const CARD: &str = r#"{"index": 1, "country": "poland", "sex": "female", "gender": "female", "age": 41,
    "region": "Śląskie", "place": "urban", "town": "Gliwice", "first_name": "Zdzisława", "surname": "Wrona",
    "education": "master", "occupation": "lekarka", "occupation_en": "doctor", "income_monthly_net": 8000,
    "values": ["family"], "interests": ["books"]}"#;

impl Said {
    pub(super) async fn of_two() -> Self {
        let house = House::open().await;
        let project = house.project(2).await;
        let people = sqlx::query_scalar("select id from personas order by population_index")
            .fetch_all(&house.app.parts.pool)
            .await
            .unwrap();
        let (survey, group, turns) = (house.id(), house.id(), vec![house.id(), house.id()]);
        let said = Self { house, project, people, survey, group, turns };
        said.answer().await;
        said.talk().await;
        said
    }

    async fn answer(&self) {
        self.run(&format!(
            r#"insert into surveys (id, project_id, title, questions, design, language, target_responses,
                created_by, created_at)
             values ('{survey}', '{project}', '-', '[{{"id": "q1", "type": "single-choice"}},
                {{"id": "q2", "type": "open-text"}}, {{"id": "q3", "type": "rating-scale"}}]', '{{}}', 'pl', 10,
                '{ana}', '{now}');
             insert into survey_results (survey_id, part, edition, body) values ('{survey}', 'figures', '1', 'tajne 1');"#,
            survey = self.survey,
            project = self.project.0,
            ana = self.house.ana.id.0,
            now = self.house.now().to_rfc3339(),
        ))
        .await;
        for (place, person) in self.people.iter().enumerate() {
            let response = json!({
                "answers": { "q1": "tak", "q2": format!("tajne {place}"), "q3": 4 },
                "reactions": { "q3": format!("tajne {place}") },
                "distributions": { "q3": [0.0, 0.0, 0.0, 1.0, 0.0] },
                "states": { "q2": { "state": "answered" } },
            });
            self.run(&format!(
                "insert into survey_responses (survey_id, persona_id, respondent, card, response, latency_ms,
                    written_by, is_simulated, prompt_version, created_at)
                 values ('{}', '{person}', {place}, '{CARD}', '{response}', 7, 'offline', true, '1', '{}')",
                self.survey,
                self.house.now().to_rfc3339(),
            ))
            .await;
        }
    }

    async fn talk(&self) {
        let people = format!("'{{{},{}}}'", self.people[0], self.people[1]);
        let participants = self.people.iter().enumerate().map(|(who, id)| {
            let card: serde_json::Value = serde_json::from_str(CARD).unwrap();
            let secret = format!("tajne {who}");
            json!({ "persona_id": id, "card": card, "life": 1, "story": secret, "manner": secret,
                "concerns": [secret] })
        });
        let participants = json!({ "participants": participants.collect::<Vec<_>>() });
        let quotes = (0..2).map(|who| {
            json!({ "response_id": self.turns[who], "text": format!("tajne {who}"), "start": 0, "end": 7 })
        });
        let quotes = quotes.collect::<Vec<_>>();
        let summary = json!({
            "executive_summary": "Mówią „tajne 0” i „tajne 1”, a jedno to „tajne”.",
            "evidence": { "insights": [{ "text": "i", "response_ids": self.turns, "quotes": quotes }], "surprises": [],
                "sentiment": [{ "n": 2 }] },
            "metadata": { "version": 1 },
        });
        self.run(&format!(
            "insert into focus_groups (id, project_id, name, persona_ids, questions, created_by, created_at, updated_at)
             values ('{group}', '{project}', '-', {people}, '{{}}', '{ana}', '{now}', '{now}');
             insert into runs (id, kind, project_id, subject_id, input, total, request_hash, requested_by, created_at)
             values ('{group}', 'focus-group-run', '{project}', '{group}', '{participants}', 2, '', '{ana}', '{now}');
             insert into focus_group_summaries (id, focus_group_id, run_id, work_run_id, version, summary, created_at)
             values ('{group}', '{group}', '{group}', '{group}', 1, '{summary}', '{now}');",
            group = self.group,
            project = self.project.0,
            ana = self.house.ana.id.0,
            now = self.house.now().to_rfc3339(),
        ))
        .await;
        for (who, turn) in self.turns.iter().enumerate() {
            self.run(&format!(
                "insert into focus_group_turns (id, focus_group_id, run_id, number, question, kind, persona_id,
                    speaker, stance, said, created_at)
                 values ('{turn}', '{group}', '{group}', {who}, 0, 'opening', '{person}', {who}, 1, 'To tajne {who}.',
                    '{now}');
                 insert into focus_group_readings (turn_id, sentiment, concepts, emotions, read_by, read_at)
                 values ('{turn}', 0.5, '[\"tajne {who}\"]', '[]', 'lexicon', '{now}');",
                group = self.group,
                person = self.people[who],
                now = self.house.now().to_rfc3339(),
            ))
            .await;
        }
    }

    pub(super) async fn run(&self, statements: &str) {
        let statements = sqlx::AssertSqlSafe(statements.to_owned());
        sqlx::raw_sql(statements).execute(&self.house.app.database.owner()).await.unwrap();
    }

    pub(super) async fn delete_first(&self) {
        let statement = "update personas set deleted_at = $2 where id = $1";
        self.house.execute(statement, self.people[0], self.house.now()).await;
    }

    pub(super) async fn purge(&self) -> u64 {
        let due = self.house.now() + Duration::days(90);
        purge_personas(&self.house.maintenance, due).await.unwrap()
    }

    /// Everything that is stored of surveys, talks and runs, as text.
    pub(super) async fn stored(&self) -> String {
        let mut stored = String::new();
        for table in [
            "survey_responses",
            "survey_results",
            "focus_group_turns",
            "focus_group_readings",
            "focus_group_summaries",
            "runs",
            "run_shards",
        ] {
            stored += &self
                .text(&format!(
                    "select coalesce(string_agg(t::text, ' ' order by t::text), '') from {table} t"
                ))
                .await;
        }
        stored
    }

    pub(super) async fn text(&self, query: &str) -> String {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        sqlx::query_scalar(query).fetch_one(&self.house.app.parts.pool).await.unwrap()
    }
}

#[tokio::test]
async fn a_purged_person_leaves_no_words_and_figures_stay() {
    let said = Said::of_two().await;
    let person = said.people[0];
    said.delete_first().await;
    assert!(said.stored().await.contains("tajne 0"), "until then nothing is gone");

    assert_eq!(said.purge().await, 1);

    let stored = said.stored().await;
    assert!(!stored.contains("tajne 0"), "{stored}");
    assert!(stored.contains("To tajne 1.") && stored.contains("i „tajne 1”"), "{stored}");
    assert!(stored.contains("„[…]”") && stored.contains("to „tajne”"), "{stored}");
    let card = said
        .text(&format!("select card::text from survey_responses where persona_id = '{person}'"))
        .await;
    for gone in ["Zdzisława", "Wrona", "Gliwice", "Śląskie", "lekarka"] {
        assert!(!card.contains(gone), "{card}");
    }
    let response = said
        .text(&format!("select response::text from survey_responses where persona_id = '{person}'"))
        .await;
    assert!(response.contains("\"q1\": \"tak\"") && response.contains("\"q3\": 4"), "{response}");
    assert!(card.contains("\"age\": 41") && card.contains("8000"), "what figures count: {card}");
    let house = &said.house;
    assert_eq!(house.count("survey_responses where is_removed").await, 1);
    assert_eq!(house.count("surveys where people_removed = 1 and answered = 2").await, 1);
    assert_eq!(house.count("survey_results").await, 0, "figures have quotes, and are made anew");
    assert_eq!(
        house.count("focus_group_turns where is_removed and said is null and stance = 1").await,
        1
    );
    assert_eq!(house.count("focus_group_readings").await, 1);
    let told = "focus_group_summaries where summary->'metadata'->>'people_removed' = '1'";
    assert_eq!(house.count(told).await, 1);
    assert_eq!(house.count("runs where has_lost_people and kind = 'focus-group-run'").await, 1);
}

#[tokio::test]
async fn purging_twice_counts_nobody_twice() {
    let said = Said::of_two().await;
    said.delete_first().await;
    said.purge().await;
    let first = said.stored().await;

    assert_eq!(said.purge().await, 0);
    said.run(&format!(
        "select forget_answers('{{{project}}}', '{{{person}}}'); select forget_turns('{{{project}}}', '{{{person}}}')",
        project = said.project.0,
        person = said.people[0],
    ))
    .await;

    assert_eq!(said.stored().await, first);
}

#[tokio::test]
async fn a_purge_that_is_killed_half_way_leaves_the_person_whole_and_goes_on_the_next_time() {
    let said = Said::of_two().await;
    said.delete_first().await;
    let before = said.stored().await;
    let mut holder = said.house.app.parts.pool.begin().await.unwrap();
    sqlx::query("select id from focus_groups for update").execute(&mut *holder).await.unwrap();

    // its answers are gone, and it waits for the talks
    let (pool, due) = (said.house.maintenance.clone(), said.house.now() + Duration::days(90));
    let purging = tokio::spawn(async move { purge_personas(&pool, due).await });
    let owner = said.house.app.database.owner();
    let waiting = "select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%delete from personas%'";
    let pid: i32 = loop {
        let found = sqlx::query_scalar(waiting).fetch_optional(&owner).await.unwrap();
        if let Some(pid) = found {
            break pid;
        }
        tokio::task::yield_now().await;
    };
    sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(&owner).await.unwrap();
    purging.await.unwrap().unwrap_err();
    holder.rollback().await.unwrap();

    assert_eq!(said.stored().await, before);
    assert_eq!(said.house.count("personas").await, 2);
    assert_eq!(said.purge().await, 1);
    assert!(!said.stored().await.contains("tajne 0"));
}

#[tokio::test]
async fn the_graph_of_a_talk_goes_an_hour_after_one_of_its_people() {
    let said = Said::of_two().await;
    said.delete_first().await;
    let due = said.house.now() + Duration::days(90);
    said.purge().await;

    assert_eq!(said.house.count("focus_group_graphs").await, 1);
    assert_eq!(purge_graphs(&said.house.state, due + Duration::minutes(59)).await.unwrap(), 0);
    assert_eq!(purge_graphs(&said.house.state, due + Duration::hours(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_wrote_a_purged_person_forgets_their_card() {
    let said = Said::of_two().await;
    said.run(&format!("update run_shards set input = jsonb_build_array('{CARD}'::jsonb, jsonb_set('{CARD}', '{{index}}', '2'))"))
        .await;
    said.delete_first().await;

    said.purge().await;

    let shards = said.text("select string_agg(input::text, '') from run_shards").await;
    assert_eq!(shards.matches("Zdzisława").count(), 1, "{shards}");
    assert_eq!(
        said.house.count("runs where has_lost_people and kind = 'persona-generate'").await,
        1
    );
}

#[tokio::test]
async fn a_project_that_is_purged_takes_its_people_along_without_a_trace() {
    let said = Said::of_two().await;
    let delete = "update projects set deleted_at = $2 where id = $1";
    said.house.execute(delete, said.project.0, said.house.now()).await;

    purge_projects(&said.house.state, said.house.now() + Duration::days(90)).await.unwrap();

    for table in ["survey_responses", "focus_group_turns", "personas", "projects"] {
        assert_eq!(said.house.count(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_passage_goes_from_the_texts_of_a_summary_and_what_its_signs_make_by_chance_stays() {
    let said = Said::of_two().await;
    said.run(&format!(
        "update focus_group_turns set said = 'Tu nie ma nic.' where id = '{}';
         update focus_group_summaries set summary =
             jsonb_set(summary, '{{executive_summary}}', to_jsonb(e'Mówią:\\nie ma nic „nie ma nic”'::text));",
        said.turns[0],
    ))
    .await;
    said.delete_first().await;

    assert_eq!(said.purge().await, 1);

    let left = said.text("select summary->>'executive_summary' from focus_group_summaries").await;
    assert_eq!(left, "Mówią:\nie ma nic „[…]”");
}

#[tokio::test]
async fn somebody_whose_rows_are_broken_keeps_nobody_else_from_being_purged() {
    let said = Said::of_two().await;
    let house = &said.house;
    let other = house.project(1).await;
    said.run("update focus_group_summaries set summary = '\"broken\"'").await;
    said.delete_first().await;
    let delete = "update personas set deleted_at = $2 where project_id = $1";
    house.execute(delete, other.0, house.now()).await;

    let refused = purge_personas(&house.maintenance, house.now() + Duration::days(90)).await;

    assert!(refused.unwrap_err().is_of_its_data(), "it is told");
    assert_eq!(house.count("personas").await, 2, "who is broken, and who lives");
    assert!(said.stored().await.contains("tajne 0"), "nothing of it is done by half");
    said.run("update focus_group_summaries set summary = '{}'").await;
    assert_eq!(said.purge().await, 1);
}

/// A purge and a cancel of the run that wrote who is purged, one after the other, while somebody holds its shard.
async fn beside_a_cancel(is_purge_first: bool) {
    let said = Said::of_two().await;
    said.run(&format!("update run_shards set input = jsonb_build_array('{CARD}'::jsonb)")).await;
    said.delete_first().await;
    let run: Uuid = said.text("select run_id::text from run_shards").await.parse().unwrap();
    let (database, pool) = (&said.house.app.database, &said.house.app.parts.pool);
    let mut holder = pool.begin().await.unwrap();
    sqlx::query("select from run_shards for update").execute(&mut *holder).await.unwrap();

    let purging = async {
        if !is_purge_first {
            database.until_waiting(1).await;
        }
        said.purge().await
    };
    let cancelling = async {
        if is_purge_first {
            database.until_waiting(1).await;
        }
        let mut transaction = pool.begin().await.unwrap();
        platform::runs::cancel(&mut transaction, run.into(), said.house.now()).await.unwrap();
        transaction.commit().await.unwrap();
    };
    let let_go = async {
        database.until_waiting(2).await;
        holder.rollback().await.unwrap();
    };
    let (purged, (), ()) = tokio::join!(purging, cancelling, let_go);

    assert_eq!(purged, 1);
    assert!(!said.text("select input::text from run_shards").await.contains("Zdzisława"));
    let deadlocks =
        "select deadlocks::text from pg_stat_database where datname = current_database()";
    assert_eq!(said.text(deadlocks).await, "0");
}

#[tokio::test]
async fn a_purge_waits_for_whoever_cancels_a_run() {
    Box::pin(beside_a_cancel(false)).await;
}

#[tokio::test]
async fn whoever_cancels_a_run_waits_for_a_purge() {
    Box::pin(beside_a_cancel(true)).await;
}
