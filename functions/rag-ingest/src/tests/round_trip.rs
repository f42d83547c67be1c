use super::*;
use crate::reembed::Which;

#[tokio::test]
async fn a_document_is_found_edited_and_gone_without_a_trace() {
    let world = World::new().await;
    let library = [world.library()];

    let uploaded = world.upload("raport.md", "Kawa 2026", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    assert_eq!(
        (&uploaded["outcome"], &uploaded["status"]),
        (&json!("accepted"), &json!("processing"))
    );
    let row = world.row(&uploaded["id"]).await;
    assert_eq!((&row["status"], &row["language"]), (&json!("ready"), &json!("pl")), "{row}");
    let found = world.search(&library, "kto kupuje kawę ziarnistą").await;
    assert!(found[0].text.contains("41% dorosłych"), "{found:?}");
    assert_eq!(found[0].headings, ["Rynek kawy", "Zakupy"]);
    let before = world.chunks(&uploaded["id"]).await;

    let edited = REPORT.replace("41% dorosłych", "58% seniorów");
    let updated = world.upload("raport.md", "Kawa 2026", edited.as_bytes()).await;
    world.app.deliver_all().await;

    assert_eq!((&updated["outcome"], &updated["id"]), (&json!("updated"), &uploaded["id"]));
    let after = world.chunks(&uploaded["id"]).await;
    let kept = after.iter().filter(|chunk| before.contains(chunk)).count();
    assert_eq!((after.len(), kept), (before.len(), before.len() - 1), "one chunk changed");
    let texts: Vec<String> =
        world.search(&library, "kawa ziarnista").await.into_iter().map(|hit| hit.text).collect();
    assert!(texts.iter().any(|text| text.contains("58% seniorów")), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("41%")), "{texts:?}");
    assert_eq!(world.files().len(), 1, "the old version's file is gone");

    world.delete(&uploaded["id"]).await;
    world.app.deliver_all().await;

    assert_eq!(world.row(&uploaded["id"]).await, Value::Null);
    assert_eq!(world.chunks(&uploaded["id"]).await, []);
    assert!(world.search(&library, "kawa").await.is_empty());
    let graph = world.state.knowledge.as_ref().unwrap();
    assert!(graph.facts_near(&library, "kawa dorosłych dyskont", 9).await.unwrap().is_empty());
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn the_same_content_again_changes_nothing_and_says_so() {
    let world = World::new().await;
    let first = world.upload("a.md", "A", REPORT.as_bytes()).await;
    world.app.deliver_all().await;

    let again = world.upload("b.md", "B", REPORT.as_bytes()).await;

    assert_eq!((&again["outcome"], &again["id"]), (&json!("unchanged"), &first["id"]));
    assert_eq!(again["title"], "A");
    assert_eq!(world.app.deliver_all().await, 0);
    assert_eq!(world.files().len(), 1);
}

#[tokio::test]
async fn two_uploads_of_one_file_at_once_are_one_document() {
    let world = World::new().await;

    let (one, two) = tokio::join!(
        world.upload("a.md", "A", REPORT.as_bytes()),
        world.upload("a.md", "A", REPORT.as_bytes())
    );
    world.app.deliver_all().await;

    assert_eq!(one["id"], two["id"]);
    let outcomes = [one["outcome"].as_str().unwrap(), two["outcome"].as_str().unwrap()];
    assert!(outcomes.contains(&"accepted") && outcomes.contains(&"unchanged"), "{outcomes:?}");
    assert_eq!(world.files().len(), 1);
}

#[tokio::test]
async fn two_projects_have_the_same_document_each_for_itself() {
    let world = World::new().await;
    let (one, two) = (
        world.app.project(&world.ana, json!({})).await,
        world.app.project(&world.ana, json!({})).await,
    );
    let mut ids = Vec::new();
    for project in [one, two] {
        let project = project.to_string();
        let fields = [("title", "Kawa"), ("project_id", project.as_str())];
        let (status, body) = world.send(&world.ana, &fields, "a.md", REPORT.as_bytes()).await;
        assert_eq!(status, 202, "{body}");
        ids.push(body["id"].clone());
    }
    world.app.deliver_all().await;
    let scopes = [Scope::Project(one), Scope::Project(two)];
    assert_eq!(
        world.search(&scopes[..1], "ekspres ciśnieniowy").await[0].document_id,
        id_of(&ids[0])
    );

    world.delete(&ids[0]).await;
    world.app.deliver_all().await;

    assert!(world.search(&scopes[..1], "ekspres ciśnieniowy").await.is_empty());
    assert_eq!(
        world.search(&scopes[1..], "ekspres ciśnieniowy").await[0].document_id,
        id_of(&ids[1])
    );
    let graph = world.state.knowledge.as_ref().unwrap();
    let facts = graph.facts_near(&scopes, "dorosłych dyskont kawę", 9).await.unwrap();
    assert!(!facts.is_empty());
    assert!(facts.iter().all(|fact| fact.document_id == ids[1].as_str().unwrap()), "{facts:?}");
}

#[tokio::test]
async fn a_strangers_document_is_found_by_no_arm_no_neighbour_and_no_hop() {
    let world = World::new().await;
    let bea = world.app.user("bea").await;
    world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let own = "# Herbata\n\nHerbatę liściastą pije 23% dorosłych w domu.\n";
    world.send(&bea, &[("title", "Herbata")], "b.md", own.as_bytes()).await;
    world.app.deliver_all().await;

    let scope = [Scope::Account(bea.id)];
    let graph = world.state.knowledge.as_ref().unwrap();
    let words = Search { neighbours: 3, ..Search::new(&scope, "kawę ziarnistą dorosłych", &[]) };
    let hits = graph.search(words).await.unwrap().hits;
    let meant = world.search(&scope, "ekspres ciśnieniowy w domu").await;
    let facts = graph.facts_near(&scope, "kawę herbatę dorosłych", 20).await.unwrap();

    for hit in hits.iter().chain(&meant) {
        assert_eq!(hit.document_title, "Herbata");
        assert!(hit.before.is_empty() && hit.after.is_empty());
    }
    assert!(!facts.is_empty() && facts.iter().all(|fact| fact.document_title == "Herbata"));
}

#[tokio::test]
async fn only_who_may_change_a_scope_uploads_to_it() {
    let world = World::new().await;
    let project = world.app.project(&world.ana, json!({})).await.to_string();
    let (viewer, stranger) = (world.app.user("viewer").await, world.app.user("stranger").await);
    let id = shared::id::ProjectId(project.parse().unwrap());
    world.app.member(id, &viewer, shared::role::Role::Viewer).await;
    let to_project = [("title", "Kawa"), ("project_id", project.as_str())];

    for (user, fields, status) in [
        (&viewer, &to_project[..], 403),
        (&stranger, &to_project[..], 404),
        (&world.ana, &[("title", "Kawa"), ("scope", "shared")][..], 403),
        (&world.ana, &[("title", "Kawa"), ("scope", "everybody")][..], 422),
        (&world.ana, &[("title", " ")][..], 422),
    ] {
        let (answered, body) = world.send(user, fields, "a.md", REPORT.as_bytes()).await;
        assert_eq!(answered, status, "{fields:?}: {body}");
    }
    assert_eq!(world.files(), Vec::<std::path::PathBuf>::new(), "nothing is left of a refusal");
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'upload'")
        .fetch_one(&world.app.parts.pool)
        .await
        .unwrap();
    assert_eq!(audited, 0);
}

#[tokio::test]
async fn what_a_system_admin_puts_into_the_shared_library_is_there_for_everybody() {
    let world = World::new().await;
    let make = "update accounts set is_system_admin = true where id = $1";
    sqlx::query(make).bind(world.ana.id.0).execute(&world.app.parts.pool).await.unwrap();
    // one graph has one shared library: other tests' documents are in it too
    let word = format!("kawa{}", world.ana.id.0.simple());
    let text = format!("# Kawa\n\nNowa marka nazywa się {word}.\n");

    let fields = [("title", "Kawa"), ("scope", "shared")];
    let (status, body) = world.send(&world.ana, &fields, "a.md", text.as_bytes()).await;
    world.app.deliver_all().await;

    assert_eq!((status, &body["scope"]), (202, &json!("shared")), "{body}");
    assert_eq!(world.search(&[Scope::Shared], &word).await[0].document_id, id_of(&body["id"]));
    world.delete(&body["id"]).await;
    world.app.deliver_all().await;
    let left = world.search(&[Scope::Shared], &word).await;
    assert!(left.iter().all(|hit| hit.document_id != id_of(&body["id"])), "{left:?}");
}

#[tokio::test]
async fn a_file_in_the_buckets_inbox_is_taken_in_and_leaves_it() {
    let world = World::new().await;
    let key = format!("inbox/accounts/{}/Raport kawowy, żółty 50%.md", world.ana.id);
    world.storage.storage.put(&key, "text/markdown", REPORT.as_bytes().into()).await.unwrap();

    let event = json!({ "kind": "storage#object", "name": key, "bucket": "b" });
    world.app.push("rag-bucket", &event).await.expect(204);
    world.app.push("rag-bucket", &event).await.expect(204);
    world.app.deliver_all().await;

    let found = world.search(&[world.library()], "ekspres ciśnieniowy").await;
    assert_eq!(found[0].document_title, "Raport kawowy, żółty 50%");
    assert!(!world.storage.storage.exists(&key).await.unwrap());
    let forged = json!({ "name": "inbox/accounts/nobody/a.md" });
    world.app.push("rag-bucket", &forged).await.expect(204);
}

#[tokio::test]
async fn another_model_embeds_every_document_again_and_nothing_else() {
    let world = World::new().await;
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    world.app.deliver_all().await;
    let chunks = world.chunks(&uploaded["id"]).await;
    let pool = &world.app.parts.pool;
    sqlx::query("update chunks set embedded_by = 'another/768'").execute(pool).await.unwrap();

    let runs = crate::reembed::start_all(&world.state, world.ana.id, Which::All).await.unwrap();
    for run in &runs {
        platform::runs::dispatch(&world.state.worker.engine, *run).await;
    }
    assert_eq!(world.row(&uploaded["id"]).await["status"], "ready", "it can be found meanwhile");
    world.app.deliver_all().await;

    assert_eq!(world.run_status(&json!(runs[0])).await, "succeeded");
    assert_eq!(world.chunks(&uploaded["id"]).await, chunks);
    let models: Vec<String> = sqlx::query_scalar("select distinct embedded_by from chunks")
        .fetch_all(pool)
        .await
        .unwrap();
    assert_eq!(models, ["offline-hash-1/768"]);
}

#[tokio::test]
async fn what_was_left_without_vectors_is_embedded_by_asking_once_more() {
    let world = World::new().await;
    let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
    let other = world.upload("b.md", "Herbata", b"# Herbata\n\nHerbata jest zielona.\n").await;
    world.app.deliver_all().await;
    let pool = &world.app.parts.pool;
    let left = "with d as (update documents set status = 'failed', step = 'chunked' where id = $1) \
        update chunks set embedded_by = 'another/768' where document_id = $1";
    sqlx::query(left).bind(id_of(&uploaded["id"]).0).execute(pool).await.unwrap();

    let runs = crate::reembed::start_all(&world.state, world.ana.id, Which::Left).await.unwrap();
    for run in &runs {
        platform::runs::dispatch(&world.state.worker.engine, *run).await;
    }
    assert_eq!(runs.len(), 1, "not what has its vectors");
    let twice = crate::reembed::start_all(&world.state, world.ana.id, Which::Left).await.unwrap();
    assert!(twice.is_empty(), "somebody is at work on it");
    world.app.deliver_all().await;

    assert_eq!(world.row(&uploaded["id"]).await["status"], "ready");
    assert_eq!(world.row(&other["id"]).await["version"], 1);
}

#[tokio::test]
async fn only_a_system_admin_changes_the_model_and_the_same_one_changes_nothing() {
    let world = World::new().await;
    let path = "/api/v1/admin/knowledge/embeddings";

    world.app.post(&world.ana, path, json!({})).await.expect(403);
    sqlx::query("update accounts set is_system_admin = true")
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
    let answer = world.app.post(&world.ana, path, json!({})).await.expect(202);

    assert_eq!((&answer["documents"], &answer["dimensions"]), (&json!(0), &json!(768)));
}

#[tokio::test]
async fn every_store_gives_back_what_it_took() {
    for storage in TestStorage::all().await {
        let name = storage.name;
        let world = World::on(storage, &Config::offline()).await;
        let uploaded = world.upload("a.md", "Kawa", REPORT.as_bytes()).await;
        world.app.deliver_all().await;
        assert_eq!(world.row(&uploaded["id"]).await["status"], "ready", "{name}");
        world.delete(&uploaded["id"]).await;
        world.app.deliver_all().await;
        assert_eq!(world.row(&uploaded["id"]).await, Value::Null, "{name}");
    }
}
