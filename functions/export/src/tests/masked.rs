//! Whatever somebody is called and however they say how old they are: no name, town, age or address of theirs is in any
//! byte of a file in which they are masked.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::pdf::{measured, understood};
use super::project::{answered, fetch, link, talk, written};
use super::read::Pdf;
use super::*;

/// Databases are slow: so many people, each in every file of every format.
const CASES: u32 = 6;

/// How somebody is called, and everything that must not be read.
#[derive(Debug, Clone)]
struct Called {
    first_name: String,
    surname: String,
    town: String,
    local: String,
    exporter: String,
}

impl Called {
    fn secrets(&self) -> [&str; 5] {
        [&self.first_name, &self.surname, &self.town, &self.local, &self.exporter]
    }

    /// A text that says all of it, with a sign that nobody sees in the middle of a name.
    fn said(&self) -> String {
        let mut hidden = self.surname.clone();
        hidden.insert(hidden.char_indices().nth(3).unwrap().0, '\u{ad}');
        format!(
            "=To {} {}, {hidden}, „{}”-{}; {}@example.com ({})",
            self.first_name,
            self.surname,
            self.town,
            self.first_name.nfd().collect::<String>(),
            self.local,
            self.town.to_uppercase(),
        )
    }
}

/// Words long enough to stand in no file by chance: of letters that a PDF has, or of any alphabet.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[A-ZĄĆĘŁŃÓŚŹŻÀ-ÖØ-Þ][a-zà-öø-ÿąćęłńóśźżğşőű]{6,10}",
        1 => "[A-ZŁ][a-z\u{301}\u{327}\u{308}ł]{8,12}",
        1 => "\\p{Lu}[\\p{L}\\p{M}]{7,10}",
        // there is no sign between Ρ and Σ
        1 => "[Α-ΡΣ-Ω][α-ω]{7,10}",
        1 => "[А-Я][а-я]{7,10}",
        1 => "[א-ת]{8,10}",
    ]
}

fn called() -> impl Strategy<Value = Called> {
    (word(), word(), word(), "[a-z]{9,12}", word()).prop_map(
        |(first_name, surname, town, local, exporter)| Called {
            first_name,
            surname,
            town,
            local,
            exporter,
        },
    )
}

/// As a reader sees it: composed, without case, blanks, and what has no look.
fn seen(text: &str) -> String {
    let is_seen =
        |sign: &char| !sign.is_whitespace() && !matches!(sign, '\u{ad}' | '\u{200b}' | '\u{2010}');
    text.chars().filter(is_seen).nfc().collect::<String>().to_lowercase()
}

async fn run(app: &TestApp, statement: &'static str, id: Uuid, text: &str) {
    let query = sqlx::query(statement).bind(id).bind(text);
    query.execute(&app.parts.pool).await.unwrap();
}

/// Calls somebody so, and lets every text of the project say it.
async fn named(app: &TestApp, world: &World, called: &Called) {
    let said = called.said();
    let card = "update personas set card = card || $2::jsonb where id = $1";
    let name =
        json!({ "first_name": called.first_name, "surname": called.surname, "town": called.town });
    run(app, card, world.person.0, &name.to_string()).await;
    for statement in [
        "update personas set headline = $2, background_story = $2, manner = jsonb_build_object(
            'communication_style', $2, 'decision_making_style', $2, 'typical_concerns', jsonb_build_array($2)),
            rag_citations = jsonb_build_array(jsonb_build_object('chunk_text', $2, 'document_title', $2)),
            rag_context_details = jsonb_build_object('query', $2, 'graph_nodes', jsonb_build_array($2))
         where id = $1",
        "update projects set name = $2, description = $2, target_audience = $2,
            target_demographics = jsonb_build_object($2::text, 1) where id = $1",
        "update surveys set title = $2, description = $2, questions = (select jsonb_agg(q || jsonb_build_object(
            'title', $2, 'description', $2)) from jsonb_array_elements(questions) q)
            || jsonb_build_array(jsonb_build_object('id', 'Z ' || $2, 'type', 'single-choice', 'title', $2,
                'options', jsonb_build_array($2, 'no')))
         where id = $1",
        "update survey_responses set card = (select p.card from personas p where p.id = persona_id),
            response = jsonb_set(jsonb_set(response, '{answers,why}', to_jsonb($2::text)),
                array['answers', 'Z ' || $2], to_jsonb($2::text))
         where survey_id = $1 and respondent = 0",
        "update focus_groups set name = $2, description = $2, project_context = $2, questions = array[$2]
         where id = $1",
        "update focus_group_turns set said = $2 where focus_group_id = $1",
        "insert into focus_group_readings (turn_id, sentiment, concepts, emotions, read_by, read_at)
         select id, 0, jsonb_build_array(jsonb_build_object('name', lower($2::text), 'sentiment', 0)), '[]', 'lexicon',
            created_at
         from focus_group_turns where focus_group_id = $1
         on conflict (turn_id) do update set concepts = excluded.concepts",
        "insert into survey_human_answers (id, survey_id, name, people, answers, uploaded_by, created_at)
         select id, id, $2::text, 1, jsonb_build_array(jsonb_build_object('why', $2::text, 'temp', -7,
            'Z ' || $2::text, $2::text)), created_by, created_at
         from surveys where id = $1
         on conflict (id) do update set name = excluded.name, answers = excluded.answers",
        "update persona_journeys set journey = jsonb_set(journey, '{stages,0,questions}', jsonb_build_array($2::text))
         where persona_id = $1",
        "update segment_needs set needs = jsonb_set(needs, '{jobs,0,statement}', to_jsonb($2::text))
         where project_id = $1",
        "update kpi_snapshots set metrics = jsonb_set(jsonb_set(metrics, '{ltv,sources,0,name}', to_jsonb($2::text)),
            '{ltv,benchmark,source}', to_jsonb($2::text)) where project_id = $1",
    ] {
        for id in [world.person.0, world.project.0, world.survey, world.group] {
            run(app, statement, id, &said).await;
        }
    }
    let exporter = format!("{} {}", called.exporter, called.surname);
    run(app, "update accounts set full_name = $2 where id = $1", world.ana.id.0, &exporter).await;
}

/// A project with everything that can be exported.
#[derive(Clone)]
struct World {
    ana: User,
    project: ProjectId,
    person: PersonaId,
    survey: Uuid,
    group: Uuid,
}

/// Everything that is in a file, as text: a PDF with its streams unpacked, a ZIP with its files.
fn everything(bytes: &[u8]) -> String {
    if bytes.starts_with(b"%PDF") {
        return Pdf::read(bytes).everything();
    }
    if !bytes.starts_with(b"PK") {
        return String::from_utf8(bytes.to_vec()).unwrap();
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut text = String::new();
    for number in 0..zip.len() {
        let mut file = zip.by_index(number).unwrap();
        text.push_str(&file.name().unwrap());
        file.read_to_string(&mut text).unwrap();
    }
    text
}

/// Every file that can be had of the world, with what it is.
async fn files(app: &TestApp, world: &World) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for format in ["json", "csv", "pdf"] {
        let path = format!("/api/v1/personas/{}/actions/export", world.person);
        let sections = ["overview", "profile", "behaviors", "needs", "insights"];
        let body = json!({ "format": format, "sections": sections });
        let answer = app.post(&world.ana, &path, body).await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
        let head = answer.header("content-disposition").unwrap_or_default().to_owned();
        files.push((format!("persona as {format}"), head + &everything(&answer.bytes())));
        for (subject, id) in
            [("project", None), ("survey", Some(world.survey)), ("focus_group", Some(world.group))]
        {
            let body = json!({ "subject": subject, "subject_id": id, "format": format });
            let started = written(app, &world.ana, world.project, body).await;
            let link = link(app, &world.ana, &started).await;
            let file = fetch(app, &link["file"]).await;
            let head = file.header("content-disposition").unwrap_or_default().to_owned();
            let about = fetch(app, &link["disclosure"]).await.text();
            files.push((
                format!("{subject} as {format}"),
                head + &everything(&file.bytes()) + &about,
            ));
        }
        // the same request is the same export for ten seconds, and an account has thirty a minute
        app.parts.clock.advance(chrono::Duration::seconds(61));
    }
    files
}

/// The person as an admin may have them: what the masked files are held against.
async fn unmasked(app: &TestApp, world: &World) -> String {
    let path = format!("/api/v1/personas/{}/actions/export", world.person);
    let ana = app.renewed(&world.ana).await;
    let body = json!({ "format": "json", "unmask": true, "reason": "dla klienta" });
    app.post(&ana, &path, body).await.expect(200).to_string()
}

#[tokio::test]
async fn who_says_their_age_as_a_number_alone_has_a_band_in_every_file_and_figures_stay() {
    let (app, ana, project, ids) = project_with(3).await;
    let survey = answered(&app, project, &ids).await;
    let group = talk(&app, project, ids[0]).await;
    let world = World { ana, project, person: ids[0], survey, group };
    for (id, age) in ids.iter().zip([37, 52, 52]) {
        let age = json!({ "age": age }).to_string();
        for statement in [
            "update personas set card = card || $2::jsonb where id = $1",
            "update survey_responses set card = card || $2::jsonb where persona_id = $1",
        ] {
            run(&app, statement, id.0, &age).await;
        }
    }
    for statement in [
        "update personas set headline = $2, background_story = $2 where id = $1",
        "update survey_responses set response = jsonb_set(response, '{answers,why}', to_jsonb($2::text))
         where persona_id = $1",
        "update focus_group_turns set said = $2 where persona_id = $1",
    ] {
        run(&app, statement, ids[0].0, "Mam 37 i dwoje dzieci, 52 pary").await;
    }

    let files = files(&app, &world).await;

    for (what, text) in files {
        let text = seen(&text);
        assert!(text.contains(&seen("Mam 35–44 i dwoje dzieci, 52 pary")), "{what}: {text}");
        assert!(!text.contains(&seen("Mam 37")), "{what}: {text}");
    }
}

#[test]
fn no_name_town_or_address_is_in_any_byte_of_any_file() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (app, world) = runtime.block_on(async {
        let (app, ana, project, ids) = project_with(3).await;
        understood(&app, ids[0]).await;
        measured(&app, ids[0]).await;
        let survey = answered(&app, project, &ids).await;
        let group = talk(&app, project, ids[0]).await;
        (app, World { ana, project, person: ids[0], survey, group })
    });
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let questions = runtime.block_on(async {
        sqlx::query_scalar::<_, Value>("select questions from surveys")
            .fetch_one(&app.parts.pool)
            .await
            .unwrap()
    });

    let result = runner.run(&called(), |called| {
        let files = runtime.block_on(async {
            sqlx::query("update surveys set questions = $1")
                .bind(&questions)
                .execute(&app.parts.pool)
                .await
                .unwrap();
            named(&app, &world, &called).await;
            let ana = app.renewed(&world.ana).await;
            files(&app, &World { ana, ..world.clone() }).await
        });
        let open = seen(&runtime.block_on(unmasked(&app, &world)));
        for secret in called.secrets().into_iter().take(4) {
            prop_assert!(open.contains(&seen(secret)), "{secret:?} is read where nobody is masked");
        }
        for (what, text) in files {
            let text = seen(&text);
            prop_assert!(text.contains("***@…"), "{what} has what was said: {text}");
            for secret in called.secrets().into_iter().chain(["example.com"]) {
                prop_assert!(!text.contains(&seen(secret)), "{secret:?} in {what}");
            }
        }
        Ok(())
    });

    runtime.block_on(async { drop(app) });
    result.unwrap();
}
