-- What signs in may do what its role may, and nothing more. deploy/secrets runs
-- it as the owner of the tables, after the first migration, and after each
-- rotation; it may be run as often as one likes. @OPERATORS@ is the group that
-- looks into the database.

do $$
declare
    who text;
begin
    foreach who in array array ['sight-service-a', 'sight-service-b', 'sight-maintenance'] loop
        continue when not exists (select from pg_roles where rolname = who);
        -- Cloud SQL makes every user with a password a member of this
        if exists (select from pg_roles where rolname = 'cloudsqlsuperuser') then
            execute format('revoke cloudsqlsuperuser from %I', who);
        end if;
        execute format(
            'grant %I to %I',
            case who when 'sight-maintenance' then 'sight_maintenance' else 'sight_app' end,
            who
        );
        execute format('alter role %I nocreatedb nocreaterole', who);
    end loop;
    -- Who operates sees how work goes and what it costs, and no person's text.
    if exists (select from pg_roles where rolname = '@OPERATORS@') then
        grant pg_monitor to "@OPERATORS@";
        grant select on
            account_allowances, focus_group_graphs, model_calls, project_budgets, run_failures, run_shards, runs
            to "@OPERATORS@";
    end if;
end
$$;
