-- What may pass puts a shard off, and never fails its people: nobody claims it before a time. How often
-- that was since the last progress makes the waits longer; since when an outage lasts ends it at last.
alter table run_shards
    add column not_before    timestamptz,
    add column put_offs      integer not null default 0,
    add column put_off_since timestamptz;

-- Failed items can be tried again. How often grows with the ids of a run's events.
alter table runs
    add column retries    integer not null default 0,
    add column retried_at timestamptz;

-- The anchors of a survey's ratings as vectors, made once a run: a shard each would pay for them again.
create table survey_anchors (
    run_id uuid     not null references runs on delete cascade,
    -- place in the sorted list of the anchors of all questions
    place  integer  not null check (place >= 0),
    vector real[]   not null,
    primary key (run_id, place)
);

grant select, insert, delete on survey_anchors to sight_app;
grant select (not_before) on run_shards to sight_maintenance;
