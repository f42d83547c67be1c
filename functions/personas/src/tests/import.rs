//! People who come from a file, as our exports have them.

mod limits;
mod packed;

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http_body_util::BodyExt;
use proptest::prelude::*;
use records::export::{Masked, PROJECT_SCHEMA, Person, PersonRow, header};
use shared::Language;
use shared::persona::Manner;
use tower::ServiceExt;

use super::*;
use crate::import::Format;

/// Somebody of a population, with these texts.
fn row(card: &Card, texts: &[String; 4], language: Language) -> PersonRow {
    let [headline, story, manner, concern] = texts.clone();
    PersonRow {
        id: Uuid::from_u128(u128::from(card.index) + 1),
        arrival: i64::from(card.index),
        run_id: Some(Uuid::from_u128(7)),
        population_id: Uuid::from_u128(9),
        population_index: card.index.cast_signed(),
        language,
        card: Json(card.clone()),
        headline,
        background_story: story,
        manner: Json(Manner {
            communication_style: manner.clone(),
            decision_making_style: manner,
            typical_concerns: vec![concern.clone(), concern],
        }),
        status: "archived".to_owned(),
        written_by: "gemini-2.5-flash".to_owned(),
        is_simulated: false,
        is_imported: false,
        prompt_version: "persona.v2".to_owned(),
        rag_citations: None,
        rag_context_details: None,
        journey: None,
        journey_made: None,
        version: 1,
        edited_at: Some(at()),
        edited_by: None,
        created_by: Uuid::nil(),
        created_at: at(),
        updated_at: at(),
    }
}

fn at() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_764_000_000, 0).unwrap()
}

fn people(seed: u64, count: u32, language: Language) -> Vec<PersonRow> {
    let cards = Population::new(&Plan::everyone(), Seed(seed)).cards(0..count);
    let text = |text: &str| text.to_owned();
    let texts = [text("Headline"), text("Story"), text("calm"), text("time")];
    cards.iter().map(|card| row(card, &texts, language)).collect()
}

/// The file of these people.
fn file(format: Format, people: &[PersonRow]) -> String {
    let people = people.iter().map(|row| Person::of(row.clone(), &Masked::No));
    match format {
        Format::Csv => people.fold(header(true), |file, one| file + &one.line()),
        Format::Json => json!({ "schema": PROJECT_SCHEMA, "disclosure": { "is_masked": false },
            "populations": [{ "id": Uuid::from_u128(9), "seed": 5 }],
            "people": people.map(|one| serde_json::to_value(&one).unwrap()).collect::<Vec<_>>() })
        .to_string(),
    }
}

/// What is written of somebody, without ids and without how they came.
fn said(row: &PersonRow) -> Value {
    let mut said = serde_json::to_value(Person::of(row.clone(), &Masked::No)).unwrap();
    let fields = said.as_object_mut().unwrap();
    for name in ["id", "population_id", "run_id", "is_imported", "created_at", "updated_at"] {
        fields.remove(name);
    }
    said
}

fn read(format: Format, file: &str) -> shared::Result<Vec<crate::import::Population>> {
    crate::import::read(format, file.as_bytes(), Language::Polish, at())
}

fn text() -> impl Strategy<Value = String> {
    // what breaks files: quotes, lines, separators, what escapes them, formulas, apostrophes, marks of any letter
    proptest::collection::vec(
        prop_oneof![
            Just("\"".to_owned()),
            Just("\n".to_owned()),
            Just("\r\n".to_owned()),
            Just(",".to_owned()),
            Just("; ".to_owned()),
            Just("\\".to_owned()),
            Just("'=1+1".to_owned()),
            Just("=".to_owned()),
            Just("ż".to_owned()),
            "[a-zA-Z0-9 '.@+-]{1,8}",
        ],
        1..12,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whoever_is_exported_comes_in_as_the_same(
        seed in 0..1_000_u64,
        texts in [text(), text(), text(), text()],
        is_polish in proptest::bool::ANY,
    ) {
        let language = if is_polish { Language::Polish } else { Language::English };
        let cards = Population::new(&Plan::everyone(), Seed(seed)).cards(0..3);
        let people: Vec<PersonRow> = cards.iter().map(|card| row(card, &texts, language)).collect();

        for format in Format::ALL {
            let read = read(format, &file(format, &people)).unwrap();

            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(read[0].seed, (format == Format::Json).then_some(Seed(5)));
            let came: Vec<Value> = read[0].people.iter().map(said).collect();
            prop_assert_eq!(came, people.iter().map(said).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_worry_with_semicolons_stays_one_and_a_file_from_before_is_read_as_it_was() {
    let mut people = people(3, 1, Language::Polish);
    let many = "cena; ".repeat(30);
    people[0].manner.0.typical_concerns = vec!["Cena; dostawa".to_owned(), many.clone()];
    let csv = file(Format::Csv, &people);
    let concerns = |file: &str| {
        let read = read(Format::Csv, file).unwrap();
        read[0].people[0].manner.0.typical_concerns.clone()
    };

    assert_eq!(concerns(&csv), ["Cena; dostawa".to_owned(), many.clone()]);
    let before = csv.replace(&many.replace(';', "\\;"), "czas").replace("\\; dostawa", "; dostawa");
    assert_eq!(concerns(&before), ["Cena", "dostawa", "czas"]);
}

fn errors(result: shared::Result<Vec<crate::import::Population>>) -> Vec<(String, String)> {
    match result {
        Err(shared::Error::Invalid(errors)) => {
            errors.into_iter().map(|error| (error.field, error.rule)).collect()
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("nothing is wrong with it"),
    }
}

#[test]
fn every_broken_rule_is_told_with_its_person_or_line_and_field() {
    let people = people(3, 3, Language::Polish);
    let mut json: Value = serde_json::from_str(&file(Format::Json, &people)).unwrap();
    json["people"][0]["age"] = json!(17);
    json["people"][1]["card"]["education"] = json!("school of life");
    json["people"][2]["headline"] = json!("");
    let csv = file(Format::Csv, &people).replace("archived", "away");

    let told = errors(read(Format::Json, &json.to_string()));
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["people.0.age", "people.1.card.education", "people.2.headline"]);
    assert!(told[0].1.contains("as on the card"), "{told:?}");
    let told = errors(read(Format::Csv, &csv));
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["line 2, status", "line 3, status", "line 4, status"]);
}

#[test]
fn what_is_no_export_of_ours_is_refused_with_the_reason() {
    let people = people(3, 2, Language::English);
    let whole = file(Format::Json, &people);
    let csv = file(Format::Csv, &people);
    let twice = format!("{csv}{}", csv.split_inclusive("\r\n").last().unwrap());
    let without_cards = csv.replace(",card\r\n", ",cards\r\n");
    for (format, file, field, rule) in [
        (Format::Json, "[".to_owned(), "file", "no export of ours"),
        (Format::Json, "{}".to_owned(), "schema", "must be sight.export.project/1"),
        (
            Format::Json,
            whole.replace("\"is_masked\":false", "\"is_masked\":true"),
            "disclosure.is_masked",
            "unmasked",
        ),
        (Format::Json, whole.replace("Story", "St\\u0000ory"), "people.0", "U+0000"),
        (
            Format::Json,
            json!({ "schema": PROJECT_SCHEMA, "people": [] }).to_string(),
            "people",
            "1 to 10000",
        ),
        (Format::Csv, String::new(), "file", "is empty"),
        (Format::Csv, without_cards, "line 1, card", "is missing"),
        (Format::Csv, twice, "line 4, number", "is that of line 3"),
        (Format::Csv, csv.replace("Story", "\"Story"), "line 2", "quote"),
    ] {
        let told = errors(read(format, &file));

        assert_eq!(told[0].0, field, "{told:?}");
        assert!(told[0].1.contains(rule), "{told:?}");
    }
}

#[test]
fn masked_lines_have_no_card_and_nobody_comes_in() {
    let people = people(3, 1, Language::Polish);
    let everybody = shared::persona::mask::Everybody::of([&*people[0].card]);
    let masked = Person::of(people[0].clone(), &Masked::Of(everybody));

    let told = errors(read(Format::Csv, &(header(false) + &masked.line())));

    assert_eq!(told[0].0, "line 2, card");
    assert!(told[0].1.contains("masked"), "{told:?}");
}

#[test]
fn letters_and_their_marks_become_one() {
    let mut people = people(3, 1, Language::Polish);
    people[0].headline = "z\u{307}o\u{301}łw".to_owned();

    for format in Format::ALL {
        let read = read(format, &file(format, &people)).unwrap();

        assert_eq!(read[0].people[0].headline, "żółw");
    }
}

#[test]
fn an_export_of_one_person_comes_in_in_either_language() {
    for language in Language::ALL {
        let person = &people(4, 1, language)[0];
        let whole = serde_json::to_value(Person::of(person.clone(), &Masked::No)).unwrap();
        let part = |names: &[&str]| -> Value {
            names.iter().map(|name| ((*name).to_owned(), whole[*name].clone())).collect()
        };
        let file = json!({ "schema": "sight.export.persona/1", "disclosure": { "is_masked": false }, "content": {
            "overview": part(&["name", "age", "gender", "location", "education", "occupation", "income", "segment_id",
                "status", "headline", "written_by", "is_simulated", "prompt_version"]),
            "profile": part(&["big_five", "hofstede", "values", "interests", "story", "card"]),
            "behaviors": part(&["communication_style", "decision_making_style", "concerns"]),
        } });

        let read = read(Format::Json, &file.to_string()).unwrap();

        assert_eq!((read[0].people[0].language, read[0].seed), (language, None));
    }
}

async fn send(
    app: &TestApp,
    user: &User,
    project: ProjectId,
    kind: &str,
    file: String,
) -> (u16, Value) {
    sent(app, user, project, &[(CONTENT_TYPE, kind)], file.into()).await
}

async fn sent(
    app: &TestApp,
    user: &User,
    project: ProjectId,
    headers: &[(HeaderName, &str)],
    body: Body,
) -> (u16, Value) {
    let mut request = Request::post(format!("/api/v1/projects/{project}/personas/import"))
        .header(AUTHORIZATION, format!("Bearer {}", user.token));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(body).unwrap();
    let answer = app.api().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn a_file_is_imported_once_and_its_people_say_so() {
    let (app, ana, project, _) = study(0).await;
    let file = file(Format::Json, &people(3, 3, Language::Polish));

    let (first, imported) = send(&app, &ana, project, "application/json", file.clone()).await;
    let (again, same) = send(&app, &ana, project, "application/json", file.clone()).await;
    let list = app.get(&ana, &format!("/api/v1/projects/{project}/personas")).await.expect(200);

    assert_eq!((first, again), (201, 200));
    assert_eq!((&imported["is_new"], &imported["people"]), (&json!(true), &json!(3)));
    assert_eq!((&same["is_new"], &same["populations"]), (&json!(false), &imported["populations"]));
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert!(list.as_array().unwrap().iter().all(|one| one["is_imported"] == true), "{list}");
    let one = format!("/api/v1/personas/{}/reasoning", list[0]["id"].as_str().unwrap());
    let why = app.get(&ana, &one).await.expect(200);
    assert!(why["allocation_reasoning"].as_str().unwrap().contains("zaimportowana"), "{why}");
    assert_eq!(app.audited(project.0, "import").await, 1);

    sqlx::query("update personas set deleted_at = created_at")
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let (status, _) = send(&app, &ana, project, "application/json", file).await;
    assert_eq!(status, 201, "whoever deleted them may have them back");
}

#[tokio::test]
async fn one_wrong_person_keeps_everybody_out() {
    let (app, ana, project, _) = study(0).await;
    let file = file(Format::Csv, &people(3, 3, Language::Polish));
    let last = file.rfind("archived").unwrap();
    let file = format!("{}away{}", &file[..last], &file[last + "archived".len()..]);

    let (status, refused) = send(&app, &ana, project, "text/csv; charset=utf-8", file).await;

    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("line 4, status")));
    let people: i64 = sqlx::query_scalar("select count(*) from personas")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(people, 0);
    assert_eq!(app.audited(project.0, "import").await, 0);
}

#[tokio::test]
async fn two_clicks_at_once_are_one_import() {
    let (app, ana, project, _) = study(0).await;
    let file = file(Format::Csv, &people(3, 5, Language::English));

    let click = || send(&app, &ana, project, "text/csv", file.clone());
    let ((one, _), (two, _)) = tokio::join!(click(), click());

    let mut statuses = [one, two];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
}

#[tokio::test]
async fn editors_import_viewers_do_not_and_strangers_see_nothing() {
    let (app, _, project, _) = study(0).await;
    let file = file(Format::Csv, &people(3, 1, Language::English));
    let (editor, viewer, stranger) =
        (app.user("editor").await, app.user("viewer").await, app.user("stranger").await);
    app.member(project, &editor, Role::Editor).await;
    app.member(project, &viewer, Role::Viewer).await;

    assert_eq!(send(&app, &viewer, project, "text/csv", file.clone()).await.0, 403);
    assert_eq!(send(&app, &stranger, project, "text/csv", file.clone()).await.0, 404);
    assert_eq!(send(&app, &editor, project, "text/csv", file.clone()).await.0, 201);
    assert_eq!(send(&app, &editor, project, "text/plain", file).await.0, 422);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let (app, ana, project, _) = study(0).await;

    let file = "x".repeat((30 << 20) + 1);
    let (status, refused) = send(&app, &ana, project, "text/csv", file).await;

    assert_eq!((status, &refused["code"]), (413, &json!("too_large")));
    let rule = "file: must have at most 30 MiB as it is sent, and may be packed by gzip";
    assert_eq!(refused["detail"], rule);
}
