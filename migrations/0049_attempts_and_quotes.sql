-- Each attempt at a file writes beside the others; the row says which one is whole. None of one from before.
alter table exports add column attempt uuid;
-- Maintenance also removes what was written for an export that was cancelled.
grant select (run_id) on exports to sight_maintenance;

-- Somebody takes away what they have paid for.
create index model_calls_account on model_calls (account_id, created_at) where account_id is not null;

-- Quotes go with who said them, and with where: a person, a survey or a talk that is gone is quoted nowhere.
create function without_quotes(needs jsonb, gone uuid[]) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(part.key, case
        when part.key in ('jobs', 'outcomes', 'pains') and jsonb_typeof(part.value) = 'array' then (
            select coalesce(jsonb_agg(jsonb_set(one.value, '{quotes}', (
                select coalesce(jsonb_agg(quote.value order by quote.ordinality), '[]')
                from jsonb_array_elements(coalesce(one.value->'quotes', '[]'))
                    with ordinality as quote
                where (quote.value->>'persona_id')::uuid <> all (gone)
                    and (quote.value->>'source_id')::uuid <> all (gone)
            )) order by one.ordinality), '[]')
            from jsonb_array_elements(part.value) with ordinality as one
        )
        else part.value
    end), '{}')
    from jsonb_each(needs) as part;
$$;

create function forget_quotes_of_people() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    update segment_needs n
    set needs = without_quotes(n.needs, g.people)
    from (select population_id, array_agg(id) as people from gone group by population_id) g
    where n.population_id = g.population_id
        and n.needs <> without_quotes(n.needs, g.people);
    return null;
end;
$$;
create trigger forget_quotes after delete on personas
    referencing old table as gone
    for each statement execute function forget_quotes_of_people();

create function forget_quotes_of_survey() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    update segment_needs n
    set needs = without_quotes(n.needs, array[old.id])
    where n.project_id = old.project_id
        and n.needs <> without_quotes(n.needs, array[old.id]);
    return null;
end;
$$;
create trigger forget_quotes after delete on surveys
    for each row execute function forget_quotes_of_survey();

-- Before its turns go with it: they say which quotes are of this talk.
create function forget_quotes_of_talk() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    turns uuid[] := array(select id from focus_group_turns where focus_group_id = old.id);
begin
    update segment_needs n
    set needs = without_quotes(n.needs, turns)
    where n.project_id = old.project_id
        and n.needs <> without_quotes(n.needs, turns);
    return old;
end;
$$;
create trigger forget_quotes before delete on focus_groups
    for each row execute function forget_quotes_of_talk();

-- What was said by people who are gone already.
update segment_needs n
set needs = without_quotes(n.needs, g.ids)
from (
    select s.population_id, s.segment_id, array_agg(q.id) as ids
    from segment_needs s
    cross join lateral jsonb_path_query(s.needs, '$.*[*].quotes[*]') as quote
    cross join lateral (
        values ((quote->>'persona_id')::uuid)
    ) q (id)
    where not exists (select from personas p where p.id = q.id)
    group by s.population_id, s.segment_id
) g
where n.population_id = g.population_id and n.segment_id = g.segment_id;
