-- Who is purged leaves no words behind: answers in words and turns go, and with them what names the person. What
-- figures count stays, and everything says how many people are removed.

-- Projects in which somebody may have been purged before. Maintenance takes out what they left, which is long work,
-- and the row with it. First of all, while nobody waits for this transaction.
create table forget_due (
    project_id uuid primary key references projects on delete cascade
);
insert into forget_due (project_id)
select id
from projects;

alter table survey_responses add column is_removed boolean not null default false;
alter table surveys add column people_removed bigint not null default 0;
alter table focus_group_turns add column is_removed boolean not null default false;
-- Somebody whom the run was told of is removed: it cannot be tried again.
alter table runs add column has_lost_people boolean not null default false;

-- Maintenance finds the talks whose graph has somebody who is purged.
grant select (id, project_id, persona_ids) on focus_groups to sight_maintenance;
grant insert on focus_group_graphs to sight_maintenance;
-- And the runs whose cards it looks through.
grant select, delete on forget_due to sight_maintenance;
grant select (project_id) on runs to sight_maintenance;

-- A card of which figures stay the same: it names nobody, and no place.
create function without_person(card jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
as $$
    select card || jsonb '{"first_name": "", "surname": "", "town": "", "region": "", "occupation": "",
        "occupation_en": "", "values": [], "interests": []}'
$$;

-- Respondents and participants, where a run was told of them.
create function without_people(listed jsonb, people uuid[]) returns jsonb
language sql immutable set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(jsonb_agg(case
        when (one.value->>'persona_id')::uuid = any (people) then
            one.value || jsonb_build_object('card', without_person(one.value->'card'), 'manner', '',
                'story', '', 'concerns', jsonb '[]')
        else one.value
    end order by one.ordinality), '[]')
    from jsonb_array_elements(listed) with ordinality as one
$$;

-- What is listed in an input; of one that is no list, nothing.
create function listed_in(input jsonb) returns setof jsonb
language sql immutable rows 25 set search_path = pg_catalog, pg_temp
as $$
    select one.value
    from jsonb_array_elements(case jsonb_typeof(input) when 'array' then input else '[]' end) as one
$$;

-- A text without a passage, wherever it stands in a document. Within its texts: what is written with a backslash in
-- the document as a whole is another sign.
create function without_passage(document jsonb, passage text) returns jsonb
language plpgsql immutable set search_path = pg_catalog, public, pg_temp
as $$
begin
    case jsonb_typeof(document)
        when 'string' then
            return to_jsonb(replace(document #>> '{}', passage, '[…]'));
        when 'array' then
            return (
                select coalesce(jsonb_agg(without_passage(one.value, passage) order by one.ordinality), '[]')
                from jsonb_array_elements(document) with ordinality as one
            );
        when 'object' then
            return (
                select coalesce(jsonb_object_agg(part.key, without_passage(part.value, passage)), '{}')
                from jsonb_each(document) as part
            );
        else
            return document;
    end case;
end;
$$;

-- A summary without these turns: their quotes go, and so do passages in quotation marks that nobody else said.
create function without_words(summary jsonb, gone uuid[], said text, others text) returns jsonb
language plpgsql immutable set search_path = pg_catalog, public, pg_temp
as $$
declare
    part text[];
    passage text;
begin
    foreach part slice 1 in array array[['evidence', 'insights'], ['evidence', 'surprises']] loop
        continue when jsonb_typeof(summary #> part) is distinct from 'array';
        summary := jsonb_set(summary, part, (
            select coalesce(jsonb_agg(jsonb_set(finding.value, '{quotes}', (
                select coalesce(jsonb_agg(quote.value order by quote.ordinality), '[]')
                from jsonb_array_elements(coalesce(finding.value->'quotes', '[]'))
                    with ordinality as quote
                where (quote.value->>'response_id')::uuid <> all (gone)
            )) order by finding.ordinality), '[]')
            from jsonb_array_elements(summary #> part) with ordinality as finding
        ));
    end loop;
    for passage in
        select distinct btrim(found.words[1], ' .,;…')
        from jsonb_path_query(summary, 'strict $.** ? (@.type() == "string")') as prose
        cross join regexp_matches(prose #>> '{}', '[„“”"«»‘’]([^„“”"«»‘’]+)', 'g') as found (words)
    loop
        -- a single word in marks may be a term
        continue when passage !~ '\S\s+\S'
            or strpos(normalize(said), normalize(passage)) = 0
            or strpos(normalize(others), normalize(passage)) > 0;
        summary := without_passage(summary, passage);
    end loop;
    return summary;
end;
$$;

-- A run that was told of somebody who is removed. It is locked before its shards, as whoever cancels it or tries it
-- again does.
create function lose_people(run uuid) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform id from runs where id = run for no key update;
    update runs set has_lost_people = true where id = run and not has_lost_people;
end;
$$;

-- Takes the words of these people out of the surveys of these projects. Their figures are made anew, and say so.
create function forget_answers(projects uuid[], people uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    touched uuid[];
    told record;
begin
    -- in one order, as whoever keeps figures or stores answers waits for these rows
    perform id from surveys where project_id = any (projects) order by id for no key update;
    with asked as (
        select id, array(
            select question.value->>'id'
            from jsonb_array_elements(questions) as question
            where question.value->>'type' = 'open-text'
        ) as in_words
        from surveys
        where project_id = any (projects)
    ),
    forgotten as (
        update survey_responses r
        set card = without_person(r.card),
            response = r.response || jsonb_build_object(
                'answers', coalesce(r.response->'answers', '{}') - asked.in_words,
                'reactions', jsonb '{}'
            ),
            is_removed = true
        from asked
        where r.survey_id = asked.id and r.persona_id = any (people) and not r.is_removed
        returning r.survey_id
    ),
    counted as (
        update surveys s
        set people_removed = s.people_removed + f.people
        from (select survey_id, count(*) as people from forgotten group by survey_id) f
        where s.id = f.survey_id
        returning s.id
    )
    select array_agg(id) into touched from counted;
    delete from survey_results where survey_id = any (touched);

    for told in
        select h.run_id, h.shard, array_agg(one.persona_id) as people
        from surveys s
        join runs r on r.subject_id = s.id and r.kind = 'survey-run'
        join run_shards h on h.run_id = r.id
        cross join lateral (
            select (listed->>'persona_id')::uuid as persona_id from listed_in(h.input) as listed
        ) one
        join unnest(people) as gone (id) on gone.id = one.persona_id
        where s.project_id = any (projects)
        group by h.run_id, h.shard
        order by h.run_id, h.shard
    loop
        perform lose_people(told.run_id);
        update run_shards
        set input = without_people(input, told.people)
        where run_id = told.run_id and shard = told.shard;
    end loop;
end;
$$;

-- The same of the focus groups.
create function forget_turns(projects uuid[], people uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    talks uuid[];
    gone uuid[];
begin
    -- as whoever stores what was read or summed up waits for these rows, and then for those of the answers
    perform id from focus_groups where project_id = any (projects) order by id for no key update;
    select array_agg(id) into talks
    from focus_groups
    where project_id = any (projects) and persona_ids && people;
    perform id
    from runs
    where subject_id = any (talks) and kind in ('focus-group-run', 'focus-group-summary')
    order by id
    for no key update;

    select array_agg(id) into gone
    from focus_group_turns
    where focus_group_id = any (talks) and persona_id = any (people) and not is_removed;
    update focus_group_summaries s
    set summary = without_words(s.summary, gone, t.said, t.others)
    from (
        select
            run_id,
            coalesce(string_agg(said, e'\n') filter (where id = any (gone)), '') as said,
            coalesce(string_agg(said, e'\n') filter (where id <> all (gone)), '') as others
        from focus_group_turns
        where focus_group_id = any (talks)
        group by run_id
        having bool_or(id = any (gone))
    ) t
    where s.run_id = t.run_id;
    update focus_group_turns set said = null, is_removed = true where id = any (gone);
    delete from focus_group_readings where turn_id = any (gone);
    update focus_group_summaries s
    set summary = jsonb_set(s.summary, '{metadata,people_removed}', to_jsonb(t.people))
    from (
        select run_id, count(distinct persona_id) as people
        from focus_group_turns
        where focus_group_id = any (talks) and is_removed
        group by run_id
    ) t
    where s.run_id = t.run_id;
    delete from focus_group_digests
    where run_id in (
        select id from runs where subject_id = any (talks) and kind = 'focus-group-summary'
    );

    update runs
    set input = jsonb_set(input, '{participants}', without_people(input->'participants', people)),
        has_lost_people = true
    where subject_id = any (talks) and kind = 'focus-group-run'
        and exists (
            select from listed_in(input->'participants') as listed
            where (listed->>'persona_id')::uuid = any (people)
        );
    update runs
    set has_lost_people = true
    where subject_id = any (talks) and kind = 'focus-group-summary';
end;
$$;

-- Who had these people of a population written was told their cards.
create function forget_cards(population uuid, places integer[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    told record;
begin
    for told in
        select h.run_id, h.shard, array_agg(card.place) as places
        from runs r
        join run_shards h on h.run_id = r.id
        cross join lateral (
            select (listed->>'index')::integer as place from listed_in(h.input) as listed
        ) card
        join unnest(forget_cards.places) as gone (place) on gone.place = card.place
        where r.subject_id = population and r.kind = 'persona-generate'
        group by h.run_id, h.shard
        order by h.run_id, h.shard
    loop
        perform lose_people(told.run_id);
        update run_shards
        set input = (
            select jsonb_agg(case
                when (card.value->>'index')::integer = any (told.places) then without_person(card.value)
                else card.value
            end order by card.ordinality)
            from jsonb_array_elements(input) with ordinality as card
        )
        where run_id = told.run_id and shard = told.shard;
    end loop;
end;
$$;

create function forget_people() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    projects uuid[];
    people uuid[];
    written record;
begin
    -- a project that is purged takes its living people along, and everything that they said
    select array_agg(distinct g.project_id), array_agg(g.id) into projects, people
    from gone g
    join projects p on p.id = g.project_id
    where g.deleted_at is not null or p.deleted_at is null;
    if people is null then
        return null;
    end if;
    perform forget_answers(projects, people);
    perform forget_turns(projects, people);
    for written in
        select population_id, array_agg(population_index) as places
        from gone
        where id = any (people)
        group by population_id
        order by population_id
    loop
        perform forget_cards(written.population_id, written.places);
    end loop;
    return null;
end;
$$;
create trigger forget_people after delete on personas
    referencing old table as gone
    for each statement execute function forget_people();

-- Who left something behind in a project of before, and has no row any more: in answers, in what runs of surveys were
-- told, in talks.
create function gone_people(project uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select said.persona_id
    from (
        select r.persona_id
        from surveys s
        join survey_responses r on r.survey_id = s.id
        where s.project_id = project and not r.is_removed
        union
        select (listed->>'persona_id')::uuid
        from surveys s
        join runs r on r.subject_id = s.id and r.kind = 'survey-run'
        join run_shards h on h.run_id = r.id
        cross join listed_in(h.input) as listed
        where s.project_id = project and listed->'card'->>'first_name' <> ''
        union
        select unnest(persona_ids)
        from focus_groups
        where project_id = project
    ) said
    where said.persona_id is not null
        and not exists (select from personas p where p.id = said.persona_id)
$$;

-- Takes out what they left, and notes the graphs of their talks.
create function forget_gone(project uuid, people uuid[], noted_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform forget_answers(array[project], people);
    perform forget_turns(array[project], people);
    insert into focus_group_graphs (focus_group_id, project_id, deleted_at)
    select g.id, g.project_id, noted_at
    from focus_groups g
    where g.project_id = project and g.persona_ids && people
    on conflict (focus_group_id) do nothing;
end;
$$;

-- The same of the cards that a run was told. Who has neither a row nor a failure was written and is gone, or was never
-- tried and is nobody. In an open shard it is somebody who is still to be written.
create function forget_gone_cards(run uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    population uuid := (select subject_id from runs where id = run and kind = 'persona-generate');
    places integer[];
begin
    select array_agg(card.place) into places
    from run_shards h
    cross join lateral (
        select (listed->>'index')::integer as place
        from listed_in(h.input) as listed
        where listed->>'first_name' <> ''
    ) card
    where h.run_id = run
        and h.state = 'done'
        and not exists (
            select from personas p
            where p.population_id = population and p.population_index = card.place
        )
        and not exists (select from run_failures f where f.run_id = run and f.item = card.place);
    perform forget_cards(population, places);
    return coalesce(cardinality(places), 0);
end;
$$;

revoke all on function
    lose_people(uuid),
    forget_answers(uuid[], uuid[]),
    forget_turns(uuid[], uuid[]),
    forget_cards(uuid, integer[]),
    gone_people(uuid),
    forget_gone(uuid, uuid[], timestamptz),
    forget_gone_cards(uuid)
    from public;
grant execute on function gone_people(uuid), forget_gone(uuid, uuid[], timestamptz), forget_gone_cards(uuid)
    to sight_maintenance;
