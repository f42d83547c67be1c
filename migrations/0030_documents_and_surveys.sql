-- Why a passage gave no facts when a model was asked about it: it is not asked again by itself, and somebody
-- may have it asked again.
alter table chunks add column facts_failure text;

-- How many people have answered a survey and how long they took, kept with it: every list shows both, and
-- counting all answers for each list is work without a bound.
alter table surveys
    add column answered bigint not null default 0,
    add column latency_ms_total bigint not null default 0;

update surveys s
set answered = a.answered, latency_ms_total = a.latency_ms
from (
    select survey_id, count(*) as answered, sum(latency_ms) as latency_ms
    from survey_responses
    group by survey_id
) a
where a.survey_id = s.id;

-- Whoever stores or deletes answers keeps them counted. As its owner: what a purge takes along is counted on
-- behalf of maintenance, which may not write a survey.
create function count_survey_responses() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        update surveys s
        set answered = s.answered + c.people, latency_ms_total = s.latency_ms_total + c.latency_ms
        from (
            select survey_id, count(*) as people, sum(latency_ms) as latency_ms
            from changed
            group by survey_id
        ) c
        where s.id = c.survey_id;
    else
        update surveys s
        set answered = s.answered - c.people, latency_ms_total = s.latency_ms_total - c.latency_ms
        from (
            select survey_id, count(*) as people, sum(latency_ms) as latency_ms
            from changed
            group by survey_id
        ) c
        where s.id = c.survey_id;
    end if;
    return null;
end
$$;

create trigger survey_responses_added after insert on survey_responses
    referencing new table as changed
    for each statement execute function count_survey_responses();
create trigger survey_responses_removed after delete on survey_responses
    referencing old table as changed
    for each statement execute function count_survey_responses();
