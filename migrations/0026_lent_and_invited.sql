-- Whose library a project reads, who may be in a project, and who is invited to one.

-- A library that its own person lends to a project. There is no loan without the membership: whatever ends
-- the one ends the other in the same statement.
create table project_libraries (
    project_id uuid not null,
    account_id uuid not null,
    lent_at    timestamptz not null,
    primary key (project_id, account_id),
    foreign key (project_id, account_id) references project_members (project_id, account_id)
        on delete cascade
);
create index project_libraries_account on project_libraries (account_id);

-- Until now a project read the library of its owner. Who made a project and is still in it goes on lending
-- theirs; nobody else has ever been asked. Whether the owner made it is told by times: one transaction writes
-- a project and its maker's membership, at the same moment. The audit log does not tell: it calls making a
-- change, and forgets after two years.
insert into project_libraries (project_id, account_id, lent_at)
select p.id, p.owner_id, p.created_at
from projects p
join project_members m
    on m.project_id = p.id and m.account_id = p.owner_id and m.created_at = p.created_at
join accounts a on a.id = p.owner_id
where p.deleted_at is null and a.deleted_at is null;

-- What members may do. Every query that grants something reads this and not the rows of members: who has left
-- or was disabled may do nothing, nor may anybody in a deleted project, nor somebody in a project of others
-- whose address nobody has proved.
create view project_roles as
select m.project_id, m.account_id, m.role, m.created_at
from project_members m
join projects p on p.id = m.project_id
join accounts a on a.id = m.account_id
where p.deleted_at is null
    and a.deleted_at is null
    and a.is_active
    and (a.is_verified or a.id = p.owner_id);

-- Owners who were removed, and those who inherited a project without a proved address: the admin who has been
-- in it for longest goes on with it, where there is one.
update projects p
set owner_id = heir.account_id
from (
    select distinct on (r.project_id) r.project_id, r.account_id
    from project_roles r
    join projects o on o.id = r.project_id
    where r.role = 'admin' and r.account_id <> o.owner_id
    order by r.project_id, r.created_at, r.account_id
) heir
where heir.project_id = p.id
    and not exists (
        select
        from project_members m
        join accounts a on a.id = m.account_id
        where m.project_id = p.id
            and m.account_id = p.owner_id
            and a.deleted_at is null
            and (a.is_verified or m.created_at = p.created_at)
    );

-- Who is asked to work on a project. The token is only in the e-mail. An invitation goes with its inviter's
-- membership.
create table project_invitations (
    id            uuid primary key,
    project_id    uuid not null,
    email         text not null check (email = lower(email)),
    role          text not null check (role in ('viewer', 'editor', 'admin')),
    invited_by    uuid not null,
    -- names the wish for an e-mail; another one each time somebody asks again
    request_id    uuid not null unique,
    -- null until the e-mail is written
    token_hash    bytea unique,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    -- somebody is sending it until then
    claimed_until timestamptz,
    sent_at       timestamptz,
    constraint project_invitations_email_key unique (project_id, email),
    foreign key (project_id, invited_by) references project_members (project_id, account_id)
        on delete cascade
);
create index project_invitations_email on project_invitations (email);
create index project_invitations_inviter on project_invitations (project_id, invited_by);
create index project_invitations_expiry on project_invitations (expires_at);

-- How many invitations were sent to an address, for a project and by somebody: what is counted here outlives them, so that
-- taking one back and inviting again is no way to flood a mailbox.
create table invitation_letters (
    request_id uuid primary key,
    project_id uuid not null,
    invited_by uuid not null,
    email      text not null,
    at         timestamptz not null
);
create index invitation_letters_email on invitation_letters (email, at);
create index invitation_letters_project on invitation_letters (project_id, at);
create index invitation_letters_inviter on invitation_letters (invited_by, at);
create index invitation_letters_at on invitation_letters (at);

-- A deleted project lends and invites no more, also when somebody brings it back.
create function end_project() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    delete from project_libraries where project_id = new.id;
    delete from project_invitations where project_id = new.id;
    return null;
end
$$;
create trigger projects_end
    after update of deleted_at on projects
    for each row
    when (old.deleted_at is null and new.deleted_at is not null)
    execute function end_project();

-- Another address is not proved by the proof of the one before.
create function unprove_address() returns trigger
language plpgsql
as $$
begin
    new.is_verified := false;
    return new;
end
$$;
create trigger accounts_address
    before update of email on accounts
    for each row
    when (new.email is distinct from old.email)
    execute function unprove_address();

grant select, insert, update, delete on project_libraries, project_invitations to sight_app;
grant select, insert, update, delete on invitation_letters to sight_app;
grant select on project_roles to sight_app;
grant select (id, expires_at), update (expires_at), delete on project_invitations to sight_maintenance;
grant select (request_id, at), update (at), delete on invitation_letters to sight_maintenance;
