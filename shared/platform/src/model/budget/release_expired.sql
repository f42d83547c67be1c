-- Budgets are locked in the order of their ids, so that two sweeps never wait for each other.
with expired as (
  update model_calls
  set state = 'released',
      cost_micros = 0,
      outcome = 'expired',
      settled_at = $1
  where id in (
    select id
    from model_calls
    where state = 'reserved' and expires_at <= $1
    order by expires_at
    limit 1000
    for update skip locked
  )
  returning project_id, reserved_micros
), freed as (
  select project_id, sum(reserved_micros)::bigint as micros
  from expired
  group by project_id
), locked as (
  select b.project_id
  from project_budgets b
  where b.project_id in (select project_id from freed)
  order by b.project_id
  for update
), given_back as (
  update project_budgets b
  set reserved_micros = b.reserved_micros - freed.micros,
      version = b.version + 1
  from freed join locked using (project_id)
  where b.project_id = freed.project_id
)
select count(*) from expired
