insert into account_allowances (account_id, month, carried_micros)
select $1, month, spent_micros
from former_allowances
where address_mac = $2 and month = $3
