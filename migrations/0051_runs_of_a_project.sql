-- A page of a project's runs, the newest first.
create index runs_project on runs (project_id, created_at desc, id desc);
