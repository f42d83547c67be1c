-- A reservation that expired meanwhile is no longer held, but what the call cost was spent.
with before as (
  select id, project_id, state, reserved_micros
  from model_calls
  where id = $1 and state <> 'settled'
  for update
), after as (
  update model_calls c
  set state = $2,
      input_tokens = $3,
      output_tokens = $4,
      cost_micros = $5,
      latency_ms = $6,
      outcome = $7,
      settled_at = $8
  from before
  where c.id = before.id
)
update project_budgets b
set spent_micros = b.spent_micros + coalesce($5, 0),
    reserved_micros = b.reserved_micros
      - case before.state when 'reserved' then before.reserved_micros else 0 end,
    version = b.version + 1
from before
where b.project_id = before.project_id
