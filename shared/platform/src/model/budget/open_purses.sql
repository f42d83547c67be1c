-- The rows that a reservation locks, for the first call of a month and of a project. A project without a
-- row gets one without a cap.
with payer as (
  select a.id
  from accounts a
  left join runs r on r.id = $2
  where a.deleted_at is null and a.id = coalesce($1::uuid, r.asked_by, r.requested_by)
), purse as (
  insert into account_allowances (account_id, month)
  select id, $4::date
  from payer
  on conflict (account_id, month) do nothing
)
insert into project_budgets (project_id)
select $3::uuid
where $3::uuid is not null
on conflict (project_id) do nothing
