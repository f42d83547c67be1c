-- What is held for calls under way counts as spent: nobody waits for them. The lock lets no reservation pass
-- meanwhile.
with purse as (
  select w.spent_micros + w.reserved_micros + w.carried_micros as used
  from account_allowances w
  where w.account_id = $1 and w.month = $3
  for update
)
insert into former_allowances as f (address_mac, month, spent_micros)
select $2, $3, used
from purse
where used > 0
on conflict (address_mac, month) do update
set spent_micros = greatest(f.spent_micros, excluded.spent_micros)
