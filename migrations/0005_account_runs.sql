-- Long work without a project: a document of somebody's own library, or of the shared one. Such a run
-- is its requester's alone; who pays for its calls is written down without a project's budget.

alter table runs alter column project_id drop not null;
create unique index runs_account_idempotency_key on runs (requested_by, kind, idempotency_key)
    where project_id is null and idempotency_key is not null;
