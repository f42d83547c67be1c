select
  a.plan,
  coalesce(w.spent_micros + w.carried_micros, 0) as spent_micros,
  coalesce(w.reserved_micros, 0) as reserved_micros
from accounts a
left join account_allowances w on w.account_id = a.id and w.month = $2
where a.id = $1 and a.deleted_at is null
