-- It costs nothing, and no purse is asked; its tokens are what the same texts would be, by estimate.
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
  input_tokens,
  output_tokens,
  cost_micros,
  latency_ms,
  outcome,
  created_at,
  expires_at,
  settled_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'settled', 0, $12, $13, 0, $9, $10, $11, $11, $11)
