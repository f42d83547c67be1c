-- What was sent may have been billed: it is spent at its worst case. What was not is given back. Rows are
-- locked in one order, accounts before projects and each by its id, so that two sweeps never wait for each
-- other.
with expired as (
  update model_calls
  set state = case when sent_at is null then 'released' else 'settled' end,
      cost_micros = case
        when sent_at is null then 0
        when is_priced then reserved_micros
      end,
      outcome = case when sent_at is null then 'expired' else 'lost' end,
      settled_at = $1
  where id in (
    select id
    from model_calls
    where state = 'reserved' and expires_at <= $1
    order by expires_at
    limit 1000
    for update skip locked
  )
  returning project_id, account_id, month, reserved_micros, coalesce(cost_micros, 0) as cost
), of_accounts as (
  select account_id, month, sum(reserved_micros)::bigint as held, sum(cost)::bigint as cost
  from expired
  where account_id is not null
  group by account_id, month
), of_projects as (
  select project_id, sum(reserved_micros)::bigint as held, sum(cost)::bigint as cost
  from expired
  where project_id is not null
  group by project_id
), locked_accounts as (
  select w.account_id, w.month
  from account_allowances w
  where (w.account_id, w.month) in (select account_id, month from of_accounts)
  order by w.account_id, w.month
  for update
), locked_projects as (
  select b.project_id
  from project_budgets b
  where b.project_id in (select project_id from of_projects)
    and (select count(*) from locked_accounts) >= 0
  order by b.project_id
  for update
), by_account as (
  update account_allowances w
  set spent_micros = w.spent_micros + of_accounts.cost,
      reserved_micros = w.reserved_micros - of_accounts.held
  from of_accounts join locked_accounts using (account_id, month)
  where w.account_id = of_accounts.account_id
    and w.month = of_accounts.month
    and (select count(*) from locked_projects) >= 0
), by_project as (
  update project_budgets b
  set spent_micros = b.spent_micros + of_projects.cost,
      reserved_micros = b.reserved_micros - of_projects.held,
      version = b.version + 1
  from of_projects join locked_projects using (project_id)
  where b.project_id = of_projects.project_id
)
select count(*) from expired
