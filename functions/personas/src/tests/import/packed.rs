//! Files that are packed by gzip.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::CONTENT_ENCODING;
use platform::{Access, Editor};

use super::*;
use crate::import::{File, Packing};

fn packed(file: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(file).unwrap();
    encoder.finish().unwrap()
}

/// Sends a CSV whose packing is said to be this.
async fn send_as(
    app: &TestApp,
    user: &User,
    project: ProjectId,
    packing: &str,
    body: Vec<u8>,
) -> (u16, Value) {
    let headers = [(CONTENT_TYPE, "text/csv"), (CONTENT_ENCODING, packing)];
    sent(app, user, project, &headers, body.into()).await
}

/// How many people and imports there are.
async fn stored(app: &TestApp, project: ProjectId) -> (i64, i64) {
    let people = sqlx::query_scalar("select count(*) from personas where is_imported");
    let people: i64 = people.fetch_one(&app.parts.pool).await.unwrap();
    (people, app.audited(project.0, "import").await)
}

#[tokio::test]
async fn ten_thousand_people_come_in_by_one_packed_file() {
    let (app, ana, project, _) = study(0).await;
    let caller = app.caller(&ana).await;
    let access = Access::<Editor>::to_project(&app.parts.pool, &caller, project).await.unwrap();
    let state = app.parts.worker_state(&Config::offline());
    let file = packed(file(Format::Json, &people(3, 10_000, Language::Polish)).as_bytes());

    // not by a request: without optimisation and on a busy machine it may take longer than its thirty seconds
    let file = Packing::Gzip.unpacked(file.into()).unwrap();
    let file = File::read(Format::Json, &file, Language::Polish, at()).unwrap();
    let importing = crate::store::import(&state, access, &file, 100_000, app.parts.clock.now());
    let imported = importing.await.unwrap();

    assert_eq!((imported.is_new, imported.people), (true, 10_000));
    assert_eq!(stored(&app, project).await, (10_000, 1));
    let in_order: bool = sqlx::query_scalar(
        "select bool_and(n = i) from (select population_index as i, \
         row_number() over (order by arrival) - 1 as n from personas) as people",
    )
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();
    assert!(in_order, "they become visible in the order of the file");
}

#[tokio::test]
async fn a_file_is_the_same_import_packed_or_not() {
    let (app, ana, project, _) = study(0).await;
    let file = file(Format::Csv, &people(3, 3, Language::Polish));

    let (first, _) = send_as(&app, &ana, project, "gzip", packed(file.as_bytes())).await;
    // several packed files behind each other are one
    let (head, tail) = file.as_bytes().split_at(100);
    let parts = [packed(head), packed(tail)].concat();
    let (again, same) = send_as(&app, &ana, project, "GZIP", parts).await;
    let (plain, _) = send(&app, &ana, project, "text/csv", file).await;

    assert_eq!((first, again, plain), (201, 200, 200));
    assert_eq!((&same["is_new"], &same["people"]), (&json!(false), &json!(3)));
    assert_eq!(stored(&app, project).await, (3, 1));
}

#[tokio::test]
async fn what_unpacks_to_more_than_the_bound_is_refused_there() {
    let (app, ana, project, _) = study(0).await;
    let bomb = packed(" ".repeat(1 << 20).as_bytes()).repeat(129);

    let (status, refused) = send_as(&app, &ana, project, "gzip", bomb).await;

    assert_eq!((status, &refused["code"]), (413, &json!("too_large")));
    let rule = "file: must have at most 128 MiB unpacked";
    assert_eq!(refused["detail"], rule, "{refused}");
    assert_eq!(stored(&app, project).await, (0, 0));
}

#[tokio::test]
async fn what_breaks_off_or_is_no_gzip_is_told_and_nothing_is_stored() {
    let (app, ana, project, _) = study(0).await;
    let file = file(Format::Csv, &people(3, 3, Language::Polish));
    let whole = packed(file.as_bytes());
    let mut torn = whole.clone();
    let middle = torn.len() / 2;
    torn[middle] ^= 0xff;

    for (what, body) in [
        ("in the middle", whole[..middle].to_vec()),
        ("before its checksum", whole[..whole.len() - 8].to_vec()),
        ("of nothing", Vec::new()),
        ("with something behind it", [whole.as_slice(), b"more"].concat()),
        ("of other bytes", torn),
        ("not packed", file.clone().into_bytes()),
    ] {
        let (status, refused) = send_as(&app, &ana, project, "gzip", body).await;

        let told = &refused["errors"][0];
        assert_eq!((status, &told["field"]), (422, &json!("file")), "{what}: {refused}");
        assert!(told["rule"].as_str().unwrap().contains("cannot be unpacked"), "{what}: {told}");
    }
    let (status, refused) = send_as(&app, &ana, project, "br", whole).await;
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("content-encoding")));
    assert_eq!(stored(&app, project).await, (0, 0));
}
