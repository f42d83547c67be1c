-- What the people of a segment need, as it was drafted last: by the run that made them, or by one that read what
-- they have said since.
create table segment_needs (
    population_id  uuid not null references populations on delete cascade,
    segment_id     text not null,
    project_id     uuid not null references projects on delete cascade,
    run_id         uuid references runs on delete set null,
    version        integer not null default 1 check (version > 0),
    -- SHA-256 of the study and the answers that they were drafted from
    inputs_hash    bytea not null,
    needs          jsonb not null,
    written_by     text not null,
    is_simulated   boolean not null,
    prompt_version text not null,
    created_at     timestamptz not null,
    primary key (population_id, segment_id)
);
create index segment_needs_project on segment_needs (project_id);
create index segment_needs_run on segment_needs (run_id);

grant select, insert, update, delete on segment_needs to sight_app;
