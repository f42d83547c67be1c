-- What is taken out of Neo4j and the store when its time has come, and what maintenance sees for it.

-- Deleted focus groups whose concept graph may still be in Neo4j: maintenance takes it out.
create table focus_group_graphs (
    focus_group_id uuid primary key,
    project_id     uuid not null references projects on delete cascade,
    deleted_at     timestamptz not null
);
create index focus_group_graphs_project on focus_group_graphs (project_id);

create index documents_deleted on documents (deleted_at) where deleted_at is not null;
create index surveys_deleted on surveys (deleted_at) where deleted_at is not null;

grant select, insert, delete on focus_group_graphs to sight_app;
grant select, delete on focus_group_graphs to sight_maintenance;
-- still no text: what is due, where its file lies, and whose version grows with what was cited of it
grant select (id, project_id, upload_id, deleted_at), update (deleted_at), delete on documents
    to sight_maintenance;
grant select (id, deleted_at), update (deleted_at), delete on surveys to sight_maintenance;
grant select (run_id, segment_id, version), update (version, updated_at) on personas
    to sight_maintenance;
grant select (run_id, segment_id, project_id, citations) on groundings to sight_maintenance;
grant select (chunk_id, project_id, document_id) on citations to sight_maintenance;
