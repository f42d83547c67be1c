-- The rows that a reservation locks, for the first call of a month and of a project. A project without a
-- row gets one without a cap.
with payer as (
  select a.id
  from accounts a
  where a.deleted_at is null
    and a.id = case
      when $1::uuid is not null then $1
      when $2::uuid is not null then (select r.requested_by from runs r where r.id = $2)
      else (select p.owner_id from projects p where p.id = $3)
    end
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
