insert into project_budgets (project_id, cap_micros)
values ($1, $2)
on conflict (project_id) do update
set cap_micros = excluded.cap_micros,
    version = project_budgets.version + 1
