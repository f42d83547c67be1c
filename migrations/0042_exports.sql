-- Files that were written for somebody to take away. The bytes lie with the other files.
create table exports (
    id             uuid primary key,
    project_id     uuid not null references projects on delete cascade,
    run_id         uuid references runs on delete set null,
    subject_kind   text not null check (subject_kind in ('project', 'survey', 'focus_group')),
    subject_id     uuid not null,
    format         text not null check (format in ('csv', 'json')),
    has_bom        boolean not null,
    -- names, towns and ages as they are; the audit log has who asked for that, and why
    is_unmasked    boolean not null,
    requested_by   uuid not null,
    created_at     timestamptz not null,
    -- null until the file is whole
    finished_at    timestamptz,
    -- the file is removed then
    expires_at     timestamptz not null
);
create index exports_project on exports (project_id, created_at desc);
create index exports_run on exports (run_id);
create index exports_expiry on exports (expires_at);

-- What a file is fetched with, without a sign-in: for minutes, and by whoever was told the address.
create table export_tickets (
    token_hash bytea primary key,
    export_id  uuid not null references exports on delete cascade,
    expires_at timestamptz not null
);
create index export_tickets_export on export_tickets (export_id);

grant select, insert, update, delete on exports, export_tickets to sight_app;
-- Maintenance removes what is over, and sees of what nothing but its time.
grant select (id, expires_at), update (expires_at), delete on exports to sight_maintenance;
