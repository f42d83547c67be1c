-- Budgets for language models, and the ledger of their calls. Money is micro-USD.

create table project_budgets (
  project_id uuid primary key references projects (id) on delete cascade,
  -- null is no limit
  cap_micros bigint check (cap_micros >= 0),
  spent_micros bigint not null default 0 check (spent_micros >= 0),
  reserved_micros bigint not null default 0 check (reserved_micros >= 0),
  version bigint not null default 0
);

-- One row is one call over HTTP, or one simulated one. What was spent stays known when the run or
-- the project is gone.
create table model_calls (
  id uuid primary key,
  project_id uuid references projects (id) on delete set null,
  run_id uuid references runs (id) on delete set null,
  item_index integer,
  task text not null,
  prompt_version text not null,
  provider text not null,
  model text not null,
  state text not null check (state in ('reserved', 'settled', 'released')),
  reserved_micros bigint not null check (reserved_micros >= 0),
  input_tokens bigint,
  output_tokens bigint,
  -- null while reserved, and when the model's price is unknown
  cost_micros bigint check (cost_micros >= 0),
  latency_ms integer,
  outcome text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  settled_at timestamptz,
  check ((state = 'reserved') = (settled_at is null))
);

create index model_calls_expiry on model_calls (expires_at) where state = 'reserved';
create index model_calls_project on model_calls (project_id, created_at);
create index model_calls_run on model_calls (run_id);
create index model_calls_task on model_calls (task, model, created_at);

-- What expired is given back by maintenance; what was spent is never deleted.
grant select, insert, update on project_budgets, model_calls to sight_app;
grant select, update on project_budgets, model_calls to sight_maintenance;
