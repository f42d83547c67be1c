-- Who may see the persona, its version and those of its segment's metrics and of its journey, the line of this view, and the newest
-- lines with it.
with seen as (
    select
        p.id, p.project_id, p.created_by, p.version, k.version as kpi_version, r.role,
        -- its version begins anew after an erasure, the time does not
        extract(epoch from j.created_at) * 1000000 + j.version as journey_edition
    from personas p
    join project_roles r on r.project_id = p.project_id
    left join kpi_snapshots k
        on k.population_id = p.population_id and k.segment_id = p.segment_id
    left join persona_journeys j on j.persona_id = p.id and j.journey is not null
    where p.id = $1 and r.account_id = $2 and p.deleted_at is null
),
viewed as (
    insert into audit_log
        (id, at, account_id, project_id, subject_kind, subject_id, action, details, address,
         user_agent)
    select $3, $4, $2, project_id, 'persona', id, 'view', $5, $6, $7
    from seen
    returning id, action, details, account_id, at
),
trail as (
    select id, action, details, account_id, at
    from viewed
    union all
    -- As of before the statement: the line of this view is not among them. Nothing but the subject is
    -- asked for, so that the index gives the newest lines without a look at the others.
    (
        select id, action, details, account_id, at
        from audit_log
        where subject_id = $1
        order by at desc, id desc
        limit 19
    )
)
select
    seen.project_id,
    seen.created_by,
    seen.version,
    coalesce(seen.kpi_version, 0) as "kpi_version!",
    coalesce(seen.journey_edition, 0)::bigint as "journey_edition!",
    seen.role as "role!: HeldRole",
    trail.id as "line_id!",
    trail.action as "action!",
    trail.details as "details: Json<Box<RawValue>>",
    trail.account_id,
    trail.at as "at!"
from seen
cross join trail
order by trail.at desc, trail.id desc
