-- How many people lie on each point, of one question and one kind of respondent. Whoever gave a whole distribution lies on
-- every point with the part that they put there; the point that was drawn from it counts nothing. What makes a segment is
-- taken from the answer's own card, where a purge leaves it.
with asking as (
    select
        s.id,
        s.title,
        q.value->>'id' as question,
        q.value->>'type' = 'nps' as is_nps,
        case when q.value->>'type' = 'nps' then 0 else 1 end as lowest,
        case when q.value->>'type' = 'nps' then 11 else 5 end as points
    from surveys s
    cross join lateral jsonb_array_elements(s.questions) q
    where s.project_id = $1
        and s.deleted_at is null
        and (
            q.value->>'type' = 'nps'
            or q.value->>'type' = 'rating-scale'
            and q.value->>'construct' = 'purchase'
            and coalesce((q.value->>'scaleMin')::int, 1) = 1
            and coalesce((q.value->>'scaleMax')::int, 5) = 5
        )
),
answers as (
    select
        a.id, a.title, a.question, a.is_nps, a.lowest, a.points,
        false as is_of_people,
        jsonb_build_object(
            'activity', r.card->'activity', 'age', r.card->'age', 'place', r.card->'place'
        ) as respondent,
        (r.response->'answers'->>a.question)::numeric::bigint as point,
        r.response->'distributions'->a.question as distribution,
        r.created_at as at
    from asking a
    join survey_responses r on r.survey_id = a.id
    where r.response->'answers' ? a.question
    union all
    select
        a.id, a.title, a.question, a.is_nps, a.lowest, a.points,
        true,
        null,
        (e.value->>a.question)::numeric::bigint,
        null,
        h.created_at
    from asking a
    cross join lateral (
        select h.answers, h.created_at
        from survey_human_answers h
        where h.survey_id = a.id
        order by h.created_at desc, h.id desc
        limit 1
    ) h
    cross join lateral jsonb_array_elements(h.answers) e
    where e.value ? a.question
),
placed as (
    select
        a.id, a.title, a.question, a.is_nps, a.is_of_people, a.respondent, a.at,
        m.point, m.mass
    from answers a
    -- as results of surveys do: a distribution of another length, or of nothing, is none
    cross join lateral (
        select
            jsonb_array_length(a.distribution) = a.points
            and (
                select sum(d.value::numeric) from jsonb_array_elements(a.distribution) d
            ) > 0 as is_whole
    ) w
    cross join lateral (
        select
            a.lowest + d.place - 1 as point,
            d.value::numeric / sum(d.value::numeric) over () as mass
        from jsonb_array_elements(a.distribution) with ordinality d (value, place)
        where w.is_whole
        union all
        select a.point, 1
        where w.is_whole is not true
    ) m
)
-- sums of numerics are the same in every order, and so are metrics
select
    id as "survey_id!",
    title as "title!",
    question as "question!",
    is_nps as "is_nps!",
    is_of_people as "is_of_people!",
    respondent as "respondent?: Json<Respondent>",
    point as "point!",
    sum(mass)::float8 as "people!",
    max(at) as "last_at!"
from placed
group by id, title, question, is_nps, is_of_people, respondent, point
order by id, question, is_of_people, respondent, point
