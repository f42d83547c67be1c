with recent as (
  select cost_micros, outcome = 'ok' as is_usable
  from model_calls
  where task = $1 and model = $2 and state = 'settled' and cost_micros is not null
  order by created_at desc
  limit 500
)
select
  (percentile_cont(0.1) within group (order by cost_micros) filter (where is_usable))::float8,
  (percentile_cont(0.9) within group (order by cost_micros) filter (where is_usable)
    * count(*) / nullif(count(*) filter (where is_usable), 0))::float8
from recent
having count(*) filter (where is_usable) >= 20
