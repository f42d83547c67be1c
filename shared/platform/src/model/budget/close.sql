-- A call ends once. One that expired meanwhile was given back if it had not been sent, and spent at its
-- worst case if it had: what it really took corrects that.
with before as (
  select
    id,
    project_id,
    account_id,
    month,
    case state when 'reserved' then reserved_micros else 0 end as held,
    case state when 'reserved' then 0 else coalesce(cost_micros, 0) end as booked
  from model_calls
  where id = $1 and (state = 'reserved' or outcome in ('expired', 'lost'))
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
), by_account as (
  update account_allowances w
  set spent_micros = w.spent_micros + coalesce($5, 0) - before.booked,
      reserved_micros = w.reserved_micros - before.held
  from before
  where w.account_id = before.account_id and w.month = before.month
  returning w.account_id
)
update project_budgets b
set spent_micros = b.spent_micros + coalesce($5, 0) - before.booked,
    reserved_micros = b.reserved_micros - before.held,
    version = b.version + 1
from before
where b.project_id = before.project_id and (select count(*) from by_account) >= 0
