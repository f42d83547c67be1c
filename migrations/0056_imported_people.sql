-- People who come from a file, and the populations that they are of: nobody drew them here.
alter table personas add column is_imported boolean not null default false;
alter table populations
    add column imported_at timestamptz,
    -- SHA-256 of the file
    add column import_hash bytea,
    add check ((imported_at is null) = (import_hash is null));
-- accepted: a project has a row here each time that people are drawn, so it is built at once
create index populations_import on populations (project_id, import_hash) where import_hash is not null;
