-- no-transaction
-- A page of a project's runs, the newest first.
create index concurrently if not exists runs_project on runs (project_id, created_at desc, id desc);
