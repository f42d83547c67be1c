//! What lies in the inbox and is no file, and uploads whose answer is lost.

use super::*;

#[tokio::test]
async fn markers_of_folders_and_names_that_no_file_may_have_are_no_dead_letters() {
    let world = World::new().await;

    for name in [
        "inbox/shared/".to_owned(),
        format!("inbox/accounts/{}/", world.ana.id),
        format!("inbox/accounts/{}/raporty/", world.ana.id),
        "inbox/shared/.DS_Store".to_owned(),
        "inbox/shared/raporty/.keep".to_owned(),
        "inbox/shared/a\u{7}.md".to_owned(),
        "inbox/shared/a\\b.md".to_owned(),
        format!("inbox/shared/{}.md", "a".repeat(300)),
    ] {
        let event = json!({ "kind": "storage#object", "name": name, "bucket": "b" });
        assert_eq!(world.app.push("rag-bucket", &event).await.status(), 204, "{name:?}");
    }

    assert_eq!(world.app.deliver_all().await, 0);
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}

/// Makes the database fail when a document is stored: at once, or only when it is committed.
async fn fail(world: &World, when: &str) {
    let statements = format!(
        "set role none; \
         create function fail() returns trigger language plpgsql as \
         $$ begin raise exception 'no'; end $$; \
         {when} for each row execute function fail(); \
         set role sight_app"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&world.app.parts.pool).await.unwrap();
}

#[tokio::test]
async fn the_file_of_an_upload_whose_commit_has_no_answer_stays() {
    let world = World::new().await;
    let at_commit = "create constraint trigger fail after insert on documents deferrable initially \
        deferred";
    fail(&world, at_commit).await;

    let (status, _) = world.send(&world.ana, &[("title", "Kawa")], "a.md", REPORT.as_bytes()).await;

    assert!(status >= 500, "{status}");
    assert_eq!(world.files().len(), 1, "it may be registered: maintenance finds out");
}

#[tokio::test]
async fn the_file_of_an_upload_that_is_not_registered_goes() {
    let world = World::new().await;
    fail(&world, "create trigger fail before insert on documents").await;

    let (status, _) = world.send(&world.ana, &[("title", "Kawa")], "a.md", REPORT.as_bytes()).await;

    assert!(status >= 500, "{status}");
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}
