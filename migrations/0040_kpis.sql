-- What a project says about its own business, as it was given last.
create table kpi_inputs (
    project_id uuid primary key references projects on delete cascade,
    inputs     jsonb not null,
    -- grows with every change
    version    integer not null default 1 check (version > 0),
    changed_by uuid not null,
    changed_at timestamptz not null
);

-- The metrics of the segments of a population. Who stores one says which version it replaces: who was overtaken
-- stores nothing.
create table kpi_snapshots (
    population_id uuid not null references populations on delete cascade,
    segment_id    text not null,
    project_id    uuid not null references projects on delete cascade,
    version       bigint not null check (version > 0),
    -- SHA-256 of everything that they were computed from
    inputs_hash   bytea not null,
    metrics       jsonb not null,
    computed_at   timestamptz not null,
    -- when they were found to be still those of their sources
    checked_at    timestamptz not null,
    primary key (population_id, segment_id)
);
create index kpi_snapshots_project on kpi_snapshots (project_id);

-- whose segments a population has people of
create index personas_segments on personas (population_id, segment_id) where deleted_at is null;

grant select, insert, update, delete on kpi_inputs, kpi_snapshots to sight_app;
