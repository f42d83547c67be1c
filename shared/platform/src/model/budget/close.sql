-- A call ends once. One that expired meanwhile was given back if it had not been sent, and spent at its
-- worst case if it had: what it really took corrects that.
--
-- The purses are locked and read before they are written, the account's before the project's as everywhere. An
-- update that adds to its own row computes it first from what the statement saw when it began, and holds that
-- against the table's checks: a purse from before the sweep, less what the sweep has booked, is below nothing.
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
), account as (
  select w.account_id, w.month, w.spent_micros, w.reserved_micros
  from account_allowances w, before
  where w.account_id = before.account_id and w.month = before.month
  for update of w
), project as (
  select b.project_id, b.spent_micros, b.reserved_micros
  from project_budgets b, before
  where b.project_id = before.project_id and (select count(*) from account) >= 0
  for update of b
), by_account as (
  update account_allowances w
  set spent_micros = account.spent_micros + coalesce($5, 0) - before.booked,
      reserved_micros = account.reserved_micros - before.held
  from before, account
  where w.account_id = account.account_id
    and w.month = account.month
    and (select count(*) from project) >= 0
)
update project_budgets b
set spent_micros = project.spent_micros + coalesce($5, 0) - before.booked,
    reserved_micros = project.reserved_micros - before.held,
    version = b.version + 1
from before, project
where b.project_id = project.project_id
