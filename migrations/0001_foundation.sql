-- People, studies, long work and populations. Times are UTC and set by the caller, never by now().

create table accounts (
    id              uuid primary key,
    email           text not null check (email = lower(email)),
    password_hash   text not null,
    full_name       text not null,
    role            text,
    company         text,
    avatar_url      text,
    plan            text not null default 'free' check (plan in ('free', 'pro', 'enterprise')),
    is_verified     boolean not null default false,
    is_active       boolean not null default true,
    is_system_admin boolean not null default false,
    created_at      timestamptz not null,
    last_login_at   timestamptz,
    deleted_at      timestamptz
);
-- a deleted account frees its address
create unique index accounts_email_key on accounts (email) where deleted_at is null;

create table sessions (
    id                     uuid primary key,
    account_id             uuid not null references accounts on delete cascade,
    refresh_hash           bytea not null,
    previous_refresh_hash  bytea,
    created_at             timestamptz not null,
    expires_at             timestamptz not null,
    ended_at               timestamptz
);
create unique index sessions_refresh_hash_key on sessions (refresh_hash);
create index sessions_previous_refresh_hash on sessions (previous_refresh_hash)
    where previous_refresh_hash is not null;
create index sessions_account on sessions (account_id);
create index sessions_over on sessions (least(ended_at, expires_at));

-- at most one row, for ever: the bootstrap secret works once
create table system_bootstrap (
    only_row   boolean primary key default true check (only_row),
    account_id uuid not null,
    claimed_at timestamptz not null
);

create table projects (
    id                     uuid primary key,
    owner_id               uuid not null references accounts,
    name                   text not null,
    description            text,
    target_audience        text,
    research_objectives    text,
    additional_notes       text,
    language               text not null default 'pl' check (language in ('pl', 'en')),
    target_demographics    jsonb not null,
    target_sample_size     integer not null,
    chi_square_statistic   jsonb,
    p_values               jsonb,
    is_statistically_valid boolean not null default false,
    validation_date        timestamptz,
    created_at             timestamptz not null,
    updated_at             timestamptz not null,
    deleted_at             timestamptz
);
create index projects_deleted on projects (deleted_at) where deleted_at is not null;

create table project_members (
    project_id uuid not null references projects on delete cascade,
    account_id uuid not null references accounts on delete cascade,
    role       text not null check (role in ('viewer', 'editor', 'admin')),
    created_at timestamptz not null,
    primary key (project_id, account_id)
);
create index project_members_account on project_members (account_id);

create table populations (
    id             uuid primary key,
    project_id     uuid not null references projects on delete cascade,
    seed           bigint not null check (seed between 0 and 9007199254740991),
    plan           jsonb not null,
    plan_hash      bytea not null,
    engine_version integer not null,
    language       text not null check (language in ('pl', 'en')),
    next_index     integer not null default 0 check (next_index >= 0),
    fidelity       jsonb,
    fidelity_at    timestamptz,
    created_at     timestamptz not null
);
create index populations_project on populations (project_id, created_at);

create table runs (
    id                  uuid primary key,
    kind                text not null,
    project_id          uuid not null references projects on delete cascade,
    subject_id          uuid not null,
    input               jsonb not null,
    status              text not null default 'queued'
        check (status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
    total               integer not null check (total > 0),
    error               text,
    idempotency_key     text,
    request_hash        bytea not null,
    requested_by        uuid not null,
    cancel_requested_at timestamptz,
    published_at        timestamptz,
    created_at          timestamptz not null,
    started_at          timestamptz,
    finished_at         timestamptz
);
create unique index runs_idempotency_key on runs (project_id, kind, idempotency_key)
    where idempotency_key is not null;
create index runs_request on runs (project_id, requested_by, request_hash, created_at);
create index runs_subject on runs (subject_id);
create index runs_unfinished on runs (created_at) where status in ('queued', 'running');

-- A shard carries its inputs, so that a deploy in the middle changes nothing.
create table run_shards (
    run_id      uuid not null references runs on delete cascade,
    shard       integer not null,
    input       jsonb not null,
    size        integer not null check (size > 0),
    state       text not null default 'queued' check (state in ('queued', 'running', 'done')),
    done        integer not null default 0,
    failed      integer not null default 0,
    attempts    integer not null default 0,
    lease_token uuid,
    lease_until timestamptz,
    primary key (run_id, shard),
    check (done + failed <= size)
);
create index run_shards_open on run_shards (run_id, shard) where state <> 'done';

create table run_failures (
    run_id     uuid not null references runs on delete cascade,
    item       integer not null,
    code       text not null,
    reason     text not null,
    created_at timestamptz not null,
    primary key (run_id, item)
);

create table personas (
    id                    uuid primary key,
    project_id            uuid not null references projects on delete cascade,
    population_id         uuid not null references populations on delete cascade,
    population_index      integer not null,
    run_id                uuid references runs on delete set null,
    language              text not null check (language in ('pl', 'en')),
    card                  jsonb not null,
    headline              text not null,
    background_story      text not null,
    manner                jsonb not null,
    segment_id            text not null,
    written_by            text not null,
    is_simulated          boolean not null,
    prompt_version        text not null,
    rag_context_used      boolean not null default false,
    rag_citations         jsonb,
    rag_context_details   jsonb,
    version               integer not null default 1,
    created_by            uuid not null,
    created_at            timestamptz not null,
    updated_at            timestamptz not null,
    deleted_at            timestamptz,
    deleted_by            uuid,
    constraint personas_population_index_key unique (population_id, population_index)
);
create index personas_live on personas (project_id, created_at, id) where deleted_at is null;
-- what a purged project or run takes with it
create index personas_project on personas (project_id);
create index personas_run on personas (run_id);
create index personas_deleted on personas (deleted_at) where deleted_at is not null;

create table audit_log (
    id           uuid primary key,
    at           timestamptz not null,
    account_id   uuid,
    project_id   uuid,
    subject_kind text not null,
    subject_id   uuid,
    action       text not null,
    details      jsonb,
    address      text,
    user_agent   text
);
create index audit_log_subject on audit_log (subject_id, at desc);
create index audit_log_at on audit_log (at);
create index audit_log_addresses on audit_log (at)
    where address is not null or user_agent is not null;

-- Two roles without a password of their own: the deployment grants them to its users.
do $$
begin
    if not exists (select from pg_roles where rolname = 'sight_app') then
        create role sight_app nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'sight_maintenance') then
        create role sight_maintenance nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the same cluster was faster
end
$$;

grant select, insert, update, delete on
    accounts, sessions, system_bootstrap, projects, project_members, populations, runs, run_shards,
    run_failures, personas
    to sight_app;
-- append-only: not even a broken query of ours rewrites history
grant select, insert on audit_log to sight_app;

-- Maintenance reads no text of people and no secret: only what says which rows are due. What goes
-- with a deleted row goes by its owner's right; locking a row takes the right to update a column.
grant select (id, deleted_at), update (deleted_at), delete on projects to sight_maintenance;
grant select (id, project_id, deleted_at), update (deleted_at), delete on personas
    to sight_maintenance;
grant select (id, expires_at, ended_at), update (ended_at), delete on sessions
    to sight_maintenance;
grant select (id, kind, status, published_at, created_at), update (published_at) on runs
    to sight_maintenance;
grant select (run_id, shard, state, lease_until) on run_shards to sight_maintenance;
grant select (id, at, address, user_agent), update (address, user_agent), delete on audit_log
    to sight_maintenance;
