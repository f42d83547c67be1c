-- Focus groups: what is to be talked about and with whom, every turn of every run, and what was read
-- out of it.

create table focus_groups (
    id                  uuid primary key,
    project_id          uuid not null references projects on delete cascade,
    name                text not null,
    description         text,
    project_context     text,
    persona_ids         uuid[] not null,
    questions           text[] not null,
    mode                text not null default 'normal' check (mode in ('normal', 'adversarial')),
    target_participants integer not null default 10,
    -- the run that is shown: the latest
    run_id              uuid references runs on delete set null,
    created_by          uuid not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null
);
create index focus_groups_project on focus_groups (project_id, created_at desc, id desc);
create index focus_groups_run on focus_groups (run_id);

-- A turn is known by its number in its run. Without words it is missing, and the run's failures say why.
create table focus_group_turns (
    id             uuid primary key,
    focus_group_id uuid not null references focus_groups on delete cascade,
    run_id         uuid not null references runs on delete cascade,
    number         integer not null check (number >= 0),
    question       integer not null check (question >= 0),
    kind           text not null check (kind in ('question', 'opening', 'reply', 'probe', 'close')),
    persona_id     uuid,
    speaker        integer,
    reply_to       integer,
    addressed      integer,
    act            text,
    stance         smallint check (stance between -2 and 2),
    said           text,
    why            jsonb,
    written_by     text,
    is_simulated   boolean not null default false,
    prompt_version text,
    latency_ms     integer,
    created_at     timestamptz not null,
    constraint focus_group_turns_number_key unique (run_id, number)
);
create index focus_group_turns_group on focus_group_turns (focus_group_id);

-- What an answer is about, how it sounds, and who said so: a model or the lexicon.
create table focus_group_readings (
    turn_id   uuid primary key references focus_group_turns on delete cascade,
    sentiment real not null check (sentiment between -1 and 1),
    concepts  jsonb not null,
    emotions  jsonb not null,
    read_by   text not null,
    read_at   timestamptz not null
);

-- Summaries are kept: asking again makes the next version.
create table focus_group_summaries (
    id             uuid primary key,
    focus_group_id uuid not null references focus_groups on delete cascade,
    run_id         uuid not null references runs on delete cascade,
    work_run_id    uuid not null references runs on delete cascade,
    version        integer not null,
    summary        jsonb not null,
    created_at     timestamptz not null,
    constraint focus_group_summaries_work_key unique (work_run_id),
    constraint focus_group_summaries_version_key unique (focus_group_id, version)
);
create index focus_group_summaries_run on focus_group_summaries (run_id);

-- What was found in some of the answers, until all of it is summed up.
create table focus_group_digests (
    run_id uuid not null references runs on delete cascade,
    chunk  integer not null check (chunk >= 0),
    digest jsonb not null,
    primary key (run_id, chunk)
);

grant select, insert, update, delete on
    focus_group_digests, focus_groups, focus_group_turns, focus_group_readings, focus_group_summaries
    to sight_app;
