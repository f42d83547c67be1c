//! What is purged from Neo4j and the store beside the database.

use neo4rs::{Query, query};
use platform::storage::Storage;
use records::knowledge::Knowledge;
use shared::id::{DocumentId, FocusGroupId};
use shared::knowledge::Scope;
use uuid::Timestamp;

use super::*;

const DELETE_PROJECT: &str = "update projects set deleted_at = $2 where id = $1";
const DELETE_DOCUMENT: &str = "update documents set deleted_at = $2 where id = $1";
const COFFEE: &str = "Kawę ziarnistą kupuje regularnie 41% dorosłych.";

impl House {
    fn graph(&self) -> &GraphPool {
        self.state.graph.as_ref().expect("NEO4J_URI names a Neo4j for tests")
    }

    async fn cypher(&self, statement: Query) {
        self.graph().get().await.unwrap().run(statement).await.unwrap();
    }

    /// How many nodes have this in one of the properties that say whose they are.
    async fn nodes(&self, whose: impl ToString) -> i64 {
        let count = query(
            "match (n) where n.scope = $whose or n.project_id = $whose or n.document_id = $whose
                 or (n:Document and n.id = $whose)
             return count(n) as count",
        );
        let graph = self.graph().get().await.unwrap();
        let mut rows = graph.execute(count.param("whose", whose.to_string())).await.unwrap();
        rows.next().await.unwrap().unwrap().get("count").unwrap()
    }

    /// A document of a scope with a chunk, a fact and a file.
    async fn document(&self, graph: &Knowledge, scope: Scope) -> DocumentId {
        let (app, owner) = (&self.app, self.ana.id);
        let title = format!("Kawa {}", self.id());
        let id = testkit::document(app, graph, owner, scope, &title, COFFEE).await;
        let fact = "match (c:Chunk {document_id: $id})
             create (f:Fact {id: $id, scope: c.scope})-[:SUPPORTED_BY]->(c)";
        self.cypher(query(fact).param("id", id.to_string())).await;
        let key = file(id);
        self.state.storage.put(&key, "text/markdown", COFFEE.as_bytes().into()).await.unwrap();
        id
    }

    async fn has_file(&self, id: DocumentId) -> bool {
        self.state.storage.exists(&file(id)).await.unwrap()
    }

    /// A concept graph of a group, as `focus-groups` writes it.
    async fn concepts(&self, project: ProjectId) -> FocusGroupId {
        let group: FocusGroupId = self.app.parts.ids.next();
        let write = "create (p:GroupPersona {project_id: $project, focus_group_id: $group, id: $group})
             -[:MENTIONS]->(:GroupConcept {project_id: $project, focus_group_id: $group, name: 'cena'})";
        let write =
            query(write).param("project", project.to_string()).param("group", group.to_string());
        self.cypher(write).await;
        group
    }
}

/// Test documents are their own upload.
fn file(id: DocumentId) -> String {
    records::documents::upload_folder(id.0) + "file"
}

fn away() -> Option<GraphPool> {
    GraphPool::from_env(&Env::from([("NEO4J_URI", "bolt://127.0.0.1:1")]))
}

#[tokio::test]
async fn a_purged_project_is_gone_from_graph_and_store_and_another_keeps_the_same_document() {
    let house = House::open().await;
    let graph = testkit::graph().await;
    let (gone, stays) = (house.project(1).await, house.project(1).await);
    let (gone_scope, stays_scope) = (Scope::Project(gone), Scope::Project(stays));
    let library = Scope::Account(house.ana.id);
    let its = house.document(&graph, gone_scope).await;
    let others = [house.document(&graph, stays_scope).await, house.document(&graph, library).await];
    for project in [gone, stays] {
        house.concepts(project).await;
    }
    house.execute(DELETE_PROJECT, gone.0, house.now()).await;

    let now = house.now() + Duration::days(90);
    assert_eq!(purge_projects(&house.state, now - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(house.nodes(gone_scope.key()).await, 3, "document, chunk, fact");
    assert_eq!(purge_projects(&house.state, now).await.unwrap(), 2, "a persona and the project");

    for nothing in [gone_scope.key(), gone.to_string(), its.to_string()] {
        assert_eq!(house.nodes(&nothing).await, 0, "{nothing}");
    }
    assert!(!house.has_file(its).await);
    for (scope, id) in [stays_scope, library].into_iter().zip(others) {
        assert_eq!(house.nodes(scope.key()).await, 3, "{scope:?}");
        assert!(house.has_file(id).await);
    }
    assert_eq!(house.nodes(stays).await, 2, "the other's concepts");
    assert_eq!(house.count("documents").await, 2);
    assert_eq!(purge_projects(&house.state, now).await.unwrap(), 0, "twice is once");
    for scope in [stays_scope, library] {
        graph.delete_scope(scope).await.unwrap();
    }
}

#[tokio::test]
async fn with_the_graph_or_the_store_away_a_project_stays_and_goes_the_next_time() {
    let house = House::open().await;
    let graph = testkit::graph().await;
    let project = house.project(1).await;
    let scope = Scope::Project(project);
    let id = house.document(&graph, scope).await;
    house.execute(DELETE_PROJECT, project.0, house.now()).await;
    let clock = Clock::manual(house.now() + Duration::days(90));
    let without_graph = State { graph: away(), ..house.state.clone() };
    let storage = Storage::bucket("http://127.0.0.1:1", "nowhere", None);
    let without_store = State { storage, ..house.state.clone() };

    for state in [without_graph, without_store] {
        let report = tick(&state, &clock).await;
        assert_eq!(report.failed(), ["purge"], "nothing else is stopped");
        assert_eq!(house.count("projects").await, 1);
        assert!(house.has_file(id).await);
    }
    assert!(tick(&house.state, &clock).await.failed().is_empty());

    assert_eq!(house.count("projects").await, 0);
    assert_eq!(house.nodes(scope.key()).await, 0);
    assert!(!house.has_file(id).await);
}

#[tokio::test]
async fn what_needs_neither_graph_nor_store_is_purged_without_them() {
    let house = House::open().await;
    let project = house.project(2).await;
    let id = house.id();
    house
        .execute("update personas set deleted_at = $2 where $1 is not null", id, house.now())
        .await;
    house.execute(DELETE_PROJECT, house.project(0).await.0, house.now()).await;
    let clock = Clock::manual(house.now() + Duration::days(90));
    let state = State { graph: away(), ..house.state.clone() };

    let report = tick(&state, &clock).await;

    assert_eq!(report.failed(), ["purge"]);
    assert_eq!(house.count("personas").await, 0);
    assert_eq!(house.nodes(project).await, 0);
}

#[tokio::test]
async fn a_deleted_document_whose_removal_was_stopped_is_removed_a_day_later() {
    let house = House::open().await;
    let graph = testkit::graph().await;
    let project = house.project(0).await;
    let scope = Scope::Project(project);
    let (gone, stays) = (house.document(&graph, scope).await, house.document(&graph, scope).await);
    let shared = "match (f:Fact {id: $gone}), (c:Chunk {document_id: $stays})
         create (f)-[:SUPPORTED_BY]->(c)";
    let shared = query(shared).param("gone", gone.to_string()).param("stays", stays.to_string());
    house.cypher(shared).await;
    house.execute(DELETE_DOCUMENT, gone.0, house.now()).await;

    let now = house.now() + Duration::days(1);
    assert_eq!(purge_documents(&house.state, now - Duration::seconds(1)).await.unwrap(), 0);
    let without_graph = State { graph: away(), ..house.state.clone() };
    purge_documents(&without_graph, now).await.unwrap_err();
    assert_eq!(house.count("documents").await, 2);
    assert_eq!(purge_documents(&house.state, now).await.unwrap(), 1);

    assert_eq!(house.nodes(gone).await, 0);
    assert_eq!(
        house.nodes(scope.key()).await,
        4,
        "the other, and the fact that it supports as well"
    );
    assert!(!house.has_file(gone).await && house.has_file(stays).await);
    assert_eq!(house.count("documents").await, 1);
    graph.delete_scope(scope).await.unwrap();
}

#[tokio::test]
async fn an_upload_that_no_document_has_goes_a_day_after_it_arrived() {
    let house = House::open().await;
    let arrived = |seconds: u64| {
        let time = Timestamp::from_unix(uuid::NoContext, seconds, 0);
        DocumentId(Uuid::new_v7(time))
    };
    let begun = u64::try_from(house.now().timestamp()).unwrap();
    let (lost, had) = (arrived(begun), arrived(begun));
    for upload in [lost, had] {
        house.state.storage.put(&file(upload), "text/markdown", "#".into()).await.unwrap();
    }
    house.state.storage.put("uploads/notes/file", "text/markdown", "#".into()).await.unwrap();
    let graph = testkit::graph().await;
    let scope = Scope::Project(house.project(0).await);
    let document = house.document(&graph, scope).await;
    house
        .execute("update documents set upload_id = $1 where $2 >= created_at", had.0, house.now())
        .await;

    let now = house.now() + Duration::days(1);
    assert_eq!(purge_uploads(&house.state, now - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(purge_uploads(&house.state, now + Duration::seconds(1)).await.unwrap(), 1);

    assert!(!house.has_file(lost).await && house.has_file(had).await);
    assert!(house.has_file(document).await, "too young by its own id");
    assert!(house.state.storage.exists("uploads/notes/file").await.unwrap(), "no upload");
    graph.delete_scope(scope).await.unwrap();
}

#[tokio::test]
async fn people_who_cite_a_document_that_goes_get_a_new_version() {
    let house = House::open().await;
    let graph = testkit::graph().await;
    let project = house.project(2).await;
    let id = house.document(&graph, Scope::Project(project)).await;
    house
        .execute(
            "with c as (insert into citations
                 (chunk_id, project_id, document_id, document_title, headings, text, created_at)
                 select gen_random_uuid(), d.project_id, d.id, '-', '{}', '-', $2
                 from documents d where d.id = $1 returning chunk_id, project_id)
             insert into groundings
                 (run_id, segment_id, project_id, query, search_type, citations, tokens, created_at)
             select r.id, 'a', c.project_id, '-', 'hybrid',
                 jsonb_build_array(jsonb_build_object('chunk_id', c.chunk_id)), 1, $2
             from c join runs r on r.project_id = c.project_id",
            id.0,
            house.now(),
        )
        .await;
    house.project(1).await;
    let journeys = "insert into persona_journeys (persona_id, project_id)
         select id, project_id from personas where $1::uuid is not null and $2::timestamptz is not null";
    house.execute(journeys, id.0, house.now()).await;
    let before = house.count("personas where version = 2").await;
    house.execute(DELETE_DOCUMENT, id.0, house.now()).await;

    purge_documents(&house.state, house.now() + Duration::days(1)).await.unwrap();

    assert_eq!((before, house.count("personas where version = 2").await), (0, 2));
    assert_eq!(house.count("citations").await, 0);
    assert_eq!(house.count("persona_journeys").await, 1, "of those who do not cite it");
}

#[tokio::test]
async fn the_graph_of_a_deleted_focus_group_goes_when_neo4j_is_back_and_no_other() {
    let house = House::open().await;
    let project = house.project(0).await;
    let gone = house.concepts(project).await;
    house.concepts(project).await;
    let note = "insert into focus_group_graphs (focus_group_id, project_id, deleted_at)
         select $1, id, $2 from projects";
    house.execute(note, gone.0, house.now()).await;

    let now = house.now() + Duration::hours(1);
    let without_graph = State { graph: away(), ..house.state.clone() };
    purge_graphs(&without_graph, now).await.unwrap_err();
    assert_eq!(house.count("focus_group_graphs").await, 1);
    assert_eq!(purge_graphs(&house.state, now).await.unwrap(), 1);

    assert_eq!(house.nodes(project).await, 2);
    assert_eq!(house.count("focus_group_graphs").await, 0);
    records::discussion::graph::clear_project(house.graph(), project).await.unwrap();
}
