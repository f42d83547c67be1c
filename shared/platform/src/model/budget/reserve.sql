-- The update waits for the row and then looks again, so reservations at once cannot pass the cap
-- together. A project without a row gets one without a cap; a call without a project has no budget.
with budget as (
  insert into project_budgets as b (project_id, reserved_micros)
  select $2::uuid, coalesce($9, 0)
  where $2::uuid is not null
  on conflict (project_id) do update
  set reserved_micros = b.reserved_micros + coalesce($9, 0),
      version = b.version + 1
  where b.cap_micros is null
     or b.spent_micros + b.reserved_micros + $9 <= b.cap_micros
  returning b.project_id
)
insert into model_calls (
  id,
  project_id,
  run_id,
  item_index,
  task,
  prompt_version,
  provider,
  model,
  state,
  reserved_micros,
  created_at,
  expires_at
)
select $1, project_id, $3, $4, $5, $6, $7, $8, 'reserved', coalesce($9, 0), $10, $11
from (
  select project_id
  from budget
  union all
  select null
  where $2::uuid is null
) as payer
