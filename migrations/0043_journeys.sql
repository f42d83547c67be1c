-- A persona's way to a purchase, as it was written last. One writes it at a time, and pays for it: whoever has the
-- claim. Without a journey the row is nothing but a claim.
create table persona_journeys (
    persona_id     uuid primary key references personas on delete cascade,
    project_id     uuid not null references projects on delete cascade,
    version        integer not null default 0 check (version >= 0),
    -- SHA-256 of everything that it was written from
    inputs_hash    bytea,
    journey        jsonb,
    -- what of the documents was in the prompt
    context        text,
    written_by     text,
    is_simulated   boolean,
    prompt_version text,
    created_at     timestamptz,
    claimed_by     uuid,
    claimed_until  timestamptz,
    constraint persona_journeys_whole check (
        (version = 0) = (journey is null)
        and (version = 0 or num_nulls(inputs_hash, written_by, is_simulated, prompt_version, created_at) = 0)
    )
);
create index persona_journeys_project on persona_journeys (project_id);

grant select, insert, update, delete on persona_journeys to sight_app;
