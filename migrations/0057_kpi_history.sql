-- The newest fifty snapshots of each segment, the present one among them: a version is one that something was computed
-- from anew.
create table kpi_history (
    population_id uuid not null references populations on delete cascade,
    segment_id    text not null,
    project_id    uuid not null references projects on delete cascade,
    version       bigint not null check (version > 0),
    inputs_hash   bytea not null,
    metrics       jsonb not null,
    computed_at   timestamptz not null,
    primary key (population_id, segment_id, version)
);
create index kpi_history_project on kpi_history (project_id);

create function keep_kpi_history() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into kpi_history
        (population_id, segment_id, project_id, version, inputs_hash, metrics, computed_at)
    values
        (new.population_id, new.segment_id, new.project_id, new.version, new.inputs_hash, new.metrics,
         new.computed_at)
    on conflict do nothing;
    delete from kpi_history
    where population_id = new.population_id
        and segment_id = new.segment_id
        and version <= new.version - 50;
    return null;
end;
$$;
create trigger keep_history_of_new after insert on kpi_snapshots
    for each row execute function keep_kpi_history();
create trigger keep_history after update of inputs_hash on kpi_snapshots
    for each row when (old.inputs_hash is distinct from new.inputs_hash)
    execute function keep_kpi_history();

insert into kpi_history (population_id, segment_id, project_id, version, inputs_hash, metrics, computed_at)
select population_id, segment_id, project_id, version, inputs_hash, metrics, computed_at
from kpi_snapshots;

grant select on kpi_history to sight_app;
