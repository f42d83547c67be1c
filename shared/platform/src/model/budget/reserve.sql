-- Both purses in one statement: their rows are locked first, the account's before the project's as
-- everywhere, so what is added up is what is there, and calls at once cannot pass a limit together.
with payer as (
  -- Who was named, else who asked for the run last. Nobody pays for what another asked for, and they no more
  -- once they have left its project or were disabled: then nobody does. A system admin has the documents of
  -- projects embedded anew in which they are no member.
  select
    a.id,
    a.is_verified,
    case a.plan
      when 'free' then $14::bigint
      when 'pro' then $15::bigint
      when 'enterprise' then $16::bigint
    end as most
  from accounts a
  left join runs r on r.id = $3
  where a.deleted_at is null
    and a.is_active
    and a.id = coalesce($12::uuid, r.asked_by, r.requested_by)
    and (
      $12 is not null
      or r.project_id is null
      or r.kind = 'rag-ingest' and a.is_system_admin
      or exists (
        select from project_roles m where m.project_id = r.project_id and m.account_id = a.id
      )
    )
), purse as (
  select w.account_id, w.spent_micros + w.reserved_micros + w.carried_micros as used
  from account_allowances w
  where w.account_id = (select id from payer) and w.month = $13
  for update
), budget as (
  select b.project_id, b.cap_micros, b.spent_micros + b.reserved_micros as used
  from project_budgets b
  where b.project_id = $2 and (select count(*) from purse) >= 0
  for update
), free as (
  -- What all accounts of a free plan have used together this month, also those that have left; a row only for a
  -- payer of that plan, where there is a ceiling. Nobody waits for it: reservations under way at this moment do
  -- not see each other, and the last of them sees all before, so the ceiling may be passed by one call for
  -- each connection to the database, and by no more.
  -- The sum of everybody comes first: it needs no plans, and mostly says already that the ceiling is far.
  select true as is_bound, case when $9 > 0 and $9 + (
    select coalesce(sum(w.spent_micros + w.reserved_micros), 0)
    from account_allowances w
    where w.month = $13
  ) > $17 then (
    select coalesce(sum(w.spent_micros + w.reserved_micros), 0)
    from account_allowances w
    join accounts a on a.id = w.account_id and a.plan = 'free'
    where w.month = $13
  ) end as used
  from accounts one
  where one.id = (select id from payer) and one.plan = 'free' and $17::bigint is not null
), verdict as (
  select
    payer.id as account_id,
    case
      when payer.id is null then 'nobody'
      when $9::bigint is distinct from 0 and not payer.is_verified then 'unverified'
      when purse.account_id is null then 'absent'
      when $2::uuid is not null and budget.project_id is null then 'absent'
      when $9 is null
        and (payer.most is not null or budget.cap_micros is not null or free.is_bound)
        then 'price_unknown'
      when budget.used + $9 > budget.cap_micros then 'over_budget'
      when purse.used + $9 > payer.most then 'over_allowance'
      when free.used + $9 > $17 then 'over_free_ceiling'
      else 'granted'
    end as word
  from (select) as one
  left join payer on true
  left join purse on true
  left join budget on true
  left join free on true
), held_of_account as (
  update account_allowances w
  set reserved_micros = w.reserved_micros + coalesce($9, 0)
  from verdict
  where verdict.word = 'granted' and w.account_id = verdict.account_id and w.month = $13
), held_of_project as (
  update project_budgets b
  set reserved_micros = b.reserved_micros + coalesce($9, 0),
      version = b.version + 1
  from verdict
  where verdict.word = 'granted' and b.project_id = $2
), call as (
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
    is_priced,
    created_at,
    expires_at,
    account_id,
    month
  )
  select $1, $2, $3, $4, $5, $6, $7, $8, 'reserved', coalesce($9, 0), $9 is not null, $10, $11,
    account_id, $13
  from verdict
  where word = 'granted'
)
select word from verdict
