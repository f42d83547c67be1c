-- Who tries a run again asks for it from then on, and pays; nobody goes on paying who has left the project. What
-- a project reads is in one place.

alter table runs
    -- who tried it again last; null while nobody but its requester has asked for it
    add column asked_by uuid,
    -- whether its work was known to cost money when it was started: who tries it again needs a proved address
    add column is_paid boolean not null default false;

-- The documents that a project reads now: its own, the shared ones, and those that present members lend it.
create view project_documents as
select d.project_id, d.id as document_id
from documents d
where d.scope = 'project' and d.deleted_at is null
union all
select p.id, d.id
from projects p
cross join documents d
where d.scope = 'shared' and d.deleted_at is null and p.deleted_at is null
union all
select l.project_id, d.id
from project_libraries l
join project_roles r on r.project_id = l.project_id and r.account_id = l.account_id
join documents d on d.owner_id = l.account_id
where d.scope = 'account' and d.deleted_at is null;

grant select on project_documents to sight_app;
