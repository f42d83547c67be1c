//! What a file may cost, and what of it no row can hold.

use platform::{Access, Editor};

use super::*;
use crate::import::{FILES, File};

#[tokio::test]
async fn files_of_very_many_nothings_are_refused_by_field_and_rule() {
    let (app, ana, project, _) = study(0).await;
    let lists = format!("[{}[]]", "[],".repeat(200_000));
    let person = |field: &str| {
        format!(r#"{{ "schema": "{PROJECT_SCHEMA}", "people": [{{ "{field}": {lists} }}] }}"#)
    };
    let nobody =
        format!(r#"{{ "schema": "{PROJECT_SCHEMA}", "people": [{}{{}}] }}"#, "{},".repeat(200_000));
    let card = format!("{}{}\"{lists}\"\r\n", header(true), ",".repeat(36));
    let (blank, commas) = ("\r\n".repeat(1 << 19), ",".repeat(1 << 19));

    for (kind, file, field, rule) in [
        ("application/json", nobody, "people", "must be 1 to 10000"),
        ("application/json", person("x"), "people.0.card", "is missing"),
        ("application/json", person("interests"), "people.0", "at most 65536 bytes"),
        ("text/csv", blank.clone(), "file", "is empty"),
        ("text/csv", header(true) + &blank, "people", "must be 1 to 10000"),
        ("text/csv", header(true) + &commas, "line 2", "more cells than the header"),
        ("text/csv", commas, "line 1", "at most 256 cells"),
        ("text/csv", card, "line 2", "at most 65536 bytes"),
    ] {
        let (status, refused) = send(&app, &ana, project, kind, file).await;

        let told = &refused["errors"][0];
        assert_eq!((status, &told["field"]), (422, &json!(field)), "{told}");
        assert!(told["rule"].as_str().unwrap().contains(rule), "{told}");
    }
}

#[tokio::test]
async fn values_that_no_row_can_hold_are_refused_by_field() {
    let (app, ana, project, _) = study(0).await;
    let whole = file(Format::Json, &people(3, 2, Language::Polish));
    let whole: Value = serde_json::from_str(&whole).unwrap();

    for (path, value, field) in [
        ("/populations/0/seed", json!(Seed::MAX + 1), "populations.0.seed"),
        ("/people/1/edited_at", json!("-5000-01-01T00:00:00Z"), "people.1.edited_at"),
        ("/people/1/edited_at", json!("1999-12-31T23:59:59Z"), "people.1.edited_at"),
        ("/people/0/edited_at", json!("2026-01-04T00:00:00Z"), "people.0.edited_at"),
    ] {
        let mut crafted = whole.clone();
        *crafted.pointer_mut(path).unwrap() = value;
        let file = crafted.to_string();
        let (status, refused) = send(&app, &ana, project, "application/json", file).await;

        assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!(field)), "{refused}");
    }
}

/// Somebody of each of so many populations.
fn of_populations(count: u128) -> Vec<PersonRow> {
    let one = people(3, 1, Language::Polish).remove(0);
    let ids = (0..count).map(|number| Uuid::from_u128(100 + number));
    ids.map(|population_id| PersonRow { population_id, ..one.clone() }).collect()
}

#[tokio::test]
async fn a_file_has_people_of_a_hundred_populations_and_no_more() {
    let (app, ana, project, _) = study(0).await;
    for (format, kind, field) in [
        (Format::Json, "application/json", "people.100.population_id"),
        (Format::Csv, "text/csv", "line 102, population_id"),
    ] {
        let file = file(format, &of_populations(101));
        let (status, refused) = send(&app, &ana, project, kind, file).await;

        let told = &refused["errors"][0];
        assert_eq!((status, &told["field"]), (422, &json!(field)), "{told}");
        assert!(told["rule"].as_str().unwrap().contains("at most 100 populations"), "{told}");
    }

    let file = file(Format::Json, &of_populations(100));
    let (status, imported) = send(&app, &ana, project, "application/json", file).await;

    let populations = imported["populations"].as_array().unwrap();
    assert_eq!((status, populations.len(), &imported["people"]), (201, 100, &json!(100)));
    assert!(populations.iter().all(|one| one["people"] == 1), "{imported}");
    let stored: (i64, i64, i64) = sqlx::query_as(
        "select count(*), count(distinct seed), count(distinct plan) from populations \
         where imported_at is not null",
    )
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();
    assert_eq!(stored, (100, 100, 1), "each has its own seed, and all the plan of everybody");
}

#[tokio::test]
async fn people_of_several_populations_keep_their_seeds_and_their_order() {
    let (app, ana, project, _) = study(0).await;
    let mut people = people(3, 4, Language::Polish);
    let other = Uuid::from_u128(10);
    people[1].population_id = other;
    let mut whole: Value = serde_json::from_str(&file(Format::Json, &people)).unwrap();
    let seed = json!({ "id": other, "seed": Seed::MAX });
    whole["populations"].as_array_mut().unwrap().push(seed);

    let (status, _) = send(&app, &ana, project, "application/json", whole.to_string()).await;

    assert_eq!(status, 201);
    let stored: Vec<(i64, i32)> = sqlx::query_as(
        "select o.seed, p.population_index from personas p \
         join populations o on o.id = p.population_id order by p.arrival",
    )
    .fetch_all(&app.parts.pool)
    .await
    .unwrap();
    let most = Seed::MAX.cast_signed();
    assert_eq!(stored, [(5, 0), (5, 2), (5, 3), (most, 1)]);
}

#[tokio::test]
async fn a_project_has_room_for_so_many_people_from_files_and_those_who_were_drawn_take_none() {
    let (app, ana, project, _) = study(4).await;
    let caller = app.caller(&ana).await;
    let pool = &app.parts.pool;
    let access = Access::<Editor>::to_project(pool, &caller, project).await.unwrap();
    let state = app.parts.worker_state(&Config::offline());
    let import = async |seed: u64, count: u32| {
        let file = file(Format::Json, &people(seed, count, Language::Polish));
        let file = File::read(Format::Json, file.as_bytes(), Language::Polish, at()).unwrap();
        crate::store::import(&state, access, &file, 5, app.parts.clock.now()).await
    };

    let first = import(3, 3).await.unwrap();
    sqlx::query(
        "update personas set deleted_at = created_at where is_imported and population_index = 0",
    )
    .execute(pool)
    .await
    .unwrap();
    let refused = import(4, 3).await;
    let fits = import(5, 2).await.unwrap();

    assert_eq!((first.people, fits.people), (3, 2));
    assert!(
        matches!(
            &refused,
            Err(platform::Error::Domain(shared::Error::Conflict(text)))
                if text.contains("3 came before, and 3 more are too many")
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn one_file_is_in_memory_at_a_time() {
    let (app, ana, project, _) = study(0).await;
    let file = file(Format::Csv, &people(3, 2, Language::Polish));
    let turn = FILES.reading().await;

    let importing = send(&app, &ana, project, "text/csv", file);
    let release = async {
        // long enough for whoever does not wait
        for _ in 0..50 {
            app.audited(project.0, "import").await;
        }
        let stored = app.audited(project.0, "import").await;
        drop(turn);
        stored
    };
    let ((status, _), stored) = tokio::join!(importing, release);

    assert_eq!((status, stored), (201, 0), "a file is read while another is in memory");
}
